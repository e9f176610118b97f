/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fakes.h"

#include "base/error.h"

#include <string.h>

/* --- the clock --- */

static gint64
clock_monotonic_ms (void *self)
{
  return ((FakeWorld *) self)->now_ms;
}

static gint64
clock_wall_ms (void *self)
{
  return 1795400000000 + ((FakeWorld *) self)->now_ms + ((FakeWorld *) self)->wall_skew_ms;
}

static void
clock_wake_at (void *self, gint64 monotonic_ms)
{
  ((FakeWorld *) self)->wake_ms = monotonic_ms;
}

static double
clock_random (void *self)
{
  FakeWorld *world = self;

  return world->dice ? g_rand_double (world->dice) : world->random;
}

static GTimeZone *
clock_time_zone (void *self)
{
  FakeWorld *world = self;

  if (!world->zone_read || strcmp (g_time_zone_get_identifier (world->zone_read), world->zone) != 0)
    {
      g_clear_pointer (&world->zone_read, g_time_zone_unref);
      world->zone_read = g_time_zone_new_identifier (world->zone);
    }
  return g_time_zone_ref (world->zone_read);
}

/* --- the observer --- */

static char *
resource_key (LsNoun noun, gconstpointer resource, const char **ret_state, guint64 *ret_revision)
{
  static const char *const operation_states[] = { "running", "done", "failed" };

  *ret_revision = 0;
  switch (noun)
    {
    case LS_NOUN_CLUSTER:
      *ret_state = ls_cluster_state_name (((const LsCluster *) resource)->status.state);
      *ret_revision = ((const LsCluster *) resource)->revision;
      return g_strdup_printf ("cluster %s", ((const LsCluster *) resource)->name);
    case LS_NOUN_WORKER:
      {
        g_autofree char *key = ls_worker_key (resource);

        *ret_state = ls_worker_state_name (((const LsWorker *) resource)->state);
        *ret_revision = ((const LsWorker *) resource)->revision;
        return g_strdup_printf ("worker %s", key);
      }
    case LS_NOUN_POOL:
      *ret_state = ls_pool_state_name (((const LsPool *) resource)->state);
      *ret_revision = ((const LsPool *) resource)->revision;
      return g_strdup_printf ("pool %s", ((const LsPool *) resource)->name);
    case LS_NOUN_JOB:
      *ret_state = ls_job_state_name (((const LsJob *) resource)->state);
      *ret_revision = ((const LsJob *) resource)->revision;
      return g_strdup_printf ("job %s", ((const LsJob *) resource)->id);
    case LS_NOUN_TASK:
      *ret_state = ls_task_state_name (((const LsTask *) resource)->state);
      *ret_revision = ((const LsTask *) resource)->revision;
      return g_strdup_printf ("task %s", ((const LsTask *) resource)->id);
    case LS_NOUN_SCHEDULE:
      *ret_state = ls_schedule_state_name (((const LsSchedule *) resource)->state);
      *ret_revision = ((const LsSchedule *) resource)->revision;
      return g_strdup_printf ("schedule %s", ((const LsSchedule *) resource)->name);
    case LS_NOUN_BUFFER:
      *ret_state = ls_buffer_state_name (((const LsSharedBuffer *) resource)->state);
      *ret_revision = ((const LsSharedBuffer *) resource)->revision;
      return g_strdup_printf ("buffer %s", ((const LsSharedBuffer *) resource)->name);
    case LS_NOUN_OPERATION:
      *ret_state = operation_states[((const LsOperation *) resource)->state];
      return g_strdup_printf ("operation %s", ((const LsOperation *) resource)->id);
    }
  return NULL;
}

static void
observer_changed (void *self, LsNoun noun, LsChangeOp op, gconstpointer resource)
{
  static const char *const ops[] = { "added", "changed", "removed" };
  FakeWorld *world = self;
  const char *state = NULL;
  guint64 revision;
  g_autofree char *key = resource_key (noun, resource, &state, &revision);
  guint64 *known = g_hash_table_lookup (world->resources, key);

  g_ptr_array_add (world->changes, g_strdup_printf ("%s %s %s", ops[op], key, state));
  if ((op == LS_CHANGE_ADDED) != (known == NULL))
    fail_msg ("%s %s: it is %s", ops[op], key, known ? "known already" : "not known");
  if (op == LS_CHANGE_CHANGED && noun != LS_NOUN_OPERATION && revision <= *known)
    fail_msg ("changed %s: its revision stayed at %" G_GUINT64_FORMAT, key, revision);
  if (op == LS_CHANGE_REMOVED)
    g_hash_table_remove (world->resources, key);
  else
    g_hash_table_insert (world->resources, g_steal_pointer (&key), g_memdup2 (&revision, sizeof revision));
}

static void
observer_message (void *self, LsNoun noun, const char *id, json_t *message)
{
  FakeWorld *world = self;
  char *text = json_dumps (message, JSON_COMPACT | JSON_ENCODE_ANY);

  g_ptr_array_add (world->messages, g_strdup_printf ("%s %s", id, text));
  free (text);
}

static char **
observer_log_tail (void *self, const char *id, guint n)
{
  return g_strdupv (((FakeWorld *) self)->log_tail);
}

/* --- the world --- */

FakeWorld *
fake_world_new (void)
{
  FakeWorld *world = g_new0 (FakeWorld, 1);
  LsObserver observer = { observer_changed, observer_message, observer_log_tail, world };

  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  world->now_ms = 1000;
  world->wake_ms = G_MAXINT64;
  world->random = 0.5;
  world->zone = "UTC";
  world->next_pid = 100;
  world->children = fake_children_new ();
  world->taken = g_hash_table_new (g_str_hash, g_str_equal);
  world->listenings = g_ptr_array_new ();
  world->boards = g_ptr_array_new ();
  world->resources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  world->changes = g_ptr_array_new_with_free_func (g_free);
  world->messages = g_ptr_array_new_with_free_func (g_free);
  world->ports = (LsPorts){
    .clock = { clock_monotonic_ms, clock_wall_ms, clock_wake_at, clock_random, clock_time_zone, world },
    .spawner = fake_spawner (world),
    .sockets = fake_sockets (world),
    .scoreboards = fake_boards (world),
    .workshop = fake_workshop (world),
    .worker_program = "/libexec/lineshaft-worker",
    .pool_program = "/libexec/lineshaft-pool",
    .cores = 4,
  };
  world->job_boards = g_ptr_array_new ();
  world->shared_memory = G_MAXUINT64;
  world->shared_files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  world->removed_parts = g_ptr_array_new_with_free_func (g_free);
  world->supervisor = ls_supervisor_new (&world->ports, &observer);
  return world;
}

void
fake_world_free (FakeWorld *world)
{
  g_ptr_array_set_size (world->children, 0);
  for (guint i = 0; i < world->boards->len; i++)
    g_hash_table_remove_all (((LsScoreboard *) world->boards->pdata[i])->living);
  ls_supervisor_free (world->supervisor);
  assert_int_equal (world->listenings->len, 0);
  assert_int_equal (world->boards->len, 0);
  assert_int_equal (world->job_boards->len, 0);
  assert_int_equal (g_hash_table_size (world->shared_files), 0);
  assert_true (world->wake_ms == G_MAXINT64);      /* every timer is disarmed */
  g_clear_pointer (&world->zone_read, g_time_zone_unref);
  g_ptr_array_unref (world->children);
  g_hash_table_unref (world->taken);
  g_ptr_array_unref (world->listenings);
  g_ptr_array_unref (world->boards);
  g_ptr_array_unref (world->job_boards);
  g_hash_table_unref (world->shared_files);
  g_ptr_array_unref (world->removed_parts);
  g_hash_table_unref (world->resources);
  g_ptr_array_unref (world->changes);
  g_ptr_array_unref (world->messages);
  g_strfreev (world->log_tail);
  g_free (world->spawn_error);
  g_free (world->lend_error);
  g_free (world);
}

void
fake_settle (FakeWorld *world)
{
  for (guint turns = 0; world->wake_ms <= world->now_ms; turns++)
    {
      assert_true (turns < 100);      /* a hot loop */
      ls_supervisor_run_timers (world->supervisor);
    }
}

void
fake_advance (FakeWorld *world, gint64 ms)
{
  gint64 until = world->now_ms + ms;

  fake_settle (world);
  while (world->wake_ms <= until)
    {
      world->now_ms = MAX (world->now_ms, world->wake_ms);
      fake_settle (world);
    }
  world->now_ms = until;
}

/* --- changes --- */

void
fake_forget_changes (FakeWorld *world)
{
  g_ptr_array_set_size (world->changes, 0);
}

guint
fake_changes (FakeWorld *world, const char *prefix)
{
  guint n = 0;

  for (guint i = 0; i < world->changes->len; i++)
    n += g_str_has_prefix (world->changes->pdata[i], prefix);
  return n;
}
