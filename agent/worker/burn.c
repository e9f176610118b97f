/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Work for the processor goes to libuv's thread pool, so that the loop keeps answering. Who asked may go away meanwhile: work
 * that has not begun is taken back, work that has is let finish. */

typedef struct {
  uv_work_t work;
  LsWorker *worker;
  LsHttpExchange *exchange;  /* NULL once the client is gone */
  unsigned ms;
  uint64_t started_ns;
} Burn;

static uint64_t
thread_cpu_ns (void)
{
  struct timespec now;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec;
}

/* On a thread of the pool. */
static void
burn (uv_work_t *work)
{
  const Burn *job = work->data;
  uint64_t end = thread_cpu_ns () + job->ms * 1000000ull;
  volatile uint64_t sink = 88172645463325252u;
  while (thread_cpu_ns () < end)
    for (unsigned i = 0; i < 2000; i++)
      {
        uint64_t x = sink;
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        sink = x;
      }
}

static void
show_pool (LsWorker *worker)
{
  unsigned size = worker->settings->io_threads, pending = worker->io_pending;
  ls_scoreboard_set (&worker->row->io_pool_active, pending < size ? pending : size);
  ls_scoreboard_set (&worker->row->io_pool_queued, pending < size ? 0 : pending - size);
}

static void
after_burn (uv_work_t *work, int status)
{
  Burn *job = work->data;
  job->worker->io_pending--;
  show_pool (job->worker);
  if (job->exchange)
    {
      char text[96];
      int length = snprintf (text, sizeof text, "burned %u ms in a thread of the I/O pool, took %.1f ms\n", job->ms,
                             (double) (uv_hrtime () - job->started_ns) / 1e6);
      ls_http_exchange_on_closed (job->exchange, NULL, NULL);
      ls_http_exchange_respond (job->exchange, 200, "text/plain; charset=utf-8", text, (size_t) length);
    }
  free (job);
}

static void
on_closed (void *user, LsHttpExchange *exchange, bool complete)
{
  Burn *job = user;
  job->exchange = NULL;
  uv_cancel ((uv_req_t *) &job->work);
}

void
ls_worker_burn (LsWorker *worker, LsHttpExchange *exchange, unsigned ms)
{
  Burn *job = calloc (1, sizeof *job);
  if (!job)
    {
      ls_worker_problem (exchange, 503, "There is no memory left for this.");
      return;
    }
  job->work.data = job;
  job->worker = worker;
  job->exchange = exchange;
  job->ms = ms;
  job->started_ns = uv_hrtime ();
  ls_http_exchange_on_closed (exchange, on_closed, job);
  uv_queue_work (worker->loop, &job->work, burn, after_burn);
  worker->io_pending++;
  show_pool (worker);
}
