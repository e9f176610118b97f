/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One job, without an agent: lineshaft-pool --run primes 1000000. */

#include <stdbool.h>

typedef struct {
  const char *name;
  const char *const *args;
  int n_args;
  const char *output;      /* NULL: none */
  bool progress;           /* and messages, on standard error */
} LsOnce;

/* Prints the result, a text as it is. The exit status: 0, 1 when the job failed, 2 when there is none of that name, 128 + signal when it was ended. */
int ls_once_run (const LsOnce *once);
