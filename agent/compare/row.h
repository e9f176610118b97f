/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The figures of one way to run the same jobs. */

#include <stdint.h>

/* In the order in which they are tried and shown. */
typedef enum {
  LS_WAY_THREADS,        /* threads of one pool host */
  LS_WAY_PROCESSES,      /* worker processes: pool hosts with one thread each */
  LS_WAY_CHILDREN,       /* a child process a job */
  LS_WAY_IN_TURN,        /* one after the other, in one thread */
  LS_WAYS
} LsWayKind;

typedef struct {
  LsWayKind way;
  unsigned at_once;      /* jobs that run at the same time */
  unsigned processes;    /* that are there at the same time */
  unsigned jobs;         /* done */
  unsigned failed;
  uint64_t wall_us;      /* from the first job's start to the last one's end */
  double per_second;     /* jobs done */
  uint64_t p50_us, p99_us;      /* of a job, from its being handed over to its end; 0 without any */
  uint64_t cpu_us;       /* of all its processes, from their start to their end */
  uint64_t memory;       /* bytes: the peak resident sets of the processes that are there at the same time, added up; what they share counts for each */
  uint64_t start_us;     /* until the first job could start; with children: what each costs beside its job */
} LsRow;

/* "threads", "processes", "children", "in-turn". */
const char *ls_way_name (LsWayKind way);
