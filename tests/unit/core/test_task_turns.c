/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* So many tasks run at once; the others wait for a place. */

#include "task_words.h"

static void
so_many_run_and_the_others_wait_in_order (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();

  ls_supervisor_set_tasks_max (world->supervisor, 2);
  for (guint i = 0; i < 5; i++)
    run (world, &spec);
  assert_int_equal (fake_count (world, "t"), 2);
  assert_int_equal (task (world, "t3")->state, LS_TASK_WAITING);
  assert_string_equal (task (world, "t3")->reason, "waits for a free place: 2 tasks run, and tasks-max is 2");
  fake_exit (world, fake_child (world, "t2"), 0);
  assert_int_equal (task (world, "t3")->state, LS_TASK_RUNNING);
  assert_null (task (world, "t3")->reason);
  assert_int_equal (task (world, "t3")->restarts, 0);
  assert_int_equal (task (world, "t4")->state, LS_TASK_WAITING);
  /* One that waits is stopped, one that waits is removed: both are out of the line. */
  assert_true (ls_supervisor_stop_task (world->supervisor, "t4", NULL, NULL));
  assert_string_equal (task (world, "t4")->reason, "was stopped before it started");
  assert_true (ls_supervisor_remove_task (world->supervisor, "t5", NULL));
  assert_null (task (world, "t5"));
  run (world, &spec);
  ls_supervisor_set_tasks_max (world->supervisor, 3);
  assert_int_equal (task (world, "t6")->state, LS_TASK_RUNNING);
}

static void
what_cannot_start_in_its_turn_has_failed_and_holds_up_nobody (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();

  ls_supervisor_set_tasks_max (world->supervisor, 1);
  for (guint i = 0; i < 3; i++)
    run (world, &spec);
  world->spawn_error = g_strdup ("the program went away");
  fake_exit (world, fake_child (world, "t1"), 0);
  assert_int_equal (task (world, "t2")->state, LS_TASK_FAILED);
  assert_string_equal (task (world, "t2")->reason, "could not be started: the program went away");
  assert_int_equal (task (world, "t3")->state, LS_TASK_FAILED);
  g_clear_pointer (&world->spawn_error, g_free);
  run (world, &spec);
  assert_int_equal (task (world, "t4")->state, LS_TASK_RUNNING);
}

static void
one_for_whom_the_system_has_no_room_waits_for_it (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();
  g_autoptr (GError) error = NULL;

  world->spawn_error = g_strdup ("no more processes");
  world->spawn_error_code = LS_ERROR_BUSY;
  /* Nobody runs whose end could be waited for: that is said. */
  assert_false (ls_supervisor_run_task (world->supervisor, NULL, &spec, NULL, &error));
  assert_int_equal (error->code, LS_ERROR_BUSY);
  g_clear_pointer (&world->spawn_error, g_free);
  run (world, &spec);
  world->spawn_error = g_strdup ("no more processes");
  run (world, &spec);
  assert_string_equal (task (world, "t3")->reason, "waits: no more processes");
  /* The other ends, and there is no room yet: it is tried again. */
  fake_exit (world, fake_child (world, "t2"), 0);
  assert_int_equal (task (world, "t3")->state, LS_TASK_WAITING);
  g_clear_pointer (&world->spawn_error, g_free);
  fake_advance (world, 1000);
  assert_int_equal (task (world, "t3")->state, LS_TASK_RUNNING);
}

static void
one_that_waits_is_looked_at_before (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();
  g_autoptr (GError) error = NULL;

  ls_supervisor_set_tasks_max (world->supervisor, 1);
  run (world, &spec);
  world->check_error = g_strdup ("there is no such folder");
  assert_false (ls_supervisor_run_task (world->supervisor, NULL, &spec, NULL, &error));
  assert_string_equal (error->message, "there is no such folder");
  g_clear_pointer (&world->check_error, g_free);
}

static void
so_many_wait_and_no_more (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();
  g_autoptr (GError) error = NULL;

  ls_supervisor_set_tasks_max (world->supervisor, 1);
  for (guint i = 0; i < 1 + 20000; i++)
    run (world, &spec);
  assert_false (ls_supervisor_run_task (world->supervisor, NULL, &spec, NULL, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_BUSY));
  assert_string_equal (error->message, "20000 tasks wait for their turn already: try again when some have ended");
  fake_exit (world, fake_child (world, "t1"), 0);
  assert_true (ls_supervisor_run_task (world->supervisor, NULL, &spec, NULL, NULL));
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    TEST (so_many_run_and_the_others_wait_in_order),
    TEST (what_cannot_start_in_its_turn_has_failed_and_holds_up_nobody),
    TEST (one_for_whom_the_system_has_no_room_waits_for_it),
    TEST (one_that_waits_is_looked_at_before),
    TEST (so_many_wait_and_no_more),
  };

  return cmocka_run_group_tests_name ("task turns", tests, NULL, NULL);
}
