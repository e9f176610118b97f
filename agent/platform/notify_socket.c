/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/notify_socket.h"

#include "base/error.h"
#include "platform/descriptor.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Datagrams read in one turn of the loop, so that no child can keep it to itself. */
#define MAX_A_TURN 16
/* Descriptors that one datagram can bring; all are closed. */
#define MAX_DESCRIPTORS 253

struct LsNotifySocket {
  uv_poll_t poll;
  int fd;
  char *path;
  LsNotifyHeard heard;
  void *user;
  gboolean closing;
};

static void
parse_line (const char *line, LsNotifyHeard heard, void *user)
{
  static const struct {
    const char *line;
    LsNotifyKind kind;
  } known[] = {
    { "READY=1", LS_NOTIFY_READY },
    { "STOPPING=1", LS_NOTIFY_STOPPING },
    { "WATCHDOG=1", LS_NOTIFY_WATCHDOG },
    { "RELOADING=1", LS_NOTIFY_RELOADING },
  };
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (line, known[i].line))
      heard (user, known[i].kind, NULL);
  if (g_str_has_prefix (line, "STATUS=")) {
    g_autofree char *text = g_utf8_make_valid (line + strlen ("STATUS="), -1);
    heard (user, LS_NOTIFY_STATUS, text);
  }
}

void
ls_notify_parse (const char *datagram, gsize length, LsNotifyHeard heard, void *user)
{
  g_autofree char *text = g_strndup (datagram, length);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    parse_line (lines[i], heard, user);
}

/* BARRIER=1 brings a descriptor that is to be closed once all that came before has been read; others are not wanted either. */
static void
close_descriptors (struct msghdr *message)
{
  for (struct cmsghdr *control = CMSG_FIRSTHDR (message); control; control = CMSG_NXTHDR (message, control)) {
    if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS)
      continue;
    gsize n = (control->cmsg_len - CMSG_LEN (0)) / sizeof (int);
    for (gsize i = 0; i < n; i++) {
      int fd;
      memcpy (&fd, CMSG_DATA (control) + i * sizeof fd, sizeof fd);
      close (fd);
    }
  }
}

/* FALSE: nothing waits. */
static gboolean
receive (LsNotifySocket *self)
{
  char text[8192];
  char control[CMSG_SPACE (sizeof (int) * MAX_DESCRIPTORS)] __attribute__ ((aligned (__alignof__ (struct cmsghdr))));
  struct iovec part = { text, sizeof text };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
  ssize_t got = recvmsg (self->fd, &message, LS_RECEIVE_CLOEXEC);
  if (got < 0)
    return errno == EINTR;
  if (self->heard && !(message.msg_flags & MSG_TRUNC))
    ls_notify_parse (text, (gsize) got, self->heard, self->user);
  close_descriptors (&message);
  return TRUE;
}

static void
poll_ready (uv_poll_t *poll, int status, int events)
{
  LsNotifySocket *self = poll->data;
  for (guint i = 0; i < MAX_A_TURN && !self->closing; i++)
    if (!receive (self))
      return;
}

static void
socket_freed (uv_handle_t *handle)
{
  LsNotifySocket *self = handle->data;
  g_free (self->path);
  g_free (self);
}

static int
open_socket (const char *path, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  if (strlen (path) >= sizeof address.sun_path) {
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "\"%s\" is too long for a socket", path);
    return -1;
  }
  strcpy (address.sun_path, path);
  int fd = ls_socket (AF_UNIX, SOCK_DGRAM);
  if (fd >= 0 && bind (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "the notify socket \"%s\" cannot be opened: %s", path, g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

LsNotifySocket *
ls_notify_socket_new (uv_loop_t *loop, const char *path, LsNotifyHeard heard, void *user, GError **error)
{
  int fd = open_socket (path, error);
  if (fd < 0)
    return NULL;
  LsNotifySocket *self = g_new0 (LsNotifySocket, 1);
  int failed = uv_poll_init (loop, &self->poll, fd);
  if (failed < 0) {
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "the notify socket cannot be watched: %s", uv_strerror (failed));
    unlink (path);
    close (fd);
    g_free (self);
    return NULL;
  }
  self->fd = fd;
  self->path = g_strdup (path);
  self->heard = heard;
  self->user = user;
  self->poll.data = self;
  uv_poll_start (&self->poll, UV_READABLE, poll_ready);
  return self;
}

void
ls_notify_socket_tell (LsNotifySocket *self, LsNotifyHeard heard, void *user)
{
  self->heard = heard;
  self->user = user;
}

void
ls_notify_socket_empty (LsNotifySocket *self)
{
  LsNotifyHeard heard = self->heard;
  self->heard = NULL;
  while (receive (self))
    ;
  self->heard = heard;
}

const char *
ls_notify_socket_path (const LsNotifySocket *self)
{
  return self->path;
}

void
ls_notify_socket_drain (LsNotifySocket *self)
{
  poll_ready (&self->poll, 0, UV_READABLE);
}

void
ls_notify_socket_close (LsNotifySocket *self)
{
  if (!self || self->closing)
    return;
  self->closing = TRUE;
  uv_poll_stop (&self->poll);
  unlink (self->path);
  close (self->fd);
  uv_close ((uv_handle_t *) &self->poll, socket_freed);
}
