/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a word of the command line means, told by its shape: web is a cluster, a pool or a schedule, web.3 a worker, compute.frame a
 * buffer, t42 a task, j17 a job. Pure. */

#include <glib.h>

typedef enum { LS_TARGET_NAME, LS_TARGET_WORKER, LS_TARGET_TASK, LS_TARGET_JOB, LS_TARGET_BUFFER } LsTargetKind;

/* FALSE with what would be right for a word that can be none of them. */
gboolean ls_target_parse (const char *word, LsTargetKind *ret_kind, GError **error);
/* "/v1/workers/web.3" and so on, @rest appended; for a name the @collection ("clusters", "pools") is needed. (transfer full) */
char *ls_target_path (LsTargetKind kind, const char *word, const char *collection, const char *rest);

typedef enum { LS_LIST_CLUSTERS, LS_LIST_WORKERS, LS_LIST_POOLS, LS_LIST_JOBS, LS_LIST_BUFFERS, LS_LIST_TASKS, LS_LIST_SCHEDULES, LS_LIST_N } LsListKind;
/* "clusters" or "cluster". */
gboolean ls_list_kind_parse (const char *word, LsListKind *ret_kind, GError **error);
const char *ls_list_kind_name (LsListKind kind);      /* "clusters" */
