/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A worker: one process in one slot of a cluster. While a slot is reloaded, two share its id and differ by instance. */

#include "model/instance.h"
#include "model/json.h"

typedef enum { LS_WORKER_STARTING, LS_WORKER_READY, LS_WORKER_DRAINING, LS_WORKER_STOPPED, LS_WORKER_FAILED } LsWorkerState;

typedef struct {
  char *id;                /* "web.3" */
  char *cluster;
  guint slot;
  guint64 revision;
  LsInstance instance;     /* pid 0: none runs (stopped, or waiting to restart) */
  guint generation;
  LsWorkerState state;
  char *reason;            /* NULL, or "killed by signal 9, replaced in 84 ms" */
  gint64 started_at;
  gint64 ready_ms;         /* spawn to ready; -1: not yet */
  LsExit last_exit;        /* at = 0: none */
  char **log_tail;         /* the last lines of the process before; NULL if none */
} LsWorker;

LsWorker *ls_worker_new (const char *cluster, guint slot);
void ls_worker_free (LsWorker *worker);
json_t *ls_worker_to_json (const LsWorker *worker);
LsWorker *ls_worker_from_json (json_t *json, GError **error);
const char *ls_worker_state_name (LsWorkerState state);
/* The key of a list of workers: "web.3 4711-889213", (transfer full). */
char *ls_worker_key (const LsWorker *worker);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsWorker, ls_worker_free)
