/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* thread-pool THREADS JOBS LIMIT ROUNDS: the same small jobs, by the same code, in a GThreadPool of this process: no queue between processes, no
 * names, no results that anybody could ask for. One JSON line a round; it also says how much CPU such a job takes by itself, without any pool. */

#include "pool/jobs/primes.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static gint left;

static void
ignore_progress (LsRun *run, double part, const char *text)
{
}

static void
ignore_text (LsRun *run, const char *text)
{
}

static void
refuse (LsRun *run, const char *sentence)
{
  fprintf (stderr, "%s\n", sentence);
  exit (1);
}

static int
is_not_cancelled (LsRun *run)
{
  return 0;
}

static void
work (gpointer limit, gpointer unused)
{
  char *const args[] = { limit, NULL };
  LsRun run = { .n_args = 1, .args = args, .progress = ignore_progress, .result = ignore_text, .fail = refuse, .send = ignore_text,
                .cancelled = is_not_cancelled };
  LsStep step = ls_primes_job.begin (&run);

  while (step == LS_STEP_MORE)
    step = ls_primes_job.step (&run);
  ls_primes_job.end (&run);
  g_atomic_int_add (&left, -1);
}

static double
alone_us (char *limit, int jobs)
{
  clock_t start = clock ();      /* of the CPU: others may run beside us */

  for (int i = 0; i < jobs; i++)
    work (limit, NULL);
  return (double) (clock () - start) * 1e6 / CLOCKS_PER_SEC / jobs;
}

int
main (int argc, char **argv)
{
  if (argc != 5)
    return 2;
  int threads = atoi (argv[1]), jobs = atoi (argv[2]), rounds = atoi (argv[4]);
  GThreadPool *pool = g_thread_pool_new (work, NULL, threads, TRUE, NULL);

  for (int round = 0; round < rounds; round++)
    {
      gint64 start = g_get_monotonic_time ();
      g_atomic_int_set (&left, jobs);
      for (int i = 0; i < jobs; i++)
        g_thread_pool_push (pool, argv[3], NULL);
      while (g_atomic_int_get (&left) > 0)
        g_usleep (100);
      double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
      printf ("{\"per_second\":%.0f,\"alone_us\":%.2f}\n", jobs / seconds, alone_us (argv[3], jobs / 4));
    }
  g_thread_pool_free (pool, FALSE, TRUE);
  return 0;
}
