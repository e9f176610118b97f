/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of store.h that says what there is: the lists, and each noun by its name. */
#include "gui/model/store_private.h"

GListModel *
ls_store_clusters (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_CLUSTER]);
}

GListModel *
ls_store_workers (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_WORKER]);
}

GListModel *
ls_store_pools (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_POOL]);
}

GListModel *
ls_store_jobs (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_JOB]);
}

GListModel *
ls_store_tasks (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_TASK]);
}

GListModel *
ls_store_schedules (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_SCHEDULE]);
}

GListModel *
ls_store_buffers (LsStore *store)
{
  return ls_keyed_list_model (store->lists[KIND_BUFFER]);
}

LsClusterItem *
ls_store_find_cluster (LsStore *store, const char *name)
{
  return ls_keyed_list_find (store->lists[KIND_CLUSTER], name);
}

LsPoolItem *
ls_store_find_pool (LsStore *store, const char *name)
{
  return ls_keyed_list_find (store->lists[KIND_POOL], name);
}

LsTaskItem *
ls_store_find_task (LsStore *store, const char *id)
{
  return ls_keyed_list_find (store->lists[KIND_TASK], id);
}

LsScheduleItem *
ls_store_find_schedule (LsStore *store, const char *name)
{
  return ls_keyed_list_find (store->lists[KIND_SCHEDULE], name);
}

LsJobItem *
ls_store_find_job (LsStore *store, const char *id)
{
  return ls_keyed_list_find (store->lists[KIND_JOB], id);
}

LsBufferItem *
ls_store_find_buffer (LsStore *store, const char *name)
{
  return ls_keyed_list_find (store->lists[KIND_BUFFER], name);
}

gboolean
ls_store_is_idle (LsStore *store)
{
  GListModel *tasks = ls_store_tasks (store);
  if (store->state != LS_STORE_CONNECTED || g_list_model_get_n_items (ls_store_clusters (store)) > 0
      || g_list_model_get_n_items (ls_store_pools (store)) > 0 || g_list_model_get_n_items (ls_store_schedules (store)) > 0)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (tasks); i++) {
    g_autoptr (LsTaskItem) task = g_list_model_get_item (tasks, i);
    if (!ls_task_state_is_final (ls_task_item_get (task)->state))
      return FALSE;
  }
  return TRUE;
}
