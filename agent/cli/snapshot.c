/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/snapshot.h"

#include <string.h>

/* How one kind is read, told apart and freed. */
typedef struct {
  const char *kind, *collection;
  gsize offset;      /* of its array in LsSnapshot */
  gpointer (*from_json) (json_t *json, GError **error);
  char *(*key) (gconstpointer noun);
  GDestroyNotify free;
} Kind;

static char *
cluster_key (gconstpointer noun)
{
  return g_strdup (((const LsCluster *) noun)->name);
}

static char *
worker_key (gconstpointer noun)
{
  return ls_worker_key (noun);
}

static char *
pool_key (gconstpointer noun)
{
  return g_strdup (((const LsPool *) noun)->name);
}

static char *
job_key (gconstpointer noun)
{
  return g_strdup (((const LsJob *) noun)->id);
}

static char *
buffer_key (gconstpointer noun)
{
  return g_strdup (((const LsSharedBuffer *) noun)->name);
}

static char *
task_key (gconstpointer noun)
{
  return g_strdup (((const LsTask *) noun)->id);
}

static char *
schedule_key (gconstpointer noun)
{
  return g_strdup (((const LsSchedule *) noun)->name);
}

#define KIND(kind, Type) \
  { #kind, #kind "s", G_STRUCT_OFFSET (LsSnapshot, kind##s), (gpointer (*) (json_t *, GError **)) ls_##kind##_from_json, kind##_key, \
    (GDestroyNotify) ls_##kind##_free }

static const Kind kinds[] = {
  KIND (cluster, LsCluster), KIND (worker, LsWorker), KIND (pool, LsPool), KIND (job, LsJob), KIND (task, LsTask),
  KIND (schedule, LsSchedule),
  { "buffer", "buffers", G_STRUCT_OFFSET (LsSnapshot, buffers), (gpointer (*) (json_t *, GError **)) ls_shared_buffer_from_json, buffer_key,
    (GDestroyNotify) ls_shared_buffer_free },
};

static GPtrArray **
array_of (LsSnapshot *snapshot, const Kind *kind)
{
  return &G_STRUCT_MEMBER (GPtrArray *, snapshot, kind->offset);
}

void
ls_snapshot_free (LsSnapshot *snapshot)
{
  if (!snapshot)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_clear_pointer (array_of (snapshot, &kinds[i]), g_ptr_array_unref);
  ls_sample_free (snapshot->sample);
  g_free (snapshot);
}

LsSnapshot *
ls_snapshot_from_json (json_t *json, GError **error)
{
  g_autoptr (LsSnapshot) snapshot = g_new0 (LsSnapshot, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      GPtrArray *nouns = g_ptr_array_new_with_free_func (kinds[i].free);
      *array_of (snapshot, &kinds[i]) = nouns;
      size_t index;
      json_t *item;
      json_array_foreach (json_object_get (json, kinds[i].collection), index, item)
        {
          gpointer noun = kinds[i].from_json (item, error);
          if (!noun)
            return NULL;
          g_ptr_array_add (nouns, noun);
        }
    }
  json_t *sample = json_object_get (json, "sample");
  if (json_is_object (sample) && !(snapshot->sample = ls_sample_from_json (sample, error)))
    return NULL;
  return g_steal_pointer (&snapshot);
}

static gboolean
apply_change (LsSnapshot *snapshot, const Kind *kind, const char *op, json_t *resource, GError **error)
{
  GPtrArray *nouns = *array_of (snapshot, kind);
  gpointer noun = kind->from_json (resource, error);
  if (!noun)
    return FALSE;
  g_autofree char *key = kind->key (noun);
  guint index = 0;
  for (; index < nouns->len; index++)
    {
      g_autofree char *other = kind->key (g_ptr_array_index (nouns, index));
      if (g_str_equal (key, other))
        break;
    }
  if (g_strcmp0 (op, "removed") == 0)
    {
      if (index < nouns->len)
        g_ptr_array_remove_index (nouns, index);
      kind->free (noun);
    }
  else if (index < nouns->len)
    {
      kind->free (g_ptr_array_index (nouns, index));
      g_ptr_array_index (nouns, index) = noun;
    }
  else
    g_ptr_array_add (nouns, noun);
  return TRUE;
}

gboolean
ls_snapshot_apply (LsSnapshot *snapshot, const char *type, json_t *event, GError **error)
{
  if (g_str_equal (type, "sample"))
    {
      LsSample *sample = ls_sample_from_json (event, error);
      if (!sample)
        return FALSE;
      ls_sample_free (snapshot->sample);
      snapshot->sample = sample;
      return TRUE;
    }
  if (!g_str_equal (type, "change"))
    return TRUE;
  const char *name = json_string_value (json_object_get (event, "kind"));
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (name, kinds[i].kind) == 0)
      return apply_change (snapshot, &kinds[i], json_string_value (json_object_get (event, "op")), json_object_get (event, "resource"), error);
  return TRUE;
}

#define FIND(Type, function, array, member)                                                                                                          \
  const Type *function (const LsSnapshot *snapshot, const char *word)                                                                               \
  {                                                                                                                                                  \
    for (guint i = snapshot->array->len; i > 0; i--)                                                                                                 \
      {                                                                                                                                              \
        const Type *noun = g_ptr_array_index (snapshot->array, i - 1);                                                                               \
        if (g_strcmp0 (noun->member, word) == 0)                                                                                                     \
          return noun;                                                                                                                               \
      }                                                                                                                                              \
    return NULL;                                                                                                                                     \
  }

FIND (LsCluster, ls_snapshot_find_cluster, clusters, name)
FIND (LsPool, ls_snapshot_find_pool, pools, name)
FIND (LsTask, ls_snapshot_find_task, tasks, id)
FIND (LsSchedule, ls_snapshot_find_schedule, schedules, name)
FIND (LsJob, ls_snapshot_find_job, jobs, id)
FIND (LsWorker, ls_snapshot_find_worker, workers, id)

const LsWorkerSample *
ls_snapshot_worker_sample (const LsSnapshot *snapshot, const char *id, LsInstance instance)
{
  g_autofree char *text = ls_instance_to_text (instance);
  for (guint i = 0; text && snapshot->sample && i < snapshot->sample->workers->len; i++)
    {
      const LsWorkerSample *worker = g_ptr_array_index (snapshot->sample->workers, i);
      if (g_strcmp0 (worker->id, id) == 0 && g_strcmp0 (worker->instance, text) == 0)
        return worker;
    }
  return NULL;
}
