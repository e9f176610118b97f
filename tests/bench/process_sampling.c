/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What it costs to read CPU, memory and state of a process: our reader beside libgtop's three calls, in turns, on this process. CPU time, not
 * the clock on the wall. Prints one JSON line a round. */

#include "platform/process_figures.h"

#include <glibtop.h>
#include <glibtop/close.h>
#include <glibtop/procmem.h>
#include <glibtop/procstate.h>
#include <glibtop/proctime.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define READINGS 20000

static double
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e6 + (double) now.tv_nsec / 1e3;
}

static double
measure_ours (LsProcessReader *reader)
{
  double start = cpu_us ();

  for (int i = 0; i < READINGS; i++)
    {
      LsProcessFigures figures = { 0 };
      if (!ls_process_reader_read (reader, &figures) || figures.rss == 0)
        exit (1);
    }
  return (cpu_us () - start) / READINGS;
}

static double
measure_libgtop (pid_t pid)
{
  double start = cpu_us ();

  for (int i = 0; i < READINGS; i++)
    {
      glibtop_proc_time time;
      glibtop_proc_mem memory;
      glibtop_proc_state state;

      glibtop_get_proc_time (&time, pid);
      glibtop_get_proc_mem (&memory, pid);
      glibtop_get_proc_state (&state, pid);
      if (memory.resident == 0)
        exit (1);
    }
  return (cpu_us () - start) / READINGS;
}

int
main (int argc, char **argv)
{
  int rounds = argc > 1 ? atoi (argv[1]) : 7;
  LsProcessReader *reader = ls_process_reader_new (getpid ());

  glibtop_init ();
  for (int i = 0; i < rounds; i++)
    {
      double ours = measure_ours (reader);
      double libgtop = measure_libgtop (getpid ());
      printf ("{\"ours_us\":%.3f,\"libgtop_us\":%.3f}\n", ours, libgtop);
    }
  ls_process_reader_free (reader);
  glibtop_close ();
  return 0;
}
