/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Tasks whose start is carried out elsewhere: what became of it comes later. */

#include "fakes.h"

#include "base/error.h"
#include "core/unit.h"

#include <signal.h>

typedef struct {
  char *id;
  char **argv;
} Launch;

static GQueue under_way = G_QUEUE_INIT;      /* Launch */

static gboolean
launch (void *self, const LsSpawnRequest *request, GError **error)
{
  Launch *one = g_new0 (Launch, 1);

  one->id = g_strdup (request->id);
  one->argv = g_strdupv ((char **) request->argv);
  g_queue_push_tail (&under_way, one);
  return TRUE;
}

static void
launch_free (gpointer data)
{
  Launch *one = data;

  g_free (one->id);
  g_strfreev (one->argv);
  g_free (one);
}

/* The oldest launch has been carried out: it became a process, or what world->spawn_error says. */
static void
comes_to_its_end (FakeWorld *world)
{
  Launch *one = g_queue_pop_head (&under_way);
  LsSpawnRequest request = { .id = one->id, .argv = (const char *const *) one->argv, .scoreboard_fd = -1 };
  LsInstance instance = { 0 };
  g_autoptr (GError) error = NULL;

  world->ports.spawner.spawn (world, &request, &instance, &error);
  ls_supervisor_child_started (world->supervisor, one->id, instance, error);
  launch_free (one);
}

static int
setup (void **state)
{
  FakeWorld *world = fake_world_new ();

  /* The spawner of this world can do that, too. */
  ((LsPorts *) ls_supervisor_ports (world->supervisor))->spawner.launch = launch;
  ls_supervisor_set_tasks_max (world->supervisor, 1);
  *state = world;
  return 0;
}

static int
teardown (void **state)
{
  g_queue_clear_full (&under_way, launch_free);
  fake_world_free (*state);
  return 0;
}

static char program[] = "/usr/local/bin/backup";
static char *argv[] = { program, NULL };

static void
run (FakeWorld *world, guint n)
{
  const LsTaskSpec spec = { .argv = argv, .stop_timeout_ms = 10000 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    if (!ls_supervisor_run_task (world->supervisor, NULL, &spec, NULL, &error))
      fail_msg ("run: %s", error->message);
}

static const LsTask *
task (FakeWorld *world, const char *id)
{
  return ls_supervisor_find_task (world->supervisor, id);
}

/* t1 has run, t2 is on its way, and @more stand in line. */
static void
begin (FakeWorld *world, guint more)
{
  run (world, 2 + more);
  fake_exit (world, fake_child (world, "t1"), 0);
  assert_int_equal (under_way.length, 1);
  assert_int_equal (fake_count (world, "t"), 0);
}

static void
the_first_answers_at_once_and_those_in_line_are_launched (void **state)
{
  FakeWorld *world = *state;

  begin (world, 1);
  assert_int_equal (task (world, "t2")->state, LS_TASK_WAITING);
  fake_forget_changes (world);
  comes_to_its_end (world);
  assert_int_equal (task (world, "t2")->state, LS_TASK_RUNNING);
  assert_true (task (world, "t2")->instance.pid > 0);
  assert_null (task (world, "t2")->reason);
  assert_int_equal (fake_changes (world, "changed task t2"), 1);
  assert_int_equal (task (world, "t3")->state, LS_TASK_WAITING);
  fake_exit (world, fake_child (world, "t2"), 3);
  assert_int_equal (task (world, "t2")->exit.code, 3);
  comes_to_its_end (world);
  assert_int_equal (task (world, "t3")->state, LS_TASK_RUNNING);
}

static void
one_on_its_way_has_a_place (void **state)
{
  FakeWorld *world = *state;

  begin (world, 2);
  run (world, 1);
  assert_int_equal (under_way.length, 1);
  assert_int_equal (fake_count (world, "t"), 0);
}

static void
what_could_not_be_started_has_failed_and_holds_up_nobody (void **state)
{
  FakeWorld *world = *state;

  begin (world, 1);
  world->spawn_error = g_strdup ("the program went away");
  comes_to_its_end (world);
  assert_int_equal (task (world, "t2")->state, LS_TASK_FAILED);
  assert_string_equal (task (world, "t2")->reason, "could not be started: the program went away");
  g_clear_pointer (&world->spawn_error, g_free);
  comes_to_its_end (world);
  assert_int_equal (task (world, "t3")->state, LS_TASK_RUNNING);
}

static void
one_for_whom_there_is_no_room_waits_for_it (void **state)
{
  FakeWorld *world = *state;

  begin (world, 1);
  world->spawn_error = g_strdup ("no more processes");
  world->spawn_error_code = LS_ERROR_BUSY;
  comes_to_its_end (world);
  assert_string_equal (task (world, "t2")->reason, "waits: no more processes");
  assert_int_equal (under_way.length, 0);
  g_clear_pointer (&world->spawn_error, g_free);
  fake_advance (world, 1000);
  comes_to_its_end (world);
  assert_int_equal (task (world, "t2")->state, LS_TASK_RUNNING);
  assert_int_equal (task (world, "t3")->state, LS_TASK_WAITING);
}

static void
one_stopped_on_its_way_is_told_to_end_when_it_runs (void **state)
{
  FakeWorld *world = *state;

  begin (world, 0);
  assert_true (ls_supervisor_stop_task (world->supervisor, "t2", NULL, NULL));
  comes_to_its_end (world);
  assert_true (fake_got_signal (fake_child (world, "t2"), SIGTERM));
  fake_advance (world, 10000);
  assert_true (fake_got_signal (fake_child (world, "t2"), SIGKILL));
  fake_obey_signals (world);
  assert_int_equal (task (world, "t2")->state, LS_TASK_STOPPED);
}

static void
one_stopped_on_its_way_that_never_ran_was_stopped (void **state)
{
  FakeWorld *world = *state;

  begin (world, 0);
  assert_true (ls_supervisor_stop_task (world->supervisor, "t2", NULL, NULL));
  world->spawn_error = g_strdup ("the program went away");
  comes_to_its_end (world);
  assert_int_equal (task (world, "t2")->state, LS_TASK_STOPPED);
  assert_string_equal (task (world, "t2")->reason, "was stopped before it started");
}

static void
one_removed_on_its_way_ends_and_is_forgotten (void **state)
{
  FakeWorld *world = *state;

  begin (world, 1);
  assert_true (ls_supervisor_remove_task (world->supervisor, "t2", NULL));
  assert_non_null (task (world, "t2"));
  comes_to_its_end (world);
  fake_obey_signals (world);
  assert_null (task (world, "t2"));
  comes_to_its_end (world);
  assert_int_equal (task (world, "t3")->state, LS_TASK_RUNNING);
}

static void
note (void *done)
{
  *(gboolean *) done = TRUE;
}

static void
shutting_down_waits_for_one_on_its_way (void **state)
{
  FakeWorld *world = *state;
  gboolean done = FALSE;

  begin (world, 1);
  ls_supervisor_shut_down (world->supervisor, 5000, note, &done);
  fake_settle (world);
  assert_false (done);
  assert_int_equal (task (world, "t3")->state, LS_TASK_STOPPED);
  comes_to_its_end (world);
  fake_obey_signals (world);
  fake_settle (world);
  assert_true (done);
  assert_string_equal (task (world, "t2")->reason, "the agent was stopped, exited with code 0");
}

static void
the_next_start_of_one_that_starts_again_is_launched (void **state)
{
  FakeWorld *world = *state;
  const LsTaskSpec spec = { .argv = argv, .stop_timeout_ms = 10000, .restart = LS_RESTART_ALWAYS };

  assert_true (ls_supervisor_run_task (world->supervisor, NULL, &spec, NULL, NULL));
  fake_exit (world, fake_child (world, "t1"), 0);
  fake_advance (world, 1000);
  comes_to_its_end (world);
  assert_int_equal (task (world, "t1")->state, LS_TASK_RUNNING);
  assert_int_equal (task (world, "t1")->restarts, 1);
}

int
main (void)
{
#define IN_A_WORLD(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    IN_A_WORLD (the_first_answers_at_once_and_those_in_line_are_launched),
    IN_A_WORLD (one_on_its_way_has_a_place),
    IN_A_WORLD (what_could_not_be_started_has_failed_and_holds_up_nobody),
    IN_A_WORLD (one_for_whom_there_is_no_room_waits_for_it),
    IN_A_WORLD (one_stopped_on_its_way_is_told_to_end_when_it_runs),
    IN_A_WORLD (one_stopped_on_its_way_that_never_ran_was_stopped),
    IN_A_WORLD (one_removed_on_its_way_ends_and_is_forgotten),
    IN_A_WORLD (shutting_down_waits_for_one_on_its_way),
    IN_A_WORLD (the_next_start_of_one_that_starts_again_is_launched),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
