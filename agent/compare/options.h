/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The command line of lineshaft-compare. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LS_COMPARE_MAX_THREADS 256u
#define LS_COMPARE_MAX_COUNT 100000u
#define LS_COMPARE_MAX_PLUGINS 16u

typedef struct {
  unsigned threads;            /* jobs at once; 0: as many as there are cores */
  unsigned count;              /* jobs each way; 0: what fits into the time */
  uint64_t time_ms;            /* for each way; 0: 2 s, with a count 15 s */
  const char *plugins[LS_COMPARE_MAX_PLUGINS];
  unsigned n_plugins;
  const char *job;             /* texts are argv's */
  const char *const *args;
  int n_args;
  bool help, version;
} LsCompareOptions;

/* FALSE: @why is one sentence. Without a job it is "primes 200000". */
bool ls_compare_options_read (int argc, const char *const *argv, LsCompareOptions *options, char *why, size_t size);
