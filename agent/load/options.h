/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The command line of lineshaft-load: words in, wishes out, or a sentence. Every wish is bounded. */

#include "load/target.h"

#include <stdbool.h>
#include <stdint.h>

#define LS_LOAD_MAX_CONNECTIONS 4096u
#define LS_LOAD_MAX_RATE 1000000.0
#define LS_LOAD_MAX_REQUESTS 1000000000u
#define LS_LOAD_MAX_DURATION_MS (60 * 60 * 1000u)
#define LS_LOAD_MAX_PATHS 32u

typedef enum { LS_KEEP_ALIVE_YES, LS_KEEP_ALIVE_NO, LS_KEEP_ALIVE_MIXED } LsKeepAlive;
typedef enum { LS_LOAD_RUN, LS_LOAD_HELP, LS_LOAD_VERSION } LsLoadAction;

typedef struct {
  char path[512];
  unsigned weight;
} LsLoadPath;

typedef struct {
  LsLoadAction action;
  const char *url;             /* points into argv */
  LsTarget target;
  LsLoadPath paths[LS_LOAD_MAX_PATHS];
  unsigned n_paths;
  unsigned total_weight;
  unsigned connections;
  double rate;                 /* requests a second; 0: each connection sends when the answer before it is whole */
  uint64_t requests;           /* 0: as many as the duration holds */
  uint64_t duration_ms;
  uint64_t timeout_ms;         /* of one request */
  LsKeepAlive keep_alive;
  bool json;
  bool quiet;
  bool strict;
  bool demo;
  const char *agent;           /* --demo: the agent's socket, or NULL for no jobs */
} LsLoadOptions;

/* Returns 0, or -EINVAL with a sentence in @error. */
int ls_load_options_parse (int argc, char **argv, const char *default_agent, LsLoadOptions *ret, char *error, size_t error_size);

extern const char ls_load_help[];
