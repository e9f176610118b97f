/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* lineshaft-agent: the daemon. Wiring only; see daemon/. */
#include "config.h"

#include "daemon/daemon.h"

#include <locale.h>
#include <stdio.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* One loop does nearly all the work: arenas for each thread and memory kept for later would only cost. */
static void
save_memory (void)
{
#ifdef __GLIBC__
  mallopt (M_ARENA_MAX, 1);
  mallopt (M_TRIM_THRESHOLD, 128 * 1024);
  mallopt (M_MMAP_THRESHOLD, 256 * 1024);
#endif
}

int
main (int argc, char **argv)
{
  LsOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  int status;

  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C");
  save_memory ();
  if (!ls_options_parse (argc, argv, &options, &error))
    {
      fprintf (stderr, "lineshaft-agent: %s\n", error->message);
      return 2;
    }
  if (options.show_version)
    {
      printf ("lineshaft-agent %s\n", LS_VERSION);
      status = 0;
    }
  else
    status = ls_daemon_run (&options);
  ls_options_clear (&options);
  return status;
}
