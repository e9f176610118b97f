/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/client.h"

#include <errno.h>
#include <sys/socket.h>

static void open_connection (LsClient *client);

const char *
ls_outcome_name (LsOutcome outcome)
{
  static const char *const names[LS_N_OUTCOMES] = { "answered", "refused", "reset", "cut_short", "timed_out", "malformed", "local" };
  return names[outcome];
}

void
ls_client_init (LsClient *client, uv_loop_t *loop, const LsTarget *target, LsTraffic *traffic,
                void (*done) (LsClient *client, LsOutcome outcome), void *user)
{
  client->loop = loop;
  client->target = target;
  client->traffic = traffic;
  client->done = done;
  client->user = user;
  client->state = LS_CLIENT_CLOSED;
  client->waiting = false;
  client->in_done = false;
  client->request = NULL;
}

bool
ls_client_is_busy (const LsClient *client)
{
  return client->state == LS_CLIENT_BUSY || client->state == LS_CLIENT_CONNECTING || client->waiting;
}

static void
on_closed (uv_handle_t *handle)
{
  LsClient *client = handle->data;
  client->state = LS_CLIENT_CLOSED;
  if (client->waiting) {
    client->waiting = false;
    open_connection (client);
  }
}

static void
close_connection (LsClient *client)
{
  client->state = LS_CLIENT_CLOSING;
  uv_close (&client->as.handle, on_closed);
}

/* The one place where a request gets its outcome. */
static void
finish (LsClient *client, LsOutcome outcome, bool reusable)
{
  client->request = NULL;
  if (reusable)
    client->state = LS_CLIENT_OPEN;
  else
    close_connection (client);
  client->in_done = true;
  client->done (client, outcome);
  client->in_done = false;
}

static LsOutcome
outcome_of_error (int error, bool connected)
{
  switch (error) {
  case UV_ETIMEDOUT:
    return LS_OUTCOME_TIMED_OUT;
  case UV_ECONNREFUSED:
  case UV_ENOENT:
  case UV_EAGAIN: /* a Unix socket whose backlog is full */
    return connected ? LS_OUTCOME_RESET : LS_OUTCOME_REFUSED;
  case UV_ECONNRESET:
  case UV_EPIPE:
  case UV_ECONNABORTED:
    return LS_OUTCOME_RESET;
  default:
    return connected ? LS_OUTCOME_RESET : LS_OUTCOME_LOCAL;
  }
}

/* One buffer for all: an answer is read on the spot. */
static void
on_alloc (uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
  static char buffer[64 * 1024];
  *buf = uv_buf_init (buffer, sizeof buffer);
}

static void
connection_ended (LsClient *client, int error)
{
  if (client->state == LS_CLIENT_OPEN) {
    client->traffic->closed_idle++;
    close_connection (client);
  } else if (error != UV_EOF)
    finish (client, outcome_of_error (error, true), false);
  else
    finish (client, ls_answer_end (&client->answer) ? LS_OUTCOME_ANSWERED : LS_OUTCOME_CUT_SHORT, false);
}

static void
on_read (uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
  LsClient *client = stream->data;
  if (n == 0)
    return;
  if (n < 0) {
    connection_ended (client, (int) n);
    return;
  }
  client->traffic->bytes_in += (uint64_t) n;
  if (client->state == LS_CLIENT_OPEN) { /* a parting 408, say */
    connection_ended (client, UV_EOF);
    return;
  }
  ssize_t used = ls_answer_feed (&client->answer, buf->base, (size_t) n);
  if (used != n)
    finish (client, LS_OUTCOME_MALFORMED, false);
  else if (ls_answer_is_complete (&client->answer))
    finish (client, LS_OUTCOME_ANSWERED, client->keep && client->answer.keep_alive);
}

/* That writing failed is told by reading, too: there may even be an answer to read. */
static void
on_written (uv_write_t *write, int status)
{
}

static void
write_request (LsClient *client)
{
  client->state = LS_CLIENT_BUSY;
  ls_answer_init (&client->answer);
  client->traffic->bytes_out += client->length;
  uv_buf_t buf = uv_buf_init ((char *) client->request, (unsigned) client->length);
  int n = uv_try_write (&client->as.stream, &buf, 1);
  if (n == (int) client->length || (n < 0 && n != UV_EAGAIN))
    return;
  if (n > 0)
    buf = uv_buf_init ((char *) client->request + n, (unsigned) client->length - (unsigned) n);
  if (uv_write (&client->write, &client->as.stream, &buf, 1, on_written) < 0)
    finish (client, LS_OUTCOME_LOCAL, false);
}

static void
on_connected (uv_connect_t *connect, int status)
{
  LsClient *client = connect->handle->data;
  if (client->state != LS_CLIENT_CONNECTING)
    return;
  if (status == 0)
    status = uv_read_start (&client->as.stream, on_alloc, on_read);
  if (status < 0) {
    finish (client, outcome_of_error (status, false), false);
    return;
  }
  client->traffic->opened++;
  write_request (client);
}

static void
open_connection (LsClient *client)
{
  int r = 0;
  client->state = LS_CLIENT_CONNECTING;
  if (client->target->unix_path[0] != '\0') {
    uv_pipe_init (client->loop, &client->as.pipe, 0);
    client->as.handle.data = client;
    uv_pipe_connect (&client->connect, &client->as.pipe, client->target->unix_path, on_connected);
  } else {
    uv_tcp_init (client->loop, &client->as.tcp);
    client->as.handle.data = client;
    uv_tcp_nodelay (&client->as.tcp, 1);
    r = uv_tcp_connect (&client->connect, &client->as.tcp, (const struct sockaddr *) &client->target->address, on_connected);
  }
  if (r < 0)
    finish (client, outcome_of_error (r, false), false);
}

/* Whether the server has closed a kept connection (or said something unasked) that the loop has not read yet. */
static bool
is_stale (LsClient *client)
{
  uv_os_fd_t fd;
  char byte;
  if (uv_fileno (&client->as.handle, &fd) < 0)
    return true;
  return recv (fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

void
ls_client_send (LsClient *client, const char *request, size_t length, bool keep)
{
  client->request = request;
  client->length = length;
  client->keep = keep;
  /* Straight after an answer the connection was just seen alive. */
  if (client->state == LS_CLIENT_OPEN && !client->in_done && is_stale (client)) {
    client->traffic->closed_idle++;
    close_connection (client);
  }
  if (client->state == LS_CLIENT_OPEN)
    write_request (client);
  else if (client->state == LS_CLIENT_CLOSING)
    client->waiting = true;
  else
    open_connection (client);
}

void
ls_client_time_out (LsClient *client)
{
  if (client->state == LS_CLIENT_BUSY || client->state == LS_CLIENT_CONNECTING)
    finish (client, LS_OUTCOME_TIMED_OUT, false);
}

void
ls_client_close (LsClient *client)
{
  client->waiting = false;
  if (client->state != LS_CLIENT_CLOSED && client->state != LS_CLIENT_CLOSING)
    close_connection (client);
}
