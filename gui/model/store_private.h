/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Between store.c, which is the object, store_apply.c, which takes in what the agent says, and store_nouns.c, which tells what there is. */

#include "client/events.h"
#include "gui/model/keyed_list.h"
#include "gui/model/store.h"

enum { KIND_CLUSTER, KIND_WORKER, KIND_POOL, KIND_JOB, KIND_TASK, KIND_SCHEDULE, KIND_BUFFER, N_KINDS };

struct _LsStore {
  GObject parent_instance;
  LsClient *client;              /* nullable */
  LsEventStream *stream;         /* nullable */
  GCancellable *cancellable;
  LsKeyedList *lists[N_KINDS];
  LsHost host;
  LsStoreState state;
  gboolean has_data, paused;
  gint64 last_seen;
  char *error;
  char *agent_name;
  char *agent_version, *agent_sandbox, *agent_time_zone, *agent_epoch;      /* nullable */
  double agent_cpu, agent_rss;
  gint64 interval_ms;
  GHashTable *progress;          /* job id → its newest JSON, where only its progress changed: shown with the next sample */
  gboolean missed;               /* samples came while paused; the history has them */
};

void ls_store_change_state (LsStore *store, LsStoreState state, const char *error);
void ls_store_change_agent_name (LsStore *store, const char *name);
/* What GET /v1/agent answered. */
void ls_store_change_agent (LsStore *store, json_t *agent);
void ls_store_tell_sampled (LsStore *store);
void ls_store_tell_notice (LsStore *store, const char *text, gboolean bad);
/* Asks the agent for what was before, and fills the charts with it. */
void ls_store_ask_for_history (LsStore *store);
