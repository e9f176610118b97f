/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The processes that a comparison starts, all of them lineshaft-pool: hosts, which are talked to as the agent does it (abi/channel.h), and one-shot
 * runs. Each is waited for, and what it used is known then. */

#include "compare/options.h"

#include <jansson.h>
#include <sys/types.h>
#include <uv.h>

typedef struct LsHelper LsHelper;

typedef struct {
  uv_loop_t *loop;
  uv_signal_t child;             /* SIGCHLD */
  const char *program;
  const LsCompareOptions *options;
  LsHelper *first;
} LsCrew;

struct LsHelper {
  LsHelper *next;
  LsCrew *crew;
  pid_t pid;                     /* 0: it has ended */
  uint64_t started_ns;
  uv_pipe_t channel;
  bool has_channel;
  char *part;                    /* of a line whose end has not come */
  size_t length, capacity;

  /* Whoever started it. */
  void (*line) (LsHelper *helper, json_t *message);      /* borrowed; NULL of one without a channel */
  void (*ended) (LsHelper *helper);                      /* the fields below are set; it is freed after that */
  void *user;
  unsigned busy;                 /* jobs that it was given */

  int status;                    /* as waitpid says */
  uint64_t cpu_us;
  uint64_t memory;               /* its peak resident set, bytes */
};

typedef enum { LS_HELPER_HOST, LS_HELPER_JOB, LS_HELPER_NOTHING } LsHelperKind;

int ls_crew_open (LsCrew *crew, uv_loop_t *loop, const char *program, const LsCompareOptions *options);
void ls_crew_close (LsCrew *crew);      /* once all have ended */

/* Starts one more: a host, the job in a process of its own, or a process that does nothing and ends. NULL: *ret_error is a negative errno. */
LsHelper *ls_crew_start (LsCrew *crew, LsHelperKind kind, int *ret_error);
void ls_crew_kill (LsCrew *crew);       /* all of them, at once */
bool ls_crew_is_empty (const LsCrew *crew);

/* Takes @message. */
void ls_helper_say (LsHelper *helper, json_t *message);
void ls_helper_dismiss (LsHelper *helper);      /* ends the channel: a host ends by itself then */
