/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/worker.h"

#ifdef __linux__
#include <sys/prctl.h>
#endif

/* lineshaft-worker: answers HTTP requests on sockets that lineshaft-agent owns. */
int
main (int argc, char **argv)
{
  static LsWorkerSettings settings;
  static LsWorker worker;
  int status = ls_worker_settings_load (&settings, argc, argv);
  if (status >= 0)
    return status;
#ifdef __linux__
  prctl (PR_SET_NAME, settings.id); /* ps and top show the first 15 characters */
#endif
  return ls_worker_run (&worker, &settings);
}
