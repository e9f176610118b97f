/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The config file: text in, the wanted state out; and the difference to what runs.
 *
 * A pass over the lines comes before GKeyFile, which merges duplicate groups and has no line for a bad value. Errors are one sentence
 * with file, line and what would be right. */

#include "model/cluster.h"
#include "model/pool.h"
#include "model/schedule.h"
#include "model/task.h"

typedef struct {
  gint64 interval_ms;          /* 1000; 200 … 60,000 */
  guint64 history_memory;      /* 4 MiB */
  guint64 log_memory;          /* 2 MiB */
  guint64 log_disk;            /* 64 MiB */
  double sampling_budget;      /* share of a core; 0.02 */
  char *allow_group;           /* NULL */
  LsContainmentKind containment;      /* CGROUP ("auto": where it can be) or ANCESTRY */
  guint tasks_max;             /* 512; 1 … 65,536 */
} LsAgentSettings;

/* Each begins with its name. */
typedef struct { char *name; LsClusterSpec spec; } LsConfigCluster;
typedef struct { char *name; LsPoolSpec spec; } LsConfigPool;
typedef struct { char *name; LsTaskSpec spec; } LsConfigTask;
typedef struct { char *name; LsScheduleSpec spec; } LsConfigSchedule;

typedef struct {
  LsAgentSettings agent;
  GPtrArray *clusters;         /* LsConfigCluster */
  GPtrArray *pools;            /* LsConfigPool */
  GPtrArray *tasks;            /* LsConfigTask: [task NAME], started once with the agent */
  GPtrArray *schedules;        /* LsConfigSchedule */
} LsConfig;

LsConfig *ls_config_new (void);
void ls_config_free (LsConfig *config);
/* @file_name is for the messages only. */
LsConfig *ls_config_parse (const char *text, gsize length, const char *file_name, GError **error);
LsConfig *ls_config_load (const char *path, GError **error);
/* The one of that name in one of its lists; NULL: the file does not name it. Borrowed. */
gconstpointer ls_config_find (const GPtrArray *list, const char *name);
/* $XDG_CONFIG_HOME/lineshaft/lineshaft.conf if it exists, else, for root, /etc/lineshaft/lineshaft.conf; NULL: none. (transfer full) */
char *ls_config_default_path (void);
/* Adds or replaces one group in the file, keeping all other lines and comments as they are: `create --save`. @keys_and_values: key, value, key,
 * …, NULL. Nothing is written if the outcome would not load. */
gboolean ls_config_save_group (const char *path, const char *kind, const char *name, const char *const *keys_and_values, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsConfig, ls_config_free)
