/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "random_life.h"

const char *const life_names[LIFE_NAMES] = { "web", "api", "img" };

guint
life_throw (Life *life, guint sides)
{
  return (guint) g_rand_int_range (life->dice, 0, (gint32) sides);
}

void
life_tell (Life *life, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_append_printf (life->story, "%8" G_GINT64_FORMAT "  ", life->world->now_ms);
  g_string_append_vprintf (life->story, format, arguments);
  g_string_append_c (life->story, '\n');
  va_end (arguments);
}

const char *
life_name (Life *life)
{
  return life_names[life_throw (life, LIFE_NAMES)];
}

char *
life_worker (Life *life)
{
  return g_strdup_printf ("%s.%u", life_name (life), 1 + life_throw (life, LIFE_SLOTS_MAX + 1));
}

FakeChild *
life_child (Life *life)
{
  return life->world->children->len > 0 ? life->world->children->pdata[life_throw (life, life->world->children->len)] : NULL;
}

/* --- what must always hold --- */

typedef struct {
  Life *life;
  const LsCluster *cluster;
  guint ready, starting, draining, shown;
  GHashTable *seen;        /* child → worker */
  GHashTable *ready_rows;  /* row + 1 */
} Census;

static void
count_worker (void *user, gconstpointer resource)
{
  Census *census = user;
  Life *life = census->life;
  const LsWorker *worker = resource;
  g_autofree char *instance = ls_instance_to_text (worker->instance);
  FakeChild *child = NULL;

  g_autofree char *key = ls_worker_key (worker);
  g_autofree char *told = g_strdup_printf ("worker %s", key);

  census->shown++;
  assert_true (g_hash_table_contains (life->world->resources, told));
  if (!g_str_equal (worker->cluster, census->cluster->name))
    return;
  if (!instance)
    {
      assert_int_equal (worker->state, LS_WORKER_FAILED);
      assert_non_null (worker->reason);
      return;
    }
  for (guint i = 0; i < life->world->children->len && !child; i++)
    if (ls_instance_equal (((FakeChild *) life->world->children->pdata[i])->instance, worker->instance))
      child = life->world->children->pdata[i];
  assert_non_null (child);                                            /* who is shown lives */
  assert_string_equal (child->id, worker->id);
  assert_true (g_hash_table_insert (census->seen, child, child));     /* and is shown once */
  assert_int_equal (ls_supervisor_worker_row (life->world->supervisor, worker), child->row);
  census->ready += worker->state == LS_WORKER_READY;
  census->starting += worker->state == LS_WORKER_STARTING;
  census->draining += worker->state == LS_WORKER_DRAINING;
  if (worker->state == LS_WORKER_READY)
    {
      assert_true (g_str_equal (child->argv[0], "app") || g_hash_table_contains (life->said_ready, instance));
      g_hash_table_add (census->ready_rows, GUINT_TO_POINTER (child->row + 1));
    }
}

static void
check_steering (Life *life, Census *census)
{
  const char *const *bound = ls_supervisor_cluster_addresses (life->world->supervisor, census->cluster->name);

  for (; *bound; bound++)
    {
      LsListening *listening = fake_listening (life->world, *bound);

      assert_non_null (listening);
      for (guint i = 0; i < listening->shares->len; i++)
        assert_true (g_hash_table_contains (census->ready_rows, GUINT_TO_POINTER (g_array_index (listening->shares, LsShare, i).row + 1)));
    }
}

static void
check_cluster (void *user, gconstpointer resource)
{
  Life *life = user;
  const LsCluster *cluster = resource;
  const LsClusterStatus *status = &cluster->status;
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL), ready_rows = g_hash_table_new (NULL, NULL);
  Census census = { life, cluster, .seen = seen, .ready_rows = ready_rows };
  g_autofree char *prefix = g_strdup_printf ("%s.", cluster->name);
  guint living = fake_count (life->world, prefix);

  ls_supervisor_foreach (life->world->supervisor, LS_NOUN_WORKER, count_worker, &census);
  assert_int_equal (g_hash_table_size (seen), living);                /* every child is shown */
  assert_int_equal (census.ready, status->ready);
  assert_int_equal (census.starting, status->starting);
  assert_int_equal (census.draining, status->draining);
  assert_true (living <= 2 * cluster->spec.slots_max);
  assert_true (census.ready <= status->wanted);
  assert_true (census.ready + census.starting <= 2 * status->wanted);
  assert_true (status->wanted <= cluster->spec.slots_max);
  assert_true (status->state != LS_CLUSTER_READY || status->ready == status->wanted);
  assert_true (status->state != LS_CLUSTER_STOPPED || living == 0);
  check_steering (life, &census);
}

static void
count_resource (void *user, gconstpointer resource)
{
  (*(guint *) user)++;
}

void
life_check (Life *life)
{
  LsSupervisor *supervisor = life->world->supervisor;
  guint told = 0;

  ls_supervisor_foreach (supervisor, LS_NOUN_CLUSTER, check_cluster, life);
  ls_supervisor_foreach (supervisor, LS_NOUN_CLUSTER, count_resource, &told);
  ls_supervisor_foreach (supervisor, LS_NOUN_WORKER, count_resource, &told);
  ls_supervisor_foreach (supervisor, LS_NOUN_OPERATION, count_resource, &told);
  assert_int_equal (g_hash_table_size (life->world->resources), told);      /* what was told is what is */
}
