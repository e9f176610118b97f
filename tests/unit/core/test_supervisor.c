/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The frame: names, routing, lifetimes, operations and the order of shutting down, with units that do as they are told. */

#include "base/error.h"
#include "core/unit.h"
#include "fakes.h"

#include <signal.h>

typedef struct {
  LsUnit unit;
  GString *diary;          /* of all units: "web:notify " */
  LsInstance child;
  guint children;
  gboolean drop_in_callback;
  LsTimer timer;
} PlainUnit;

static void
note (PlainUnit *plain, const char *what)
{
  g_string_append_printf (plain->diary, "%s:%s ", plain->unit.name, what);
}

static void
plain_notify (LsUnit *unit, LsInstance instance, LsNotifyKind kind, const char *text)
{
  PlainUnit *plain = (PlainUnit *) unit;

  note (plain, "notify");
  if (!plain->drop_in_callback)
    return;
  ls_timers_disarm (ls_supervisor_timers (unit->supervisor), &plain->timer);
  ls_supervisor_drop_unit (unit->supervisor, unit);
  note (plain, "dropped");      /* it is there until the call ends */
}

static void
plain_exited (LsUnit *unit, LsInstance instance, const LsExit *how)
{
  PlainUnit *plain = (PlainUnit *) unit;

  note (plain, "exited");
  plain->children--;
  if (plain->drop_in_callback)
    ls_supervisor_drop_unit (unit->supervisor, unit);
}

static void
plain_output (LsUnit *unit, LsInstance instance, gboolean is_stderr, gsize bytes, gsize dropped)
{
  note ((PlainUnit *) unit, is_stderr ? "stderr" : "stdout");
}

static void
plain_shut_down (LsUnit *unit)
{
  note ((PlainUnit *) unit, "shut-down");
}

static void
plain_kill (LsUnit *unit)
{
  note ((PlainUnit *) unit, "kill");
}

static guint
plain_children (LsUnit *unit)
{
  return ((PlainUnit *) unit)->children;
}

static void
plain_free (LsUnit *unit)
{
  note ((PlainUnit *) unit, "free");
  g_free (unit->name);
  g_free (unit);
}

static gconstpointer
plain_find (LsUnit *unit, LsNoun noun, const char *id)
{
  return g_str_equal (id, noun == LS_NOUN_JOB ? "j7" : unit->name) ? unit : NULL;
}

static gboolean
plain_send (LsUnit *unit, const char *id, const LsInstance *instance, json_t *message, GError **error)
{
  note ((PlainUnit *) unit, "send");
  return TRUE;
}

static const LsUnitClass plain_class = {
  .notify = plain_notify, .exited = plain_exited, .output = plain_output, .shut_down = plain_shut_down, .kill = plain_kill,
  .children = plain_children, .free = plain_free, .find = plain_find, .send = plain_send,
};

typedef struct {
  FakeWorld *world;
  GString *diary;
} Fixture;

static PlainUnit *
add (Fixture *f, LsNoun noun, const char *name)
{
  static const char *const argv[] = { "app", NULL };
  LsSpawnRequest request = { .id = name, .argv = argv, .scoreboard_fd = -1 };
  PlainUnit *plain = g_new0 (PlainUnit, 1);
  g_autoptr (GError) error = NULL;

  plain->unit = (LsUnit){ &plain_class, f->world->supervisor, noun, g_strdup (name) };
  plain->diary = f->diary;
  if (!ls_supervisor_add_unit (f->world->supervisor, &plain->unit, &error))
    fail_msg ("%s", error->message);
  if (ls_supervisor_spawn (f->world->supervisor, &plain->unit, &request, &plain->child, NULL))
    plain->children++;
  return plain;
}

static void
assert_diary (Fixture *f, const char *expected)
{
  assert_string_equal (f->diary->str, expected);
  g_string_truncate (f->diary, 0);
}

static int
setup (void **state)
{
  Fixture *f = g_new0 (Fixture, 1);

  f->world = fake_world_new ();
  f->diary = g_string_new (NULL);
  *state = f;
  return 0;
}

static int
teardown (void **state)
{
  Fixture *f = *state;

  fake_world_free (f->world);
  g_string_free (f->diary, TRUE);
  g_free (f);
  return 0;
}

static void
happenings_go_to_the_unit_that_owns_the_child (void **state)
{
  Fixture *f = *state;
  PlainUnit *web = add (f, LS_NOUN_CLUSTER, "web"), *pool = add (f, LS_NOUN_POOL, "compute");

  fake_ready (f->world, fake_child (f->world, "compute"));
  ls_supervisor_child_output (f->world->supervisor, web->child, TRUE, 3, 0);
  fake_exit (f->world, fake_child (f->world, "compute"), 0);
  fake_exit (f->world, fake_child (f->world, "web"), 0);
  ls_supervisor_child_output (f->world->supervisor, pool->child, FALSE, 3, 0);      /* nobody's any more */
  assert_diary (f, "compute:notify web:stderr compute:exited web:exited ");
}

static void
a_unit_may_drop_itself_inside_its_callback (void **state)
{
  Fixture *f = *state;
  PlainUnit *task = add (f, LS_NOUN_TASK, "t1");

  task->drop_in_callback = TRUE;
  fake_ready (f->world, fake_child (f->world, "t1"));
  assert_diary (f, "t1:notify t1:dropped t1:free ");
  assert_null (ls_supervisor_find_unit (f->world->supervisor, LS_NOUN_TASK, "t1"));
  fake_exit (f->world, fake_child (f->world, "t1"), 0);      /* it was nobody's */
  assert_diary (f, "");
}

static void
drop (void *user)
{
  PlainUnit *plain = user;

  ls_supervisor_drop_unit (plain->unit.supervisor, &plain->unit);
  note (plain, "dropped");
}

static void
a_unit_may_drop_itself_inside_its_timer (void **state)
{
  Fixture *f = *state;
  PlainUnit *task = add (f, LS_NOUN_TASK, "t1");

  ls_timers_arm (ls_supervisor_timers (f->world->supervisor), &task->timer, f->world->now_ms + 10, drop, task);
  fake_advance (f->world, 10);
  assert_diary (f, "t1:dropped t1:free ");
}

static void
a_name_is_one_thing_only (void **state)
{
  Fixture *f = *state;
  g_autoptr (GError) error = NULL;
  PlainUnit other = { .unit = { &plain_class, f->world->supervisor, LS_NOUN_CLUSTER, (char *) "compute" } };
  PlainUnit task = { .unit = { &plain_class, f->world->supervisor, LS_NOUN_CLUSTER, (char *) "op-9" } };

  add (f, LS_NOUN_POOL, "compute");
  assert_false (ls_supervisor_add_unit (f->world->supervisor, &other.unit, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
  assert_string_equal (error->message, "the name compute is taken by a pool: choose another");
  assert_null (ls_supervisor_find_unit (f->world->supervisor, LS_NOUN_CLUSTER, "compute"));
  g_clear_error (&error);
  assert_false (ls_supervisor_add_unit (f->world->supervisor, &task.unit, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_IMPOSSIBLE));
}

static void
ids_lead_to_what_they_name (void **state)
{
  Fixture *f = *state;
  LsSupervisor *supervisor = f->world->supervisor;
  PlainUnit *pool = add (f, LS_NOUN_POOL, "compute"), *task = add (f, LS_NOUN_TASK, "t1");
  g_autoptr (json_t) message = json_true ();
  g_autoptr (GError) error = NULL;

  assert_ptr_equal (ls_supervisor_find_pool (supervisor, "compute"), pool);
  assert_ptr_equal (ls_supervisor_find_task (supervisor, "t1"), task);
  assert_ptr_equal (ls_supervisor_find_job (supervisor, "j7"), pool);
  assert_null (ls_supervisor_find_job (supervisor, "j8"));
  assert_null (ls_supervisor_find_pool (supervisor, "t1"));
  assert_null (ls_supervisor_find_worker (supervisor, "compute.1"));
  assert_true (ls_supervisor_send (supervisor, "t1", NULL, message, NULL));
  assert_true (ls_supervisor_send (supervisor, "j7", NULL, message, NULL));
  assert_diary (f, "t1:send compute:send ");
  assert_false (ls_supervisor_signal (supervisor, "nobody", NULL, SIGTERM, &error));
  assert_string_equal (error->message, "there is no worker, pool or task nobody");
}

static void
count_done (void *self)
{
  (*(guint *) self)++;
}

static void
tasks_and_pools_go_before_clusters (void **state)
{
  Fixture *f = *state;
  guint done = 0;

  add (f, LS_NOUN_CLUSTER, "web");
  add (f, LS_NOUN_POOL, "compute");
  add (f, LS_NOUN_TASK, "t1");
  ls_supervisor_shut_down (f->world->supervisor, 1000, count_done, &done);
  ls_supervisor_shut_down (f->world->supervisor, 9000, count_done, &done);      /* a later end is not heard */
  fake_advance (f->world, 500);
  assert_diary (f, "compute:shut-down t1:shut-down ");
  fake_exit (f->world, fake_child (f->world, "t1"), 0);
  assert_diary (f, "t1:exited ");
  fake_exit (f->world, fake_child (f->world, "compute"), 0);
  assert_diary (f, "compute:exited web:shut-down ");
  assert_int_equal (done, 0);
  fake_exit (f->world, fake_child (f->world, "web"), 0);
  assert_int_equal (done, 1);
  fake_advance (f->world, 5000);
  assert_int_equal (done, 1);
}

static void
asked_again_for_an_earlier_end_it_hurries (void **state)
{
  Fixture *f = *state;
  guint done = 0;

  add (f, LS_NOUN_CLUSTER, "web");
  ls_supervisor_shut_down (f->world->supervisor, 60000, count_done, &done);
  fake_advance (f->world, 500);
  assert_diary (f, "web:shut-down ");
  ls_supervisor_shut_down (f->world->supervisor, 0, count_done, &done);
  fake_advance (f->world, 1);
  assert_diary (f, "web:kill ");
  fake_exit (f->world, fake_child (f->world, "web"), 0);
  assert_int_equal (done, 1);
}

static void
past_the_timeout_all_are_killed_whatever_the_order (void **state)
{
  Fixture *f = *state;
  guint done = 0;

  add (f, LS_NOUN_CLUSTER, "web");
  add (f, LS_NOUN_TASK, "t1");
  ls_supervisor_shut_down (f->world->supervisor, 1000, count_done, &done);
  fake_advance (f->world, 1000);
  assert_diary (f, "t1:shut-down t1:kill web:shut-down web:kill ");
  fake_killed (f->world, fake_child (f->world, "web"), SIGKILL);
  assert_int_equal (done, 0);
  fake_killed (f->world, fake_child (f->world, "t1"), SIGKILL);
  assert_int_equal (done, 1);
}

static void
asking_again_to_stop_brings_the_end_nearer (void **state)
{
  Fixture *f = *state;
  guint done = 0, never = 0;

  add (f, LS_NOUN_TASK, "t1");
  ls_supervisor_shut_down (f->world->supervisor, 1000, count_done, &done);
  ls_supervisor_shut_down (f->world->supervisor, 5000, count_done, &never);
  ls_supervisor_shut_down (f->world->supervisor, 10, count_done, &never);
  fake_advance (f->world, 10);
  assert_diary (f, "t1:shut-down t1:kill ");
  fake_killed (f->world, fake_child (f->world, "t1"), SIGKILL);
  assert_int_equal (done, 1);
  assert_int_equal (never, 0);
}

static void
nothing_is_spawned_while_stopping (void **state)
{
  Fixture *f = *state;
  guint done = 0;

  add (f, LS_NOUN_TASK, "t1");
  ls_supervisor_shut_down (f->world->supervisor, 1000, count_done, &done);
  add (f, LS_NOUN_TASK, "t2");
  assert_null (fake_child (f->world, "t2"));
  fake_exit (f->world, fake_child (f->world, "t1"), 0);
  assert_int_equal (done, 1);
}

static void
running_operations_and_the_last_hundred_are_kept (void **state)
{
  Fixture *f = *state;
  LsSupervisor *supervisor = f->world->supervisor;
  LsOperation *running = ls_supervisor_begin_operation (supervisor, "reload", "web", 4);

  for (guint i = 0; i < 150; i++)
    ls_supervisor_end_operation (supervisor, ls_supervisor_begin_operation (supervisor, "scale", "web", 1), NULL);
  fake_settle (f->world);
  ls_supervisor_run_timers (supervisor);
  assert_ptr_equal (ls_supervisor_find_operation (supervisor, "op-1"), running);
  assert_null (ls_supervisor_find_operation (supervisor, "op-51"));
  assert_non_null (ls_supervisor_find_operation (supervisor, "op-52"));
  assert_non_null (ls_supervisor_find_operation (supervisor, "op-151"));
  assert_int_equal (fake_changes (f->world, "removed operation"), 50);
  ls_supervisor_step_operation (supervisor, running, 2);
  assert_int_equal (running->done, 2);
  ls_supervisor_end_operation (supervisor, running, "it rained");
  assert_string_equal (running->reason, "it rained");
  assert_int_equal (running->done, 2);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (happenings_go_to_the_unit_that_owns_the_child, setup, teardown),
    cmocka_unit_test_setup_teardown (a_unit_may_drop_itself_inside_its_callback, setup, teardown),
    cmocka_unit_test_setup_teardown (a_unit_may_drop_itself_inside_its_timer, setup, teardown),
    cmocka_unit_test_setup_teardown (a_name_is_one_thing_only, setup, teardown),
    cmocka_unit_test_setup_teardown (ids_lead_to_what_they_name, setup, teardown),
    cmocka_unit_test_setup_teardown (tasks_and_pools_go_before_clusters, setup, teardown),
    cmocka_unit_test_setup_teardown (asked_again_for_an_earlier_end_it_hurries, setup, teardown),
    cmocka_unit_test_setup_teardown (past_the_timeout_all_are_killed_whatever_the_order, setup, teardown),
    cmocka_unit_test_setup_teardown (asking_again_to_stop_brings_the_end_nearer, setup, teardown),
    cmocka_unit_test_setup_teardown (nothing_is_spawned_while_stopping, setup, teardown),
    cmocka_unit_test_setup_teardown (running_operations_and_the_last_hundred_are_kept, setup, teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
