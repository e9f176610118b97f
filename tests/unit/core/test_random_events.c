/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Thousands of random lives of three clusters, each checked after every event.
 *
 * A life is a number of random events: workers become ready, crash, exit, obey; wishes of every kind come at any time; programs, addresses and
 * sockets are missing for a while; pids come again. What must always hold is in life_check() of random_life.c; what must hold when the world is well again and has
 * had its time, in come_to_rest(). A failure prints the seed; LINESHAFT_TEST_SEED=N runs that life alone, LINESHAFT_TEST_LIVES=N
 * more of them. */

#include "random_life.h"

#include "base/error.h"

#include <signal.h>
#include <string.h>

#define LIVES 1000u
#define EVENTS 100u

static const char *const addresses[] = { "127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4" };

/* --- happenings --- */

static void
becomes_ready (Life *life)
{
  FakeChild *child = life_child (life);

  if (!child)
    return;
  life_tell (life, "%s %d ready", child->id, child->instance.pid);
  g_hash_table_add (life->said_ready, ls_instance_to_text (child->instance));
  fake_ready (life->world, child);
}

static void
ends (Life *life)
{
  FakeChild *child = life_child (life);
  guint how = life_throw (life, 4);

  if (!child)
    return;
  life_tell (life, "%s %d ends (%u)", child->id, child->instance.pid, how);
  if (how < 2)
    fake_exit (life->world, child, (int) how);
  else
    fake_killed (life->world, child, how == 2 ? SIGKILL : SIGSEGV);
}

static void
obey (Life *life)
{
  life_tell (life, "those who were told to go, go");
  fake_obey_signals (life->world);
}

static void
time_passes (Life *life)
{
  static const gint64 spans[] = { 1, 5, 40, 300, 1000, 5000, 12000, 31000 };
  gint64 ms = spans[life_throw (life, G_N_ELEMENTS (spans))];

  life_tell (life, "%" G_GINT64_FORMAT " ms pass", ms);
  fake_advance (life->world, ms);
}

static void
says_something (Life *life)
{
  static const LsNotifyKind kinds[] = { LS_NOTIFY_STOPPING, LS_NOTIFY_STATUS, LS_NOTIFY_WATCHDOG, LS_NOTIFY_RELOADING };
  FakeChild *child = life_child (life);

  if (!child)
    return;
  life_tell (life, "%s %d says something", child->id, child->instance.pid);
  fake_say (life->world, child, "{\"a\":1}");
  fake_notify (life->world, child, kinds[life_throw (life, G_N_ELEMENTS (kinds))], "at work");
}

static void
something_unknown_happens (Life *life)
{
  LsExit how = { .code = 0 };
  LsInstance nobody = life_throw (life, 2) ? life->world->ended : (LsInstance){ 100, 1 };

  life_tell (life, "a stranger ends, or somebody twice");
  ls_supervisor_child_notify (life->world->supervisor, nobody, LS_NOTIFY_READY, NULL);
  ls_supervisor_child_exited (life->world->supervisor, nobody, &how);
}

static void
toggle (char **error, const char *sentence)
{
  if (*error)
    g_clear_pointer (error, g_free);
  else
    *error = g_strdup (sentence);
}

static void
the_world_changes (Life *life)
{
  const char *address = addresses[life_throw (life, G_N_ELEMENTS (addresses))];
  LsListening *listening = fake_listening (life->world, address);

  switch (life_throw (life, 4))
    {
    case 0:
      toggle (&life->world->spawn_error, "no such program");
      break;
    case 1:
      toggle (&life->world->lend_error, "no more descriptors");
      break;
    case 2:
      if (!g_hash_table_remove (life->world->taken, address) && !listening)
        g_hash_table_add (life->world->taken, (char *) address);
      break;
    default:
      if (listening)
        fake_set_waiting (listening, life_throw (life, 2 * LIFE_SLOTS_MAX), life_throw (life, 3));
      break;
    }
  life_tell (life, "spawn %s, lend %s", life->world->spawn_error ? "fails" : "works", life->world->lend_error ? "fails" : "works");
}

/* --- wishes --- */

static void
fill_spec (Life *life, LsClusterSpec *spec, const char *name)
{
  static const char *const colors[] = { "COLOR=red", "COLOR=blue", NULL };
  const LsCluster *now = ls_supervisor_find_cluster (life->world->supervisor, name);
  char *listen[3] = { NULL };

  ls_cluster_spec_init (spec);
  if (now && life_throw (life, 2))
    ls_cluster_spec_copy (spec, &now->spec);
  else
    {
      for (guint i = 0, n = life_throw (life, 3); i < n; i++)
        listen[i] = (char *) addresses[(life_throw (life, 2) + i * 2) % 4];
      g_strfreev (spec->listen);
      spec->listen = g_strdupv (listen);
      spec->balance = life_throw (life, 4) ? LS_BALANCE_STEERED : (LsBalance) life_throw (life, 5);
      g_strfreev (spec->env);
      spec->env = g_strdupv ((char *[]){ (char *) colors[life_throw (life, 3)], NULL });
      if (life_throw (life, 2))
        {
          g_strfreev (spec->command);
          spec->command = g_strdupv ((char *[]){ (char *) "app", NULL });
          spec->readiness = (LsReadiness) life_throw (life, 3);
        }
    }
  spec->slots_max = life_throw (life, 30) ? LIFE_SLOTS_MAX : LIFE_SLOTS_MAX + 1;
  spec->workers.min = life_throw (life, LIFE_SLOTS_MAX + 1);
  spec->workers.max = life_throw (life, 3) ? spec->workers.min : spec->workers.min + life_throw (life, 3);
}

static void
put (Life *life)
{
  const char *name = life_name (life);
  const LsOperation *operation = NULL;
  g_autoptr (GError) error = NULL;
  LsClusterSpec spec;
  gboolean done;

  fill_spec (life, &spec, name);
  life_tell (life, "put %s, %u..%u workers", name, spec.workers.min, spec.workers.max);
  done = ls_supervisor_put_cluster (life->world->supervisor, name, &spec, life_throw (life, 2) ? LS_ORIGIN_API : LS_ORIGIN_CONFIG, &operation, &error);
  life_tell (life, "  %s", error ? error->message : operation ? operation->id : "nothing to do");
  assert_true (done == (error == NULL));
  ls_cluster_spec_clear (&spec);
}

typedef gboolean (*ClusterWish) (LsSupervisor *supervisor, const char *name, const LsOperation **ret_operation, GError **error);

static void
wish_of_a_cluster (Life *life)
{
  static const ClusterWish wishes[] = { ls_supervisor_reload_cluster, ls_supervisor_reload_cluster, ls_supervisor_stop_cluster,
                                        ls_supervisor_start_cluster, ls_supervisor_start_cluster, ls_supervisor_remove_cluster };
  static const char *const verbs[] = { "reload", "reload", "stop", "start", "start", "remove" };
  guint which = life_throw (life, G_N_ELEMENTS (wishes));
  const char *name = life_name (life);
  const LsOperation *operation = NULL;
  g_autoptr (GError) error = NULL;

  life_tell (life, "%s %s", verbs[which], name);
  assert_true (wishes[which](life->world->supervisor, name, &operation, &error) == (error == NULL));
  life_tell (life, "  %s", error ? error->message : operation ? operation->id : "nothing to do");
}

static void
wish_of_a_worker (Life *life)
{
  LsSupervisor *supervisor = life->world->supervisor;
  g_autofree char *id = life_worker (life);
  g_autoptr (json_t) message = json_true ();
  g_autoptr (GError) error = NULL;
  FakeChild *child = life_throw (life, 2) ? life_child (life) : NULL;
  const LsInstance *instance = child ? &child->instance : NULL;
  guint which = life_throw (life, 5);
  gboolean done;

  life_tell (life, "%u to %s %d", which, id, instance ? instance->pid : 0);
  if (which < 2)
    done = ls_supervisor_restart_worker (supervisor, id, instance, NULL, &error);
  else if (which == 2)
    done = ls_supervisor_drain_worker (supervisor, id, instance, NULL, &error);
  else if (which == 3)
    done = ls_supervisor_signal (supervisor, id, instance, SIGTERM, &error);
  else
    done = ls_supervisor_send (supervisor, id, instance, message, &error);
  assert_true (done == (error == NULL));
  if (child && done)
    assert_string_equal (child->id, id);      /* never another than the one that was named */
}

static void
load (Life *life)
{
  const char *name = life_name (life);
  double cpu = life_throw (life, 2) ? 0.9 : 0.1;

  life_tell (life, "%s works at %.1f", name, cpu);
  for (guint i = 0; i < 70; i++)
    ls_supervisor_cluster_load (life->world->supervisor, name, cpu, life_throw (life, 3));
}

static void
shut_down_done (void *self)
{
  ((Life *) self)->done++;
}

static void
event (Life *life)
{
  static void (*const events[]) (Life *life) = {
    becomes_ready, becomes_ready, becomes_ready, becomes_ready, becomes_ready, ends, ends, ends, obey, obey, obey,
    time_passes, time_passes, time_passes, time_passes, says_something, something_unknown_happens, the_world_changes,
    put, put, put, put, wish_of_a_cluster, wish_of_a_cluster, wish_of_a_worker, wish_of_a_worker, load,
  };

  events[life_throw (life, G_N_ELEMENTS (events))](life);
  life_check (life);
  fake_settle (life->world);
  life_check (life);
}

/* --- rest --- */

static void
count_unrest (void *user, gconstpointer resource)
{
  const LsCluster *cluster = resource;

  if (cluster->status.ready != cluster->status.wanted || cluster->status.starting + cluster->status.draining > 0)
    (*(guint *) user)++;
}

static void
count_running (void *user, gconstpointer resource)
{
  (*(guint *) user) += ((const LsOperation *) resource)->state == LS_OPERATION_RUNNING;
}

static guint
unrest (Life *life)
{
  guint n = 0;

  ls_supervisor_foreach (life->world->supervisor, LS_NOUN_CLUSTER, count_unrest, &n);
  ls_supervisor_foreach (life->world->supervisor, LS_NOUN_OPERATION, count_running, &n);
  return n;
}

static void
all_is_well (Life *life)
{
  g_clear_pointer (&life->world->spawn_error, g_free);
  g_clear_pointer (&life->world->lend_error, g_free);
  g_hash_table_remove_all (life->world->taken);
  for (guint i = 0; i < life->world->listenings->len; i++)
    g_hash_table_remove_all (((LsListening *) life->world->listenings->pdata[i])->waiting);
}

/* No socket is left open for a process that is not there. */
static void
check_sockets (Life *life)
{
  for (guint i = 0; i < life->world->listenings->len; i++)
    {
      LsListening *listening = life->world->listenings->pdata[i];

      assert_int_equal (g_hash_table_size (listening->open), listening->shares->len);
    }
}

/* Every program works, everyone obeys: then all that was wanted is ready, and every operation has ended. */
static void
come_to_rest (Life *life)
{
  all_is_well (life);
  for (guint i = 0; i < 100 && unrest (life) > 0; i++)
    {
      for (guint c = 0; c < life->world->children->len; c++)
        g_hash_table_add (life->said_ready, ls_instance_to_text (((FakeChild *) life->world->children->pdata[c])->instance));
      fake_ready_all (life->world);
      for (guint c = 0; c < life->world->children->len; c++)
        g_hash_table_add (life->said_ready, ls_instance_to_text (((FakeChild *) life->world->children->pdata[c])->instance));
      fake_advance (life->world, 1100);
      fake_obey_signals (life->world);
      life_check (life);
    }
  life_tell (life, "at rest");
  assert_int_equal (unrest (life), 0);
  check_sockets (life);
}

static void
remove_all (Life *life)
{
  for (guint i = 0; i < LIFE_NAMES; i++)
    ls_supervisor_remove_cluster (life->world->supervisor, life_names[i], NULL, NULL);
  for (guint i = 0; i < 10; i++)
    {
      fake_advance (life->world, 10);
      fake_obey_signals (life->world);
    }
  assert_int_equal (life->world->children->len, 0);
  assert_int_equal (life->world->listenings->len, 0);
  assert_true (life->world->wake_ms == G_MAXINT64);      /* no timer outlives what it was for */
}

static void
shut_down (Life *life)
{
  life_tell (life, "the agent stops");
  ls_supervisor_shut_down (life->world->supervisor, 20000, shut_down_done, life);
  for (guint i = life_throw (life, 20); i > 0 && !life->done; i--)
    event (life);
  for (guint i = 0; i < 30 && !life->done; i++)
    {
      fake_advance (life->world, 1000);
      fake_obey_signals (life->world);
    }
  assert_int_equal (life->done, 1);
  assert_int_equal (life->world->children->len, 0);
}

/* --- lives --- */

static Life current;

static void
live (guint32 seed)
{
  Life *life = &current;

  *life = (Life){ .world = fake_world_new (), .dice = g_rand_new_with_seed (seed), .seed = seed, .story = g_string_new (NULL) };
  life->world->dice = life->dice;
  life->said_ready = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < EVENTS; i++)
    event (life);
  if (seed % 3 == 0)
    shut_down (life);
  else
    {
      come_to_rest (life);
      remove_all (life);
    }
  fake_world_free (life->world);
  g_rand_free (life->dice);
  g_string_free (life->story, TRUE);
  g_hash_table_unref (life->said_ready);
  *life = (Life){ 0 };
}

static int
tell_the_story (void **state)
{
  if (current.story)
    g_printerr ("%s\nLINESHAFT_TEST_SEED=%u\n", current.story->str, current.seed);
  return 0;
}

static void
whatever_happens_the_rules_hold (void **state)
{
  const char *seed = g_getenv ("LINESHAFT_TEST_SEED"), *lives = g_getenv ("LINESHAFT_TEST_LIVES");
  guint32 last = lives ? (guint32) g_ascii_strtoull (lives, NULL, 10) : LIVES;

  if (seed)
    live ((guint32) g_ascii_strtoull (seed, NULL, 10));
  for (guint32 i = 1; !seed && i <= last; i++)
    live (i);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (whatever_happens_the_rules_hold, tell_the_story),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
