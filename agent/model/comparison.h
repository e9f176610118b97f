/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A comparison: the same jobs by the threads of a pool, by worker processes, by a child process each, and one after the other; what each way took, and
 * what that means. It is made by lineshaft-compare, which runs as a task; its lines of JSON are read here as they come. */

#include "model/json.h"

typedef enum {
  LS_COMPARISON_THREADS,
  LS_COMPARISON_PROCESSES,
  LS_COMPARISON_CHILDREN,
  LS_COMPARISON_IN_TURN,
  LS_COMPARISON_WAYS
} LsComparisonWay;

typedef struct {
  gboolean known;          /* FALSE: it is not measured yet */
  guint at_once;           /* jobs that ran at the same time */
  guint processes;         /* that were there at the same time */
  guint jobs, failed;
  gint64 wall_us;
  double per_second;       /* jobs done; NAN: none was */
  gint64 p50_us, p99_us;   /* of a job, from its being handed over to its end; -1: none was done */
  gint64 cpu_us;           /* of all its processes */
  double cores;            /* that were busy with it; NAN: unknown */
  guint64 memory;          /* bytes: peak resident sets of the processes that were there at the same time, added up */
  gint64 start_us;         /* until the first job could start; with children: what each costs beside its job */
} LsComparisonRow;

typedef struct {
  char *job;
  char **args;             /* NULL before its first line has come */
  guint at_once;
  guint count;             /* jobs each way; 0: as many as fitted into the time */
  double progress;         /* 0 … 1, of all ways */
  LsComparisonWay way;     /* that is being measured */
  LsComparisonRow rows[LS_COMPARISON_WAYS];
  char *advice;            /* NULL: not there yet */
  char *error;             /* a sentence: it could not be made */
} LsComparison;

LsComparison *ls_comparison_new (void);
void ls_comparison_free (LsComparison *comparison);
/* The next line of lineshaft-compare; of kinds that are not known nothing is taken. */
gboolean ls_comparison_take (LsComparison *comparison, json_t *line, GError **error);
/* All of it: {"kind":"comparison","job":…,"args":[…],"at_once":2,"count":null,"progress":1.0,"way":"in-turn","rows":[{"way":"threads",…}],"advice":…,
 * "error":null} */
json_t *ls_comparison_to_json (const LsComparison *comparison);
LsComparison *ls_comparison_from_json (json_t *json, GError **error);
const char *ls_comparison_way_name (LsComparisonWay way);       /* "threads", as in JSON */
const char *ls_comparison_way_title (LsComparisonWay way);      /* "threads of a pool", for people */

/* What is to be compared. */
typedef struct {
  const char *job;              /* NULL: lineshaft-compare's own choice */
  const char *const *args;      /* NULL: none */
  guint count;                  /* 0: what fits into the time */
  guint threads;                /* 0: as many as there are cores */
  guint seconds;                /* for each way; 0: the usual */
  const char *const *plugins;   /* NULL: none */
  const char *cwd;              /* NULL: the agent's choice */
  gint64 timeout_ms;            /* 0: none */
} LsComparisonWish;

/* The body of POST /v1/tasks. @program: "programs"."compare" of /v1/agent. */
json_t *ls_comparison_request (const LsComparisonWish *wish, const char *program);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsComparison, ls_comparison_free)
