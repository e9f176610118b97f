/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* spawn-loop AT_ONCE CHILDREN ROUNDS PROGRAM: posix_spawn and wait, so many at a time, and nothing else: no pipes, no output kept, nobody told. One JSON
 * line a round. */

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static void
wait_for_one (void)
{
  int status;

  if (wait (&status) < 0 || !WIFEXITED (status) || WEXITSTATUS (status) != 0)
    exit (1);
}

int
main (int argc, char **argv)
{
  if (argc != 5)
    return 2;
  int at_once = atoi (argv[1]), children = atoi (argv[2]), rounds = atoi (argv[3]);

  for (int round = 0; round < rounds; round++)
    {
      double start = now ();
      for (int i = 0; i < children; i++)
        {
          char *child[] = { argv[4], NULL };
          pid_t pid;
          if (i >= at_once)
            wait_for_one ();
          if (posix_spawn (&pid, child[0], NULL, NULL, child, environ) != 0)
            return 1;
        }
      for (int i = 0; i < at_once && i < children; i++)
        wait_for_one ();
      printf ("{\"per_second\":%.0f}\n", children / (now () - start));
      fflush (stdout);
    }
  return 0;
}
