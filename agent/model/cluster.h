/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A cluster: N worker processes of one program that share listening sockets. */

#include "model/instance.h"
#include "model/json.h"

typedef enum { LS_ORIGIN_CONFIG, LS_ORIGIN_API } LsOrigin;
typedef enum { LS_BALANCE_STEERED, LS_BALANCE_SHARED, LS_BALANCE_ROUND_ROBIN, LS_BALANCE_LEAST_LOADED, LS_BALANCE_PORT } LsBalance;
typedef enum { LS_READINESS_AUTO, LS_READINESS_NOTIFY, LS_READINESS_STARTED } LsReadiness;
typedef struct { guint min, max; } LsRange;

#define LS_WORKERS_MAX 4096u
#define LS_SLOTS_MAX_DEFAULT 64u

typedef struct {
  char **command;              /* argv; NULL: the built-in worker. JSON: null, a list, or a shell line (read only) */
  char *cwd;                   /* NULL: the agent's */
  char **env;                  /* "KEY=value" strv, sorted; JSON: an object. NULL or empty: none */
  char **listen;               /* "127.0.0.1:8080", "[::1]:80", "unix:/path", ":8080". NULL or empty: none */
  LsRange workers;
  LsBalance balance;
  LsReadiness readiness;       /* auto: READY=1, or 1 s alive for a command that never says it; JSON "ready" */
  guint io_threads;            /* 4 */
  guint slots_max;             /* 64 */
  gint64 start_timeout_ms;     /* 30,000 */
  gint64 stop_timeout_ms;      /* 10,000 */
} LsClusterSpec;

typedef enum { LS_CLUSTER_READY, LS_CLUSTER_SCALING, LS_CLUSTER_RELOADING, LS_CLUSTER_DEGRADED, LS_CLUSTER_FAILING, LS_CLUSTER_STOPPED } LsClusterState;

typedef struct {
  LsClusterState state;
  char *reason;                /* NULL or one sentence */
  gint64 since_at;
  guint wanted, ready, starting, draining;
  guint generation;
  guint restarts;
  char *operation;             /* "op-91" or NULL */
  char **addresses;            /* really bound, port 0 resolved; for clients, NULL: unknown */
} LsClusterStatus;

typedef struct {
  char *name;
  guint64 revision;
  LsOrigin origin;
  LsClusterSpec spec;
  LsClusterStatus status;
} LsCluster;

void ls_cluster_spec_init (LsClusterSpec *spec);      /* the defaults */
void ls_cluster_spec_clear (LsClusterSpec *spec);
void ls_cluster_spec_copy (LsClusterSpec *to, const LsClusterSpec *from);      /* @to is cleared first */
/* Whole and checked (names of members, ranges, addresses); on failure *@ret is untouched. Absent members are defaults. *@ret is overwritten, not
 * cleared: pass a fresh or cleared one (a spec that was only initialised owns nothing). */
gboolean ls_cluster_spec_from_json (json_t *json, LsClusterSpec *ret, GError **error);
json_t *ls_cluster_spec_to_json (const LsClusterSpec *spec);
/* Whether a running worker of @a would do for @b: everything but the number of workers and time-outs is the same. */
gboolean ls_cluster_spec_same_program (const LsClusterSpec *a, const LsClusterSpec *b);

LsCluster *ls_cluster_new (const char *name);
void ls_cluster_free (LsCluster *cluster);
json_t *ls_cluster_to_json (const LsCluster *cluster);
LsCluster *ls_cluster_from_json (json_t *json, GError **error);      /* for clients: unknown members are ignored */

const char *ls_cluster_state_name (LsClusterState state);
const char *ls_balance_name (LsBalance balance);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsCluster, ls_cluster_free)
