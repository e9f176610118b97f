/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/steered_port.h"

#include "base/error.h"
#include "platform/descriptor.h"
#include "platform/linux/steering.h"
#include "platform/listen_socket.h"
#include "platform/sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

struct LsSteeredPort {
  LsListenAddress address;
  int anchor;               /* bound and never listening: the port is ours even while no row has a socket */
  int *fds;                 /* by row; -1: none */
  guint rows;
  LsSteering *steering;
  GArray *shares;           /* LsShare: the last wish; empty: all alike */
};

/* Kernels that only look like Linux may not have it. */
static gboolean
try_to_attach (void)
{
  struct sock_filter first = { BPF_RET | BPF_K, 0, 0, 0 };
  struct sock_fprog program = { 1, &first };
  int fd = ls_socket (AF_INET, SOCK_STREAM);
  if (fd < 0)
    return TRUE;      /* not known, then; opening will say what is wrong */
  gboolean attached = setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &(int) { 1 }, sizeof (int)) == 0
                      && setsockopt (fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) == 0;
  close (fd);
  return attached;
}

gboolean
ls_sockets_can_steer (void)
{
  static enum { NOT_TRIED, NO, YES } answer;
  if (answer == NOT_TRIED)
    answer = try_to_attach () ? YES : NO;
  return answer == YES;
}

LsSteeredPort *
ls_steered_port_new (LsListenAddress *address, guint rows, GError **error)
{
  /* A second program with SO_REUSEPORT would join silently: so first without it, which fails if anybody listens. Set
   * later, it lets our own sockets in beside this one. */
  int anchor = ls_listen_socket_bind (address, FALSE, error);
  if (anchor < 0)
    return NULL;
  setsockopt (anchor, SOL_SOCKET, SO_REUSEPORT, &(int) { 1 }, sizeof (int));
  LsSteeredPort *port = g_new0 (LsSteeredPort, 1);
  port->address = *address;
  port->anchor = anchor;
  port->rows = rows;
  port->fds = g_new (int, rows);
  for (guint row = 0; row < rows; row++)
    port->fds[row] = -1;
  port->steering = ls_steering_new (rows);
  port->shares = g_array_new (FALSE, FALSE, sizeof (LsShare));
  return port;
}

void
ls_steered_port_free (LsSteeredPort *port)
{
  if (!port)
    return;
  for (guint row = 0; row < port->rows; row++)
    if (port->fds[row] >= 0)
      close (port->fds[row]);
  close (port->anchor);
  g_free (port->fds);
  ls_steering_free (port->steering);
  g_array_unref (port->shares);
  g_free (port);
}

/* One program serves all sockets of the port, whichever it is attached through. */
static void
attach (LsSteeredPort *port, GArray *instructions)
{
  struct sock_fprog program = { (unsigned short) instructions->len, (struct sock_filter *) (gpointer) instructions->data };
  if (program.len == 0)
    return;
  int fd = port->fds[ls_steering_row (port->steering, 0)];
  if (setsockopt (fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) < 0)
    g_warning ("connections cannot be steered: %s", g_strerror (errno));
}

static void
attach_wish (LsSteeredPort *port)
{
  g_autoptr (GArray) program
    = ls_steering_program (port->steering, (const LsShare *) (gpointer) port->shares->data, port->shares->len);
  attach (port, program);
}

int
ls_steered_port_lend (LsSteeredPort *port, guint row, GError **error)
{
  LsListenAddress address = port->address;
  g_return_val_if_fail (row < port->rows, -1);
  if (port->fds[row] >= 0)
    return port->fds[row];
  int fd = ls_listen_socket_bind (&address, TRUE, error);
  if (fd < 0)
    return -1;
  if (!ls_listen_socket_start (fd, &address, error)) {
    close (fd);
    return -1;
  }
  port->fds[row] = fd;
  ls_steering_add (port->steering, row);
  attach_wish (port);
  return fd;
}

void
ls_steered_port_steer (LsSteeredPort *port, const LsShare *shares, guint n_shares)
{
  g_array_set_size (port->shares, 0);
  if (n_shares > 0)
    g_array_append_vals (port->shares, shares, n_shares);
  attach_wish (port);
}

guint
ls_steered_port_waiting (LsSteeredPort *port, guint row)
{
  struct tcp_info info;
  socklen_t length = sizeof info;
  if (row >= port->rows || port->fds[row] < 0 || getsockopt (port->fds[row], IPPROTO_TCP, TCP_INFO, &info, &length) < 0)
    return 0;
  return info.tcpi_unacked;      /* of a listening socket: its queue */
}

/* With net.ipv4.tcp_migrate_req=1 the kernel itself gives a closed socket's queue to its neighbours. */
static gboolean
kernel_hands_on (void)
{
  g_autofree char *setting = NULL;
  return g_file_get_contents ("/proc/sys/net/ipv4/tcp_migrate_req", &setting, NULL, NULL) && setting[0] == '1';
}

static guint
close_waiting (int listening)
{
  guint n = 0;
  for (;;) {
    int fd = ls_accept (listening);
    if (fd >= 0) {
      close (fd);
      n++;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return n;
    }
  }
}

guint
ls_steered_port_retire (LsSteeredPort *port, guint row)
{
  if (row >= port->rows || port->fds[row] < 0)
    return 0;
  g_autoptr (GArray) program = ls_steering_program_without (
    port->steering, (const LsShare *) (gpointer) port->shares->data, port->shares->len, row);
  attach (port, program);
  guint closed = kernel_hands_on () ? 0 : close_waiting (port->fds[row]);
  /* A descendant of the row's process may hold it still; a mere close would leave it among the port's sockets. */
  shutdown (port->fds[row], SHUT_RDWR);
  close (port->fds[row]);
  port->fds[row] = -1;
  ls_steering_remove (port->steering, row);
  attach_wish (port);
  return closed;
}
