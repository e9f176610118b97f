/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "task_words.h"

/* --- running --- */

static void
a_task_runs_its_command (void **state)
{
  FakeWorld *world = *state;
  char variable[] = "A=1", text[] = "hello";
  char *env[] = { variable, NULL };
  LsTaskSpec spec = plain ();
  FakeChild *child;

  spec.env = env;
  spec.stdin_mode = LS_STDIN_TEXT;
  spec.stdin_text = text;
  assert_string_equal (run (world, &spec)->name, "backup");
  child = fake_child (world, "t1");
  assert_string_equal (child->argv[1], "-v");
  assert_string_equal (fake_env (child, "A"), "1");
  assert_string_equal (fake_env (child, "LINESHAFT_ID"), "t1");
  assert_string_equal (child->input->str, "hello");
  assert_int_equal (task (world, "t1")->state, LS_TASK_RUNNING);
  assert_int_equal (task (world, "t1")->instance.pid, child->instance.pid);
}

static void
the_exit_says_how_it_went (void **state)
{
  static const struct {
    int code, signal;
    LsTaskState state;
    const char *reason;
  } cases[] = {
    { 0, 0, LS_TASK_EXITED, "exited with code 0" },
    { 3, 0, LS_TASK_FAILED, "exited with code 3" },
    { -1, SIGSEGV, LS_TASK_FAILED, "killed by signal 11" },
  };
  FakeWorld *world = *state;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LsTaskSpec spec = plain ();
      const LsTask *noun = run (world, &spec);

      if (cases[i].signal)
        fake_killed (world, fake_child (world, noun->id), cases[i].signal);
      else
        fake_exit (world, fake_child (world, noun->id), cases[i].code);
      assert_int_equal (noun->state, cases[i].state);
      assert_string_equal (noun->reason, cases[i].reason);
      assert_int_equal (noun->exit.code, cases[i].code);
      assert_int_equal (noun->instance.pid, 0);
      assert_true (noun->ended_at > 0);
    }
}

static void
what_cannot_be_started_is_refused_and_leaves_nothing (void **state)
{
  FakeWorld *world = *state;
  char empty[] = "";
  char *nothing[] = { empty, NULL };
  LsTaskSpec specs[] = { plain (), plain () };
  const char *words[] = { "no program", "no command" };

  specs[1].argv = nothing;
  for (guint i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      g_autoptr (GError) error = NULL;

      world->spawn_error = i == 0 ? g_strdup ("there is no program") : NULL;
      assert_false (ls_supervisor_run_task (world->supervisor, NULL, &specs[i], NULL, &error));
      assert_non_null (strstr (error->message, words[i]));
      g_clear_pointer (&world->spawn_error, g_free);
    }
  assert_int_equal (world->changes->len, 0);
  assert_null (task (world, "t1"));
}

static void
output_is_counted_and_announced_a_few_times_a_second (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();
  LsInstance instance = run (world, &spec)->instance;

  fake_forget_changes (world);
  for (guint i = 0; i < 100; i++)
    ls_supervisor_child_output (world->supervisor, instance, i % 2, 10, 1);
  assert_int_equal (task (world, "t1")->stdout_bytes, 500);
  assert_int_equal (task (world, "t1")->stderr_bytes, 500);
  assert_int_equal (task (world, "t1")->dropped_bytes, 100);
  fake_advance (world, 250);
  assert_int_equal (fake_changes (world, "changed task t1"), 1);
}

/* --- its terminal --- */

static void
the_window_is_passed_on_and_kept_for_the_next_start (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain (), other = plain ();
  g_autoptr (GError) error = NULL;

  spec.pty = TRUE;
  spec.stdin_mode = LS_STDIN_OPEN;
  spec.window = (LsTerminalSize){ 24, 80 };
  spec.restart = LS_RESTART_ALWAYS;
  run (world, &spec);
  assert_true (fake_child (world, "t1")->pty);
  assert_string_equal (fake_env (fake_child (world, "t1"), "TERM"), "xterm-256color");
  assert_true (ls_supervisor_task_window (world->supervisor, "t1", (LsTerminalSize){ 40, 120 }, NULL));
  assert_int_equal (fake_child (world, "t1")->window.columns, 120);
  /* Its end-of-file key does not close a terminal. */
  assert_true (ls_supervisor_task_input (world->supervisor, "t1", "", 0, TRUE, NULL));
  assert_true (ls_supervisor_task_input (world->supervisor, "t1", "x", 1, FALSE, NULL));
  fake_exit (world, fake_child (world, "t1"), 0);
  fake_advance (world, 1000);
  assert_int_equal (fake_child (world, "t1")->window.rows, 40);
  /* A shell understands that its terminal goes. */
  assert_true (ls_supervisor_stop_task (world->supervisor, "t1", NULL, NULL));
  assert_true (fake_got_signal (fake_child (world, "t1"), SIGTERM));
  assert_true (fake_got_signal (fake_child (world, "t1"), SIGHUP));
  run (world, &other);
  assert_false (ls_supervisor_task_window (world->supervisor, "t2", (LsTerminalSize){ 1, 1 }, &error));
  assert_int_equal (error->code, LS_ERROR_CONFLICT);
}

/* --- stopping --- */

static void
stopping_asks_first_and_kills_later (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();
  g_autoptr (GError) error = NULL;

  run (world, &spec);
  assert_true (ls_supervisor_stop_task (world->supervisor, "t1", NULL, NULL));
  assert_true (fake_got_signal (fake_child (world, "t1"), SIGTERM));
  fake_advance (world, 9999);
  assert_false (fake_got_signal (fake_child (world, "t1"), SIGKILL));
  fake_advance (world, 1);
  assert_true (fake_got_signal (fake_child (world, "t1"), SIGKILL));
  fake_obey_signals (world);
  assert_int_equal (task (world, "t1")->state, LS_TASK_STOPPED);
  assert_string_equal (task (world, "t1")->reason, "was stopped, killed by signal 9");
  assert_false (ls_supervisor_stop_task (world->supervisor, "t1", NULL, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
}

static void
another_instance_is_never_hit (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();
  LsInstance other = { 1, 1 };
  g_autoptr (GError) error = NULL;

  run (world, &spec);
  assert_false (ls_supervisor_stop_task (world->supervisor, "t1", &other, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_MISMATCH));
  g_clear_error (&error);
  assert_false (ls_supervisor_signal (world->supervisor, "t1", &other, SIGHUP, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_MISMATCH));
  assert_int_equal (fake_child (world, "t1")->signals->len, 0);
}

static void
a_task_past_its_time_is_stopped_and_timed_out (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();

  spec.timeout_ms = 5000;
  run (world, &spec);
  fake_advance (world, 5000);
  assert_true (fake_got_signal (fake_child (world, "t1"), SIGTERM));
  fake_obey_signals (world);
  assert_int_equal (task (world, "t1")->state, LS_TASK_TIMED_OUT);
  assert_string_equal (task (world, "t1")->reason, "ran longer than 5 s, exited with code 0");
}

static void
its_time_counts_from_when_it_was_started (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec first = plain (), spec = plain ();

  ls_supervisor_set_tasks_max (world->supervisor, 1);
  spec.timeout_ms = 5000;
  run (world, &first);
  run (world, &spec);
  world->spawn_takes_ms = 300;
  fake_exit (world, fake_child (world, "t1"), 0);      /* so its turn has come */
  fake_advance (world, 4999);
  assert_false (fake_got_signal (fake_child (world, "t2"), SIGTERM));
  fake_advance (world, 1);
  assert_true (fake_got_signal (fake_child (world, "t2"), SIGTERM));
}

static void
removing_a_running_task_stops_it_first (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();

  run (world, &spec);
  assert_true (ls_supervisor_remove_task (world->supervisor, "t1", NULL));
  assert_non_null (task (world, "t1"));
  fake_obey_signals (world);
  assert_null (task (world, "t1"));
  assert_int_equal (fake_changes (world, "removed task t1"), 1);
}

/* --- again --- */

static void
restart_policies (void **state)
{
  static const struct {
    LsRestart policy;
    int code;
    gboolean again;
  } cases[] = {
    { LS_RESTART_NEVER, 1, FALSE },      { LS_RESTART_ON_FAILURE, 0, FALSE }, { LS_RESTART_ON_FAILURE, 1, TRUE },
    { LS_RESTART_ALWAYS, 0, TRUE },      { LS_RESTART_ALWAYS, 1, TRUE },
  };
  FakeWorld *world = *state;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LsTaskSpec spec = plain ();
      g_autofree char *id = NULL;

      spec.restart = cases[i].policy;
      id = g_strdup (run (world, &spec)->id);
      fake_exit (world, fake_child (world, id), cases[i].code);
      assert_int_equal (task (world, id)->state == LS_TASK_WAITING, cases[i].again);
      fake_settle (world);
      assert_int_equal (fake_child (world, id) != NULL, cases[i].again);
      assert_int_equal (task (world, id)->restarts, cases[i].again);
    }
}

static void
a_task_that_always_fails_is_never_a_hot_loop (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();

  spec.restart = LS_RESTART_ON_FAILURE;
  run (world, &spec);
  for (guint i = 0; i < 10; i++)
    {
      while (!fake_child (world, "t1"))
        fake_advance (world, 50);
      fake_exit (world, fake_child (world, "t1"), 1);
    }
  assert_true (world->now_ms > 30000);
  assert_int_equal (task (world, "t1")->state, LS_TASK_WAITING);
  assert_true (ls_supervisor_stop_task (world->supervisor, "t1", NULL, NULL));
  assert_int_equal (task (world, "t1")->state, LS_TASK_STOPPED);
  fake_advance (world, 60000);
  assert_null (fake_child (world, "t1"));
}

/* --- input and messages --- */

static void
input_goes_in_until_it_is_ended (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();
  g_autoptr (GError) error = NULL;

  spec.stdin_mode = LS_STDIN_OPEN;
  run (world, &spec);
  assert_true (ls_supervisor_task_input (world->supervisor, "t1", "abc", 3, FALSE, NULL));
  assert_true (ls_supervisor_task_input (world->supervisor, "t1", "d", 1, TRUE, NULL));
  assert_string_equal (fake_child (world, "t1")->input->str, "abcd");
  assert_false (ls_supervisor_task_input (world->supervisor, "t1", "e", 1, FALSE, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
  g_clear_error (&error);
  spec.stdin_mode = LS_STDIN_NONE;
  run (world, &spec);
  assert_false (ls_supervisor_task_input (world->supervisor, "t2", "e", 1, FALSE, &error));
}

static void
messages_go_both_ways (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();
  g_autoptr (json_t) hello = json_string ("hello");
  g_autoptr (GError) error = NULL;

  run (world, &spec);
  assert_true (ls_supervisor_send (world->supervisor, "t1", NULL, hello, NULL));
  assert_int_equal (fake_child (world, "t1")->sent->len, 1);
  fake_say (world, fake_child (world, "t1"), "{\"answer\":42}");
  fake_say (world, fake_child (world, "t1"), "{\"cmd\":\"NODE_CLUSTER\"}");
  assert_int_equal (world->messages->len, 1);
  assert_string_equal (world->messages->pdata[0], "t1 {\"answer\":42}");
  fake_exit (world, fake_child (world, "t1"), 0);
  assert_false (ls_supervisor_send (world->supervisor, "t1", NULL, hello, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
}

/* --- many --- */

static void
count_task (void *user, gconstpointer resource)
{
  (*(guint *) user)++;
}

static void
the_last_thousand_tasks_are_remembered (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();
  guint n = 0;

  run (world, &spec);      /* t1 goes on */
  for (guint i = 0; i < 1002; i++)
    fake_exit (world, fake_child (world, run (world, &spec)->id), 0);
  ls_supervisor_foreach (world->supervisor, LS_NOUN_TASK, count_task, &n);
  assert_int_equal (n, 1001);
  assert_non_null (task (world, "t1"));
  assert_null (task (world, "t3"));
  assert_non_null (task (world, "t4"));
}

static void
told (void *self)
{
  *(gboolean *) self = TRUE;
}

static void
shutting_down_stops_what_runs_and_what_waits (void **state)
{
  FakeWorld *world = *state;
  LsTaskSpec spec = plain ();
  gboolean over = FALSE;

  spec.restart = LS_RESTART_ALWAYS;
  run (world, &spec);
  run (world, &spec);
  fake_exit (world, fake_child (world, "t2"), 1);
  ls_supervisor_shut_down (world->supervisor, 60000, told, &over);
  assert_int_equal (task (world, "t2")->state, LS_TASK_STOPPED);
  assert_true (fake_got_signal (fake_child (world, "t1"), SIGTERM));
  fake_obey_signals (world);
  fake_settle (world);
  assert_int_equal (task (world, "t1")->state, LS_TASK_STOPPED);
  assert_true (over);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    TEST (a_task_runs_its_command),
    TEST (the_exit_says_how_it_went),
    TEST (what_cannot_be_started_is_refused_and_leaves_nothing),
    TEST (output_is_counted_and_announced_a_few_times_a_second),
    TEST (the_window_is_passed_on_and_kept_for_the_next_start),
    TEST (stopping_asks_first_and_kills_later),
    TEST (another_instance_is_never_hit),
    TEST (a_task_past_its_time_is_stopped_and_timed_out),
    TEST (its_time_counts_from_when_it_was_started),
    TEST (removing_a_running_task_stops_it_first),
    TEST (restart_policies),
    TEST (a_task_that_always_fails_is_never_a_hot_loop),
    TEST (input_goes_in_until_it_is_ended),
    TEST (messages_go_both_ways),
    TEST (the_last_thousand_tasks_are_remembered),
    TEST (shutting_down_stops_what_runs_and_what_waits),
  };

  return cmocka_run_group_tests_name ("tasks", tests, NULL, NULL);
}
