/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/system.h"

#include <sys/prctl.h>
#include <sys/socket.h>

const char *
ls_platform_name (void)
{
  return "linux";
}

gboolean
ls_become_subreaper (void)
{
  return prctl (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

void
ls_name_process (const char *name)
{
  prctl (PR_SET_NAME, name, 0, 0, 0);
}

gboolean
ls_peer_credentials (int fd, guint *ret_uid, guint *ret_gid)
{
  struct ucred peer;
  socklen_t length = sizeof peer;
  /* An unconnected socket answers too, with uid -1. */
  if (getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0 || peer.uid == (uid_t) -1)
    return FALSE;
  *ret_uid = peer.uid;
  *ret_gid = peer.gid;
  return TRUE;
}
