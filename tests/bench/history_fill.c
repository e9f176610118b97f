/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a full history takes: a day and more of samples, one a second, of one cluster, one pool and a number of workers, put into an LsHistory with
 * the usual budget. Prints the bytes that it says it takes and what the process really grew by, as one JSON line. */

#include "metrics/history.h"

#include <stdio.h>
#include <stdlib.h>

#define SECONDS (25 * 3600)
#define BUDGET (4 * 1024 * 1024)

static gsize
resident_bytes (void)
{
  FILE *file = fopen ("/proc/self/statm", "r");
  unsigned long size, resident = 0;

  if (file == NULL || fscanf (file, "%lu %lu", &size, &resident) != 2)
    exit (1);
  fclose (file);
  return resident * 4096;
}

static LsSample *
make_sample (guint workers)
{
  LsSample *sample = ls_sample_new ();
  LsClusterSample *cluster = ls_cluster_sample_new ("web");
  LsCodeCount ok = { 200, 1000 };

  sample->span_ms = 1000;
  sample->cores = g_get_num_processors ();
  sample->cpu = g_new0 (double, sample->cores);
  g_array_append_val (cluster->codes, ok);
  g_ptr_array_add (sample->clusters, cluster);
  g_ptr_array_add (sample->pools, ls_pool_sample_new ("compute"));
  for (guint i = 1; i <= workers; i++)
    {
      g_autofree char *id = g_strdup_printf ("web.%u", i);
      g_ptr_array_add (sample->workers, ls_worker_sample_new (id));
    }
  return sample;
}

int
main (int argc, char **argv)
{
  guint workers = argc > 1 ? (guint) atoi (argv[1]) : 4;
  g_autoptr (LsSample) sample = make_sample (workers);
  gsize before = resident_bytes ();
  LsHistory *history = ls_history_new (BUDGET);

  for (guint i = 0; i < SECONDS; i++)
    {
      sample->at = 1795400000000 + (gint64) i * 1000;
      ls_history_add (history, sample);
    }
  printf ("{\"workers\":%u,\"history_bytes\":%" G_GSIZE_FORMAT ",\"grown_bytes\":%" G_GSIZE_FORMAT "}\n", workers, ls_history_memory (history),
          resident_bytes () - before);
  ls_history_free (history);
  return 0;
}
