/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/worker.h"

#include "worker/notify.h"
#include "worker/row.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define HEARTBEAT_MS 500
#define GRACE_MS 1000        /* for kept connections to ask once more and learn that they are to go */
#define QUICK_GRACE_MS 50    /* when there are none */
#define TIMER_GRAIN_NS 1000000
#define REFUSALS_LOGGED 20   /* between two heartbeats; the rest only as a number */

/* --- counting --- */

static void
log_refusal (LsWorker *worker, const LsHttpRecord *record)
{
  if (worker->logged++ >= REFUSALS_LOGGED)
    {
      worker->unlogged++;
      return;
    }
  fprintf (stderr, "refused with %u: %s%s%.200s%s%s\n", record->status, record->method ? record->method : "",
           record->method ? " " : "", record->target ? record->target : "", record->method || record->target ? ": " : "",
           record->refusal);
}

static void
on_observe (void *user, const LsHttpRecord *record)
{
  LsWorker *worker = user;
  LsScoreboardRow *row = worker->row;
  ls_scoreboard_add (&row->bytes_in, record->bytes_in);
  ls_scoreboard_add (&row->bytes_out, record->bytes_out);
  ls_scoreboard_count (row, record->status, record->latency_us);
  if (record->refusal)
    log_refusal (worker, record);
}

static void
on_gauges (void *user, unsigned connections, unsigned in_flight)
{
  LsWorker *worker = user;
  ls_scoreboard_set (&worker->row->connections, connections);
  ls_scoreboard_set (&worker->row->in_flight, in_flight);
}

static bool
on_opened (void *user, LsHttpConnection *connection, void **ret_context)
{
  LsWorker *worker = user;
  ls_scoreboard_add (&worker->row->accepted, 1);
  return true;
}

/* --- the heart --- */

static void
write_heartbeat (LsWorker *worker)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  uint64_t ms = (uint64_t) now.tv_sec * 1000u + (uint64_t) now.tv_nsec / 1000000u;
  __atomic_store_n (&worker->row->heartbeat_ms, ms, __ATOMIC_RELAXED);
}

static void
set_next_beat (LsWorker *worker)
{
  worker->heartbeat_due_ns = (uv_now (worker->loop) + worker->heartbeat_ms) * 1000000u;
}

/* libuv's clock counts milliseconds, so a timer that is late by less than one is not late. */
static void
on_heartbeat (uv_timer_t *timer)
{
  LsWorker *worker = timer->data;
  uint64_t now_ns = uv_hrtime (), due_ns = worker->heartbeat_due_ns + TIMER_GRAIN_NS;
  uint64_t lag_us = now_ns > due_ns ? (now_ns - due_ns) / 1000 : 0;
  ls_scoreboard_set (&worker->row->loop_lag_us, lag_us < UINT32_MAX ? (uint32_t) lag_us : UINT32_MAX);
  write_heartbeat (worker);
  if (worker->settings->watchdog_ms > 0)
    ls_worker_notify ("WATCHDOG=1");
  if (worker->unlogged > 0)
    fprintf (stderr, "refused %u more\n", worker->unlogged);
  worker->logged = worker->unlogged = 0;
  uv_timer_start (timer, on_heartbeat, worker->heartbeat_ms, 0);
  set_next_beat (worker);
}

static void
start_heart (LsWorker *worker)
{
  unsigned watchdog_ms = worker->settings->watchdog_ms;
  worker->heartbeat_ms = watchdog_ms > 0 && watchdog_ms < HEARTBEAT_MS ? watchdog_ms : HEARTBEAT_MS;
  uv_timer_init (worker->loop, &worker->heartbeat);
  worker->heartbeat.data = worker;
  uv_timer_start (&worker->heartbeat, on_heartbeat, worker->heartbeat_ms, 0);
  set_next_beat (worker);
  write_heartbeat (worker);
}

/* --- the end --- */

static void
on_drained (void *user)
{
  LsWorker *worker = user;
  ls_http_server_close (worker->server, NULL, NULL);
  uv_close ((uv_handle_t *) &worker->heartbeat, NULL);
  uv_close ((uv_handle_t *) &worker->terminate, NULL);
  uv_close ((uv_handle_t *) &worker->interrupt, NULL);
  ls_worker_channel_close (worker->channel);
  worker->channel = NULL;
}

static void
drain (LsWorker *worker)
{
  if (worker->draining)
    return;
  worker->draining = true;
  ls_scoreboard_set (&worker->row->draining, 1);
  ls_worker_notify ("STOPPING=1");
  unsigned grace_ms = ls_http_server_connections (worker->server) > 0 ? GRACE_MS : QUICK_GRACE_MS;
  ls_http_server_drain (worker->server, grace_ms, on_drained, worker);
}

/* Told once, it drains; told twice, it is in a hurry. */
static void
on_signal (uv_signal_t *handle, int number)
{
  LsWorker *worker = handle->data;
  if (worker->draining)
    {
      signal (number, SIG_DFL);
      raise (number);
    }
  drain (worker);
}

/* --- the channel --- */

static void
on_message (void *user, json_t *message)
{
  LsWorker *worker = user;
  json_t *answer = json_pack ("{s:O, s:s}", "echo", message, "from", worker->settings->id);
  if (answer)
    ls_worker_channel_send (worker->channel, answer);
  json_decref (answer);
}

/* Without an agent nobody would ever stop us. */
static void
on_channel_end (void *user)
{
  drain (user);
}

static int
open_channel (LsWorker *worker)
{
  static const LsWorkerChannelHandlers handlers = { on_message, on_channel_end };
  if (worker->settings->channel_fd < 0)
    return 0;
  return ls_worker_channel_open (worker->loop, worker->settings->channel_fd, &handlers, worker, &worker->channel);
}

/* --- the beginning --- */

static void
take_row (LsWorker *worker)
{
  const LsWorkerSettings *settings = worker->settings;
  int r = settings->scoreboard_fd >= 0 ? ls_worker_row_map (settings->scoreboard_fd, settings->row, &worker->row) : -ENOENT;
  if (r < 0 && r != -ENOENT)
    fprintf (stderr, "lineshaft-worker: the scoreboard cannot be used (%s); requests are served and not counted\n", strerror (-r));
  if (r < 0)
    worker->row = ls_worker_row_private ();
  ls_scoreboard_set (&worker->row->io_pool_size, settings->io_threads);
  ls_scoreboard_set (&worker->row->pid, (uint32_t) getpid ());
}

static int
start_serving (LsWorker *worker)
{
  static const LsHttpHandlers handlers = {
    .request = ls_worker_route, .observe = on_observe, .opened = on_opened, .gauges = on_gauges,
  };
  LsHttpLimits limits = ls_http_limits_default ();
  int r = ls_http_server_new (worker->loop, &limits, &handlers, worker, &worker->server);
  for (unsigned i = 0; i < worker->settings->n_sockets && r >= 0; i++)
    r = ls_http_server_listen (worker->server, worker->settings->sockets[i]);
  if (r < 0)
    fprintf (stderr, "lineshaft-worker: cannot serve its sockets: %s\n", r == -EINVAL ? "one does not listen" : strerror (-r));
  return r;
}

static void
watch_signals (LsWorker *worker)
{
  uv_signal_init (worker->loop, &worker->terminate);
  uv_signal_init (worker->loop, &worker->interrupt);
  worker->terminate.data = worker->interrupt.data = worker;
  uv_signal_start (&worker->terminate, on_signal, SIGTERM);
  uv_signal_start (&worker->interrupt, on_signal, SIGINT);
}

/* Whoever reads our stderr through a pipe may stall; a lost line is better than a stalled worker. A terminal or file is
 * shared with others and left as it is. */
static void
unblock_stderr (void)
{
  struct stat status;
  if (fstat (STDERR_FILENO, &status) == 0 && (S_ISFIFO (status.st_mode) || S_ISSOCK (status.st_mode)))
    fcntl (STDERR_FILENO, F_SETFL, fcntl (STDERR_FILENO, F_GETFL) | O_NONBLOCK);
}

int
ls_worker_run (LsWorker *worker, const LsWorkerSettings *settings)
{
  memset (worker, 0, sizeof *worker);
  worker->loop = uv_default_loop ();
  worker->settings = settings;
  signal (SIGPIPE, SIG_IGN);
  unblock_stderr ();
  take_row (worker);
  worker->greeting_length = (size_t) snprintf (worker->greeting, sizeof worker->greeting, "%.60s pid %d request ", settings->id,
                                               (int) getpid ());
  if (start_serving (worker) < 0)
    return 1;
  int r = open_channel (worker);
  if (r < 0)
    fprintf (stderr, "lineshaft-worker: the channel cannot be used: %s\n", strerror (-r));
  watch_signals (worker);
  start_heart (worker);
  ls_worker_notify ("READY=1\nSTATUS=Serving");
  uv_run (worker->loop, UV_RUN_DEFAULT);
  uv_loop_close (worker->loop);
  return 0;
}
