/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* All that the window knows of an agent: its nouns as list models, chart data, and whether it answers.
 *
 * It follows the agent's event stream and applies what comes; pages bind to its lists and redraw on "sampled". Wishes do not
 * go through it: a page calls the client, and what came of it arrives here as a change.
 *
 * Properties: state, error (why it was lost or never found), agent-name, agent-version, paused.
 * Signals:
 *   "sampled"                                    once a sample, after every item has its figures; not while paused
 *   "notice" (const char *text, gboolean bad)    something that a person should read, one sentence
 */

#include "client/client.h"
#include "gui/model/buffer_item.h"
#include "gui/model/cluster_item.h"
#include "gui/model/host.h"
#include "gui/model/job_item.h"
#include "gui/model/pool_item.h"
#include "gui/model/schedule_item.h"
#include "gui/model/task_item.h"
#include "gui/model/worker_item.h"

typedef enum { LS_STORE_CONNECTING, LS_STORE_CONNECTED, LS_STORE_LOST } LsStoreState;

#define LS_TYPE_STORE (ls_store_get_type ())
G_DECLARE_FINAL_TYPE (LsStore, ls_store, LS, STORE, GObject)

/* @client NULL: nothing is followed, events come through ls_store_apply only. */
LsStore *ls_store_new (LsClient *client);
void ls_store_start (LsStore *store);
void ls_store_stop (LsStore *store);
void ls_store_retry_now (LsStore *store);
LsClient *ls_store_client (LsStore *store);                  /* borrowed */

/* One event of the stream: snapshot, sample, change; others are ignored. */
void ls_store_apply (LsStore *store, const char *type, json_t *event);
/* The answer to GET /v1/pools/NAME, which tells of its threads what no event does. Nothing when the pool has gone, or changed since. */
void ls_store_apply_pool (LsStore *store, json_t *resource);
/* The answer to GET /v1/history. */
void ls_store_apply_history (LsStore *store, json_t *history);
/* What the stream says of itself. */
void ls_store_set_connected (LsStore *store);
void ls_store_set_lost (LsStore *store, const GError *error);

LsStoreState ls_store_state (LsStore *store);
gboolean ls_store_has_data (LsStore *store);                 /* a snapshot has come, once */
gint64 ls_store_last_seen (LsStore *store);                  /* Unix ms of the last event; 0: never */
const char *ls_store_error (LsStore *store);                 /* why it is not connected; NULL */
const char *ls_store_agent_name (LsStore *store);            /* the computer's name, else the address */
/* The agent that answered last; NULL: not known yet. Told by "notify::agent-version", once for each time that a connection was made anew. */
const char *ls_store_agent_version (LsStore *store);
const char *ls_store_agent_sandbox (LsStore *store);         /* "flatpak": it reaches nothing outside; NULL: none */
const char *ls_store_agent_time_zone (LsStore *store);       /* in which its schedules are meant, "Europe/Berlin"; NULL: it does not say */
const char *ls_store_agent_epoch (LsStore *store);           /* another one for each run */
gboolean ls_store_paused (LsStore *store);
void ls_store_set_paused (LsStore *store, gboolean paused);

/* Borrowed. Workers of all clusters, sorted by cluster and slot; the others in the order in which they came. */
GListModel *ls_store_clusters (LsStore *store);
GListModel *ls_store_workers (LsStore *store);
GListModel *ls_store_pools (LsStore *store);
GListModel *ls_store_jobs (LsStore *store);
GListModel *ls_store_tasks (LsStore *store);
GListModel *ls_store_schedules (LsStore *store);
GListModel *ls_store_buffers (LsStore *store);                   /* of all pools */
LsClusterItem *ls_store_find_cluster (LsStore *store, const char *name);      /* borrowed; NULL: not there */
LsPoolItem *ls_store_find_pool (LsStore *store, const char *name);
LsTaskItem *ls_store_find_task (LsStore *store, const char *id);
LsScheduleItem *ls_store_find_schedule (LsStore *store, const char *name);
LsJobItem *ls_store_find_job (LsStore *store, const char *id);
LsBufferItem *ls_store_find_buffer (LsStore *store, const char *name);         /* "compute.frame" */
/* It answers, and there is nothing that it would have to do: no cluster, pool or schedule, no task that has not ended. */
gboolean ls_store_is_idle (LsStore *store);
const LsHost *ls_store_host (LsStore *store);

/* The agent's own cost, of the last sample; NaN: unknown. */
double ls_store_agent_cpu (LsStore *store);                  /* cores */
double ls_store_agent_rss (LsStore *store);                  /* bytes */
gint64 ls_store_interval_ms (LsStore *store);
