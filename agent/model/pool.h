/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A pool: worker threads in one host process, and the jobs that they run. */

#include "model/cluster.h"

typedef struct {
  LsRange threads;
  guint queue_max;         /* 1024: one more job is a 429 */
  char **plugins;
} LsPoolSpec;

typedef enum { LS_POOL_STARTING, LS_POOL_READY, LS_POOL_DRAINING, LS_POOL_FAILING, LS_POOL_STOPPED } LsPoolState;

typedef struct {
  guint index;
  pid_t tid;
  char *job;               /* NULL: idle */
  double cpu;              /* cores; NaN: unknown */
} LsPoolThread;

/* What a pool can run. */
typedef struct {
  char *name;              /* "primes" */
  char *arguments;         /* "LIMIT" */
  char *description;       /* NULL: it says nothing */
  char *plugin;            /* the file that brought it; NULL: built in */
} LsPoolJobKind;

typedef struct {
  char *name;
  guint64 revision;
  LsOrigin origin;
  LsPoolSpec spec;
  LsPoolState state;
  char *reason;
  gint64 since_at;
  LsInstance instance;
  guint queued, running;
  guint restarts;
  guint64 done, failed, timed_out, cancelled;      /* jobs since it was made; status.totals on the wire */
  GArray *threads;         /* LsPoolThread, by index */
  GPtrArray *kinds;        /* LsPoolJobKind, owned; status.jobs on the wire */
} LsPool;

void ls_pool_spec_init (LsPoolSpec *spec);
void ls_pool_spec_clear (LsPoolSpec *spec);
void ls_pool_spec_copy (LsPoolSpec *to, const LsPoolSpec *from);
gboolean ls_pool_spec_from_json (json_t *json, LsPoolSpec *ret, GError **error);
json_t *ls_pool_spec_to_json (const LsPoolSpec *spec);
LsPoolJobKind *ls_pool_job_kind_new (const char *name, const char *arguments, const char *description, const char *plugin);
/* {"name":"primes","arguments":"LIMIT","description":"…","plugin":null} */
LsPoolJobKind *ls_pool_job_kind_from_json (json_t *json, GError **error);
void ls_pool_job_kind_free (LsPoolJobKind *kind);
LsPool *ls_pool_new (const char *name);
void ls_pool_free (LsPool *pool);
json_t *ls_pool_to_json (const LsPool *pool);
LsPool *ls_pool_from_json (json_t *json, GError **error);
const char *ls_pool_state_name (LsPoolState state);

typedef enum { LS_JOB_QUEUED, LS_JOB_RUNNING, LS_JOB_DONE, LS_JOB_FAILED, LS_JOB_CANCELLED, LS_JOB_TIMED_OUT } LsJobState;

typedef enum { LS_RETRY_CRASH = 1 << 0, LS_RETRY_FAILURE = 1 << 1, LS_RETRY_TIMEOUT = 1 << 2 } LsRetryOn;

#define LS_JOB_RETRIES_MAX 100u
#define LS_JOB_ARGS_MAX (128u * 1024)
#define LS_JOB_BRIEF_BYTES 4096u

typedef struct {
  char *id;                /* "j17" */
  char *pool;
  char *name;              /* "primes" */
  char **args;
  int priority;            /* higher first */
  gint64 timeout_ms;       /* of each attempt; 0: none */
  char *cwd;               /* where relative paths among args are meant from; NULL: the agent's */
  char *output;            /* file that the job writes; NULL: none */
  guint retries;           /* how often it may be begun again */
  guint retry_on;          /* LsRetryOn: after what */
  gint64 retry_delay_ms;
  guint64 revision;
  LsJobState state;
  char *reason;            /* why it waits again; NULL: nothing to say */
  double progress;         /* 0 … 1; NaN: unknown */
  char *message;
  int thread;              /* -1: none */
  guint attempt;
  gint64 queued_at, started_at, ended_at;      /* Unix ms; 0: not yet */
  guint64 output_bytes;
  gint64 cpu_ms;           /* of the last attempt; -1: not known (yet) */
  char *result;            /* JSON as the job gave it; NULL: none */
  char *error;
  gboolean brief;          /* a long result, or the last of many args, was left out: asked for by its id, the job has them */
} LsJob;

LsJob *ls_job_new (const char *id, const char *pool, const char *name);
void ls_job_free (LsJob *job);
json_t *ls_job_to_json (const LsJob *job);
/* As lists and events have it, where very many jobs stand together: no result and no args of more than LS_JOB_BRIEF_BYTES each. */
json_t *ls_job_to_brief_json (const LsJob *job);
gsize ls_job_args_bytes (char **args);
LsJob *ls_job_from_json (json_t *json, GError **error);
json_t *ls_job_result (const LsJob *job);      /* (transfer full) (nullable): none, or it is no JSON after all */
/* A new one that wishes the same with other arguments, which it takes over. */
LsJob *ls_job_copy_request (const LsJob *request, char **args);
/* {"name":"primes","args":["1000"],"priority":0,"timeout_ms":0,"cwd":"/srv","output":null,"retries":2,"retry_on":["crash"],"retry_delay_ms":0}: what a
 * client submits. Fills those members of @job, and none if it fails. */
gboolean ls_job_request_from_json (json_t *json, LsJob *job, GError **error);
gboolean ls_job_check_args (char **args, GError **error);      /* together at most LS_JOB_ARGS_MAX bytes */
/* The other way: only what is not the default. */
json_t *ls_job_request_to_json (const LsJob *job);
/* "crash", "failure timeout", …: as people write it. */
gboolean ls_retry_on_parse (const char *text, guint *ret, GError **error);
char *ls_retry_on_to_text (guint retry_on);
const char *ls_job_state_name (LsJobState state);
gboolean ls_job_state_is_final (LsJobState state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsPool, ls_pool_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsJob, ls_job_free)
