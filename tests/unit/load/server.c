/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "server.h"

#include <arpa/inet.h>

static void
on_closed (uv_handle_t *handle)
{
  free (handle);
}

static void
on_alloc (uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
  static char buffer[4096];
  *buf = uv_buf_init (buffer, sizeof buffer);
}

static void
act (Server *server, uv_tcp_t *connection)
{
  const Act *what = &server->acts[server->requests < server->n_acts ? server->requests : server->n_acts - 1];
  server->requests++;
  if (what->answer != NULL) {
    uv_buf_t buf = uv_buf_init ((char *) what->answer, (unsigned) strlen (what->answer));
    assert_int_equal (uv_try_write ((uv_stream_t *) connection, &buf, 1), buf.len);
  }
  if (what->then == THEN_CLOSE)
    uv_close ((uv_handle_t *) connection, on_closed);
  else if (what->then == THEN_RESET)
    uv_tcp_close_reset (connection, on_closed);
}

/* A request comes whole: they are short. */
static void
on_read (uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
  if (n < 0 && !uv_is_closing ((uv_handle_t *) stream))
    uv_close ((uv_handle_t *) stream, on_closed);
  else if (n > 0)
    act (stream->data, (uv_tcp_t *) stream);
}

static void
on_connection (uv_stream_t *listener, int status)
{
  Server *server = listener->data;
  uv_tcp_t *connection = calloc (1, sizeof *connection);
  uv_tcp_init (&server->loop, connection);
  connection->data = server;
  assert_int_equal (uv_accept (listener, (uv_stream_t *) connection), 0);
  server->accepted++;
  uv_read_start ((uv_stream_t *) connection, on_alloc, on_read);
}

void
server_start (Server *server, const Act *acts, unsigned n_acts)
{
  struct sockaddr_in address;
  int length = sizeof address;
  *server = (Server) { .acts = acts, .n_acts = n_acts };
  uv_loop_init (&server->loop);
  uv_tcp_init (&server->loop, &server->listener);
  server->listener.data = server;
  uv_ip4_addr ("127.0.0.1", 0, &address);
  assert_int_equal (uv_tcp_bind (&server->listener, (struct sockaddr *) &address, 0), 0);
  assert_int_equal (uv_listen ((uv_stream_t *) &server->listener, 128, on_connection), 0);
  uv_tcp_getsockname (&server->listener, (struct sockaddr *) &address, &length);
  server->port = ntohs (address.sin_port);
}

void
server_stop (Server *server)
{
  uv_close ((uv_handle_t *) &server->listener, NULL);
  uv_run (&server->loop, UV_RUN_DEFAULT);
  assert_int_equal (uv_loop_close (&server->loop), 0);
}
