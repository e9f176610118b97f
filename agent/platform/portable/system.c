/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/system.h"

#include <sys/socket.h>
#include <unistd.h>

const char *
ls_platform_name (void)
{
  return "portable";
}

gboolean
ls_become_subreaper (void)
{
  return FALSE;
}

/* POSIX has no way to change it; ps shows the name of the program. */
void
ls_name_process (const char *name)
{
}

#ifdef SO_PEERCRED
/* Linux and OpenBSD, each with a name of its own for the struct. */
#ifdef __OpenBSD__
typedef struct sockpeercred PeerCredentials;
#else
typedef struct ucred PeerCredentials;
#endif

gboolean
ls_peer_credentials (int fd, guint *ret_uid, guint *ret_gid)
{
  PeerCredentials peer;
  socklen_t length = sizeof peer;
  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0 || peer.uid == (uid_t) -1)
    return FALSE;
  *ret_uid = peer.uid;
  *ret_gid = peer.gid;
  return TRUE;
}
#else
gboolean
ls_peer_credentials (int fd, guint *ret_uid, guint *ret_gid)
{
  uid_t uid;
  gid_t gid;
  if (getpeereid (fd, &uid, &gid) < 0)
    return FALSE;
  *ret_uid = uid;
  *ret_gid = gid;
  return TRUE;
}
#endif
