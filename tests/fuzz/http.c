/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "http/server.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* One input is one client: byte 0 chooses the limits and the pieces in which the rest is sent. Then the client shuts its
 * side and reads to the end. What must hold, whatever it sent:
 *
 * - the server answers or closes, soon, and forgets the connection;
 * - what it sends is well-formed HTTP, one answer for each report and in their order, with the reported status;
 * - every request is reported once, and every exchange that asked for it hears of its end once;
 * - the answers do not depend on the pieces in which the bytes came. */

#define MAX_ANSWERS 512
#define OUTPUT_BYTES (1 << 20)
#define TURNS 20000

typedef struct {
  unsigned status;
  bool head;           /* answers to HEAD have no body */
  bool seen;           /* by a handler or refused: its answer is on the wire */
} Report;

static struct {
  uv_loop_t loop;
  LsHttpServer *servers[2];
  struct sockaddr_un addresses[2];
  char folder[32];

  const uint8_t *data;
  size_t size;
  Report reports[MAX_ANSWERS];
  unsigned n_reports, requests, refused_early, hooked, ended;
  uint64_t bytes_in;
  LsHttpExchange *delayed, *paused;
  char output[OUTPUT_BYTES + 1];
  size_t n_output;
} fuzz;

static _Noreturn void
fail (const char *what)
{
  fprintf (stderr, "after %u requests and %u reports, output:\n%.*s\n", fuzz.requests, fuzz.n_reports, (int) fuzz.n_output, fuzz.output);
  fuzz_fail (what, fuzz.data, fuzz.size);
}

static void
require (bool condition, const char *what)
{
  if (!condition)
    fail (what);
}

/* --- a handler with a mode for each first letter of the path --- */

static void
on_closed (void *user, LsHttpExchange *exchange, bool complete)
{
  fuzz.ended++;
  if (fuzz.delayed == exchange)
    fuzz.delayed = NULL;
  if (fuzz.paused == exchange)
    fuzz.paused = NULL;
}

static bool
echo_chunk (void *user, const char *data, size_t length)
{
  ls_http_exchange_write (user, data, length);
  return true;
}

static bool
pausing_chunk (void *user, const char *data, size_t length)
{
  ls_http_exchange_write (user, data, length);
  fuzz.paused = user;
  return false;
}

static void
on_end (void *user)
{
  ls_http_exchange_end (user);
}

static void
on_whole (void *user, LsHttpExchange *exchange, const char *body, size_t length)
{
  ls_http_exchange_respond (exchange, 200, "text/plain", body, length);
}

static void
on_raw (void *user, const char *data, size_t length)
{
  if (length == 0)
    ls_http_exchange_end (user);
  else
    ls_http_exchange_write (user, data, length);
}

static void
touch_everything (LsHttpExchange *e)
{
  static volatile size_t sink;
  sink += strlen (ls_http_exchange_method (e)) + strlen (ls_http_exchange_target (e)) + strlen (ls_http_exchange_path (e))
          + strlen (ls_http_exchange_query (e));
  const char *value = ls_http_exchange_header (e, "X");
  sink += value ? strlen (value) : 0;
  require (ls_http_exchange_path (e)[0] == '/' || strcmp (ls_http_exchange_path (e), "*") == 0, "a path that is none");
}

static void
on_request (void *user, LsHttpExchange *e)
{
  const char *path = ls_http_exchange_path (e);
  char mode = path[0] == '/' ? path[1] : 0;
  fuzz.requests++;
  touch_everything (e);
  if (strchr ("hdpu", mode) && mode)
    {
      fuzz.hooked++;
      ls_http_exchange_on_closed (e, on_closed, NULL);
    }
  if (mode == 'e' || mode == 'p')
    {
      ls_http_exchange_begin (e, 200, "text/plain", -1);
      ls_http_exchange_read_body (e, mode == 'e' ? echo_chunk : pausing_chunk, on_end, e);
    }
  else if (mode == 'c')
    ls_http_exchange_collect_body (e, on_whole, NULL);
  else if (mode == 'd' && !ls_http_exchange_has_body (e)) /* with one, its end and the answer would race */
    fuzz.delayed = e;
  else if (mode == 'u' && ls_http_exchange_upgrade (e, "raw", on_raw, e) == 0)
    return;
  else if (mode == 's')
    ls_http_exchange_respond (e, 200u + (unsigned char) path[2], NULL, "status", 6);
  else
    ls_http_exchange_respond (e, mode == 'n' ? 204 : 200, "text/plain", path, strlen (path));
}

static void
on_observe (void *user, const LsHttpRecord *record)
{
  require (fuzz.n_reports < MAX_ANSWERS, "more reports than requests fit into the input");
  fuzz.bytes_in += record->bytes_in;
  fuzz.reports[fuzz.n_reports++] = (Report){
    .status = record->status, .head = record->method && strcmp (record->method, "HEAD") == 0, .seen = record->bytes_out > 0,
  };
  require (record->status >= 101 && record->status <= 599, "a status that is none");
}

/* --- the client --- */

static void
serve_waiting (void)
{
  if (fuzz.paused)
    {
      LsHttpExchange *e = fuzz.paused;
      fuzz.paused = NULL;
      ls_http_exchange_resume_body (e);
    }
  if (fuzz.delayed)
    {
      LsHttpExchange *e = fuzz.delayed;
      fuzz.delayed = NULL;
      ls_http_exchange_respond (e, 200, NULL, "delayed", 7);
    }
}

/* False at the end of the answers. */
static bool
receive (int fd)
{
  ssize_t n;
  while (fuzz.n_output < OUTPUT_BYTES && (n = recv (fd, fuzz.output + fuzz.n_output, OUTPUT_BYTES - fuzz.n_output, 0)) > 0)
    fuzz.n_output += (size_t) n;
  fuzz.output[fuzz.n_output] = '\0';
  require (fuzz.n_output < OUTPUT_BYTES, "an endless answer");
  return n < 0 && errno == EAGAIN;
}

static bool
turn (int fd)
{
  uv_run (&fuzz.loop, UV_RUN_NOWAIT);
  serve_waiting ();
  return receive (fd);
}

static int
connect_to (unsigned server)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  require (connect (fd, (struct sockaddr *) &fuzz.addresses[server], sizeof fuzz.addresses[server]) == 0, "cannot connect");
  fcntl (fd, F_SETFL, O_NONBLOCK);
  return fd;
}

static void
converse (unsigned server, const uint8_t *data, size_t size, uint32_t pieces)
{
  bool open = true;
  fuzz.n_reports = fuzz.requests = fuzz.hooked = fuzz.ended = 0;
  fuzz.n_output = fuzz.bytes_in = 0;
  int fd = connect_to (server);
  for (size_t at = 0; at < size && open;)
    {
      size_t piece = size - at;
      if (pieces > 0)
        {
          pieces = pieces * 1664525u + 1013904223u;
          size_t most = 1u << (pieces >> 29);
          piece = 1 + (pieces >> 8) % most;
        }
      ssize_t n = send (fd, data + at, piece < size - at ? piece : size - at, MSG_NOSIGNAL);
      if (n < 0 && errno != EAGAIN)
        break;
      at += n > 0 ? (size_t) n : 0;
      open = turn (fd);
    }
  shutdown (fd, SHUT_WR);
  for (unsigned i = 0; open && i < TURNS; i++)
    open = turn (fd);
  require (!open, "the server goes on and on");
  close (fd);
  for (unsigned i = 0; i < TURNS && ls_http_server_connections (fuzz.servers[server]) > 0; i++)
    uv_run (&fuzz.loop, UV_RUN_NOWAIT);
  require (ls_http_server_connections (fuzz.servers[server]) == 0, "a connection is left");
  require (ls_http_server_in_flight (fuzz.servers[server]) == 0, "an exchange is left");
  require (fuzz.hooked == fuzz.ended, "an exchange did not hear of its end, or twice");
  require (fuzz.n_reports >= fuzz.requests, "a request was not reported");
  require (fuzz.bytes_in <= size, "more bytes reported than sent");
}

/* --- reading the answers --- */

/* NULL if the answer is cut off between two chunks or within one. */
static const char *
skip_chunks (const char *at, const char *end)
{
  for (;;)
    {
      char *after;
      if (at == end)
        return NULL;
      unsigned long length = strtoul (at, &after, 16);
      require (after > at && end - after >= 2 && memcmp (after, "\r\n", 2) == 0, "a chunk without a size");
      require ((size_t) (end - after - 2) >= length + 2, "a chunk is cut");
      at = after + 2 + length;
      require (memcmp (at, "\r\n", 2) == 0, "a chunk longer than it says");
      at += 2;
      if (length == 0)
        return at;
    }
}

static const char *
field (const char *head, const char *end, const char *name)
{
  for (const char *at = strstr (head, "\r\n") + 2; at < end - 2; at = strstr (at, "\r\n") + 2)
    {
      const char *colon = memchr (at, ':', (size_t) (end - at));
      require (colon != NULL, "an answer's header has no colon");
      if ((size_t) (colon - at) == strlen (name) && strncasecmp (at, name, strlen (name)) == 0)
        return colon + 2;
    }
  return NULL;
}

/* Reads one answer at @at and returns where the next begins; NULL if there can be none after it. A streamed answer may be cut
 * off, when its request turned out to be bad after it had begun. */
static const char *
read_answer (const char *at, const char *end, const Report *report, unsigned *ret_status)
{
  unsigned status = 0;
  require (sscanf (at, "HTTP/1.1 %3u ", &status) == 1, "an answer without a status line");
  const char *head_end = strstr (at, "\r\n\r\n");
  require (head_end != NULL, "an answer's head does not end");
  const char *body = head_end + 4, *length = field (at, body - 2, "Content-Length"), *coding = field (at, body - 2, "Transfer-Encoding");
  *ret_status = status;
  require (!length || !coding, "an answer with two framings");
  if (status == 100)
    return body;
  require (field (at, body - 2, "Date") != NULL, "an answer without Date");
  if (status == 101)
    return NULL;
  if (report->head || status == 204 || status == 304)
    return body;
  if (coding)
    return skip_chunks (body, end);
  if (!length)
    return NULL;
  unsigned long bytes = strtoul (length, NULL, 10);
  require ((size_t) (end - body) >= bytes, "an answer's body is cut");
  return body + bytes;
}

static void
check_answers (void)
{
  const char *at = fuzz.output, *end = fuzz.output + fuzz.n_output;
  unsigned answers = 0;
  while (at && at < end)
    {
      unsigned status;
      require (answers < fuzz.n_reports, "an answer that was not reported");
      at = read_answer (at, end, &fuzz.reports[answers], &status);
      if (status == 100)
        continue;
      require (status == fuzz.reports[answers].status, "an answer with another status than reported");
      answers++;
      require (at || answers == fuzz.n_reports || status == 101, "something follows an answer that has no end");
    }
  for (unsigned i = answers; i < fuzz.n_reports; i++)
    require (fuzz.reports[i].status == 499 || fuzz.reports[i].status == 101 || i + 1 == fuzz.n_reports, "a report without an answer");
}

/* --- one input --- */

static void
listen_at (unsigned server, const LsHttpLimits *limits)
{
  static const LsHttpHandlers handlers = { .request = on_request, .observe = on_observe };
  struct sockaddr_un *address = &fuzz.addresses[server];
  address->sun_family = AF_UNIX;
  snprintf (address->sun_path, sizeof address->sun_path, "%s/%u", fuzz.folder, server);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  require (bind (fd, (struct sockaddr *) address, sizeof *address) == 0 && listen (fd, 16) == 0, "cannot listen");
  require (ls_http_server_new (&fuzz.loop, limits, &handlers, NULL, &fuzz.servers[server]) == 0, "no server");
  require (ls_http_server_listen (fuzz.servers[server], fd) == 0, "cannot serve");
}

static void
remove_folder (void)
{
  for (unsigned i = 0; i < 2; i++)
    {
      unlink (fuzz.addresses[i].sun_path);
      ls_http_server_close (fuzz.servers[i], NULL, NULL);
    }
  uv_run (&fuzz.loop, UV_RUN_DEFAULT);
  rmdir (fuzz.folder);
}

static void
start (void)
{
  LsHttpLimits limits = ls_http_limits_default ();
  uv_loop_init (&fuzz.loop);
  strcpy (fuzz.folder, "/tmp/ls-fuzz-XXXXXX");
  require (mkdtemp (fuzz.folder) != NULL, "no folder");
  listen_at (0, &limits);
  limits.head_bytes = 200;
  limits.target_bytes = 40;
  limits.body_bytes = 30;
  listen_at (1, &limits);
  atexit (remove_folder);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static bool started;
  static Report first[MAX_ANSWERS];
  if (size < 1 || size > 16384)
    return 0;
  fuzz.data = data;
  fuzz.size = size;
  if (!started)
    start ();
  started = true;
  unsigned server = data[0] & 1;
  converse (server, data + 1, size - 1, 0);
  check_answers ();
  unsigned count = fuzz.n_reports;
  memcpy (first, fuzz.reports, count * sizeof *first);
  converse (server, data + 1, size - 1, data[0] * 2654435761u + 1);
  check_answers ();
  if (server == 1)
    return 0; /* with the tight limits, what is noticed first depends on the pieces */
  require (count == fuzz.n_reports, "the pieces change the number of answers");
  for (unsigned i = 0; i < count; i++)
    require (first[i].status == fuzz.reports[i].status, "the pieces change a status");
  return 0;
}
