/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Reloads, restarts and new programs: one slot at a time, the new one first. */

#include "test_cluster.h"

static const LsOperation *
reload (FakeWorld *world)
{
  g_autoptr (GError) error = NULL;
  const LsOperation *op = NULL;

  if (!ls_supervisor_reload_cluster (world->supervisor, "web", &op, &error))
    fail_msg ("reload was refused: %s", error->message);
  return op;
}

/* The new one is ready, the old one goes. */
static void
roll_one (FakeWorld *world)
{
  fake_ready_all (world);
  fake_advance (world, 10);
  fake_obey_signals (world);
}

static const LsOperation *
put_color (FakeWorld *world, guint workers, const char *pair)
{
  LsClusterSpec spec;

  spec_of (&spec, workers);
  spec_set_env (&spec, pair);
  return put_web (world, &spec);
}

static void
a_reload_goes_slot_by_slot_the_new_one_first (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;
  LsListening *listening;
  guint old_row, new_row;

  web_stands (world, 2);
  listening = fake_listening (world, ADDRESS);
  old_row = fake_child (world, "web.1")->row;
  op = reload (world);
  assert_string_equal (op->verb, "reload");
  assert_int_equal (op->total, 2);
  assert_state (world, LS_CLUSTER_RELOADING, 2, 2);
  assert_int_equal (fake_count (world, "web.1"), 2);
  assert_int_equal (fake_count (world, "web.2"), 1);
  new_row = fake_child (world, "web.1")->row;
  assert_int_not_equal (new_row, old_row);
  assert_true (fake_steers_to (listening, old_row));
  assert_false (fake_steers_to (listening, new_row));
  fake_ready (world, fake_child (world, "web.1"));
  assert_false (fake_steers_to (listening, old_row));
  assert_true (fake_steers_to (listening, new_row));
  assert_int_equal (op->done, 0);
  fake_advance (world, 10);
  assert_true (fake_got_signal (fake_oldest_child (world, "web.1"), SIGTERM));
  fake_obey_signals (world);
  assert_int_equal (op->done, 1);
  assert_int_equal (fake_count (world, "web.1"), 1);
  assert_int_equal (fake_count (world, "web.2"), 2);
  roll_one (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_state (world, LS_CLUSTER_READY, 2, 2);
  assert_int_equal (web (world)->status.generation, 2);
  assert_int_equal (worker (world, "web.2")->generation, 2);
  assert_int_equal (web (world)->status.restarts, 0);
}

static void
both_processes_of_a_slot_are_shown_the_older_first (void **state)
{
  FakeWorld *world = *state;

  web_stands (world, 1);
  reload (world);
  assert_int_equal (fake_changes (world, "added worker web.1 101-5001 starting"), 1);
  assert_int_equal (fake_changes (world, "removed worker"), 0);
  fake_forget_changes (world);
  roll_one (world);
  assert_int_equal (fake_changes (world, "removed worker web.1 100-5000"), 1);
  assert_int_equal (worker (world, "web.1")->instance.pid, 101);
}

static void
a_second_reload_is_a_conflict_that_names_the_first (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;
  const LsOperation *op;

  web_stands (world, 2);
  op = reload (world);
  assert_false (ls_supervisor_reload_cluster (world->supervisor, "web", NULL, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
  assert_string_equal (error->message, "op-2 is reloading web: wait until it has ended");
  assert_int_equal (op->state, LS_OPERATION_RUNNING);
}

static void
a_reload_that_fails_leaves_the_old_workers_serving (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;
  LsInstance one;

  web_stands (world, 2);
  one = fake_child (world, "web.1")->instance;
  op = put_color (world, 2, "COLOR=blue");
  assert_string_equal (op->verb, "reload");
  assert_string_equal (fake_env (fake_child (world, "web.1"), "COLOR"), "blue");
  fake_exit (world, fake_child (world, "web.1"), 3);
  assert_int_equal (op->state, LS_OPERATION_FAILED);
  assert_string_equal (op->reason, "the new web.1 exited with code 3 before it was ready; the reload was stopped, the workers from before go on");
  assert_state (world, LS_CLUSTER_READY, 2, 2);
  assert_string_equal (web (world)->status.reason, op->reason);
  assert_int_equal (fake_child (world, "web.1")->instance.pid, one.pid);
  assert_int_equal (world->children->len, 2);
  assert_int_equal (web (world)->spec.env ? g_strv_length (web (world)->spec.env) : 0, 0);
  assert_int_equal (web (world)->status.generation, 1);
  assert_int_equal (fake_listening (world, ADDRESS)->shares->len, 2);
  /* A crash after that starts what is known to work. */
  fake_killed (world, fake_child (world, "web.2"), SIGKILL);
  assert_null (fake_env (fake_child (world, "web.2"), "COLOR"));
}

static void
a_reload_whose_new_worker_is_never_ready_fails_too (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;

  web_stands (world, 1);
  op = reload (world);
  fake_advance (world, 30000);
  fake_obey_signals (world);
  assert_int_equal (op->state, LS_OPERATION_FAILED);
  assert_string_equal (op->reason, "the new web.1 was not ready within 30 s; the reload was stopped, the workers from before go on");
  assert_state (world, LS_CLUSTER_READY, 1, 1);
}

static void
a_reload_to_a_program_that_is_not_there_fails_at_once (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;

  web_stands (world, 1);
  world->spawn_error = g_strdup ("no such program: /nope");
  op = put_color (world, 1, "COLOR=blue");
  assert_int_equal (op->state, LS_OPERATION_FAILED);
  assert_string_equal (op->reason,
                       "the new web.1 could not be started: no such program: /nope; the reload was stopped, the workers from before go on");
  assert_state (world, LS_CLUSTER_READY, 1, 1);
}

static void
a_crash_during_a_reload_starts_what_is_proven (void **state)
{
  FakeWorld *world = *state;

  web_stands (world, 2);
  put_color (world, 2, "COLOR=blue");
  fake_killed (world, fake_child (world, "web.2"), SIGKILL);
  assert_null (fake_env (fake_child (world, "web.2"), "COLOR"));
  for (guint i = 0; i < 4; i++)
    roll_one (world);
  assert_string_equal (fake_env (fake_child (world, "web.1"), "COLOR"), "blue");
  assert_string_equal (fake_env (fake_child (world, "web.2"), "COLOR"), "blue");
  assert_state (world, LS_CLUSTER_READY, 2, 2);
}

static void
the_new_one_takes_over_when_the_old_one_crashes_meanwhile (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;

  web_stands (world, 1);
  op = reload (world);
  fake_killed (world, fake_oldest_child (world, "web.1"), SIGKILL);
  assert_int_equal (fake_count (world, "web.1"), 1);
  fake_ready_all (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_state (world, LS_CLUSTER_READY, 1, 1);
}

static void
a_stuck_old_worker_is_killed_and_the_reload_goes_on (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;

  web_stands (world, 2);
  op = reload (world);
  fake_ready (world, fake_child (world, "web.1"));
  fake_advance (world, 10000 + 5);
  assert_true (fake_got_signal (fake_oldest_child (world, "web.1"), SIGKILL));
  fake_obey_signals (world);
  assert_int_equal (op->done, 1);
  roll_one (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
}

static void
scaling_during_a_reload_comes_out_right (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;
  LsClusterSpec spec;

  web_stands (world, 3);
  op = put_color (world, 3, "COLOR=blue");
  spec_of (&spec, 5);
  spec_set_env (&spec, "COLOR=blue");
  assert_string_equal (put_web (world, &spec)->verb, "scale");
  spec_of (&spec, 2);
  spec_set_env (&spec, "COLOR=blue");
  put_web (world, &spec);
  for (guint i = 0; i < 6; i++)
    roll_one (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_state (world, LS_CLUSTER_READY, 2, 2);
  assert_int_equal (world->children->len, 2);
  assert_string_equal (fake_env (fake_child (world, "web.2"), "COLOR"), "blue");
}

static void
a_reload_goes_on_when_its_slot_is_taken_away (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;

  web_stands (world, 3);
  op = reload (world);
  roll_one (world);
  assert_int_equal (fake_count (world, "web.2"), 2);
  scale_web (world, 1);      /* the new web.2 had only started */
  fake_advance (world, 10);
  fake_obey_signals (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_int_equal (world->children->len, 1);
  assert_state (world, LS_CLUSTER_READY, 1, 1);
}

static void
another_program_during_a_reload_is_a_conflict (void **state)
{
  FakeWorld *world = *state;
  LsClusterSpec spec;

  web_stands (world, 2);
  put_color (world, 2, "COLOR=blue");
  spec_of (&spec, 2);
  spec_set_env (&spec, "COLOR=green");
  put_web_refused (world, &spec, LS_ERROR_CONFLICT, "op-2 is reloading web: wait until it has ended");
}

static void
going_back_during_a_reload_takes_it_back (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op, *back;

  web_stands (world, 3);
  op = put_color (world, 3, "COLOR=blue");
  roll_one (world);
  assert_int_equal (op->done, 1);
  back = scale_web (world, 3);      /* the spec from before */
  assert_int_equal (op->state, LS_OPERATION_FAILED);
  assert_string_equal (op->reason, "taken back: web was told to run what it ran before");
  assert_int_equal (back->state, LS_OPERATION_RUNNING);
  for (guint i = 0; i < 3; i++)
    roll_one (world);
  assert_int_equal (back->state, LS_OPERATION_DONE);
  assert_state (world, LS_CLUSTER_READY, 3, 3);
  assert_int_equal (world->children->len, 3);
  for (guint i = 0; i < 3; i++)
    assert_null (fake_env (world->children->pdata[i], "COLOR"));
}

static void
stopping_ends_a_reload (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op, *stop;

  web_stands (world, 2);
  op = reload (world);
  ls_supervisor_stop_cluster (world->supervisor, "web", &stop, NULL);
  assert_int_equal (op->state, LS_OPERATION_FAILED);
  assert_string_equal (op->reason, "web was stopped meanwhile");
  fake_advance (world, 10);
  fake_obey_signals (world);
  assert_int_equal (stop->state, LS_OPERATION_DONE);
  assert_int_equal (world->children->len, 0);
}

static void
new_addresses_are_opened_first_and_old_ones_closed_last (void **state)
{
  FakeWorld *world = *state;
  LsClusterSpec spec;
  const LsOperation *op;

  web_stands (world, 2);
  spec_of (&spec, 2);
  spec_set_listen (&spec, ADDRESS, "127.0.0.1:8081");
  op = put_web (world, &spec);
  assert_non_null (fake_listening (world, "127.0.0.1:8081"));
  assert_int_equal (fake_child (world, "web.1")->fds->len, 2);
  roll_one (world);
  roll_one (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_string_equal (ls_supervisor_cluster_addresses (world->supervisor, "web")[1], "127.0.0.1:8081");

  spec_of (&spec, 2);
  spec_set_listen (&spec, "127.0.0.1:8081", NULL);
  op = put_web (world, &spec);
  roll_one (world);
  assert_non_null (fake_listening (world, ADDRESS));      /* web.2 has it still */
  roll_one (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_null (fake_listening (world, ADDRESS));
  assert_int_equal (fake_listening (world, "127.0.0.1:8081")->shares->len, 2);
}

static void
a_new_address_that_is_taken_is_refused_and_nothing_changes (void **state)
{
  FakeWorld *world = *state;
  LsClusterSpec spec;

  web_stands (world, 2);
  g_hash_table_add (world->taken, (char *) "127.0.0.1:80");
  spec_of (&spec, 3);
  spec_set_listen (&spec, ADDRESS, "127.0.0.1:80");
  put_web_refused (world, &spec, LS_ERROR_CONFLICT, "The address 127.0.0.1:80 is in use by another program.");
  assert_state (world, LS_CLUSTER_READY, 2, 2);
  assert_int_equal (world->changes->len, 0);
  assert_int_equal (web (world)->spec.workers.max, 2);
}

static void
a_restart_is_a_reload_of_one_slot (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;
  LsInstance before;

  web_stands (world, 2);
  before = fake_child (world, "web.2")->instance;
  assert_true (ls_supervisor_restart_worker (world->supervisor, "web.2", &before, &op, NULL));
  assert_string_equal (op->verb, "restart");
  assert_string_equal (op->target, "web.2");
  assert_int_equal (fake_count (world, "web.2"), 2);
  roll_one (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_int_equal (fake_count (world, "web.2"), 1);
  assert_int_not_equal (fake_child (world, "web.2")->instance.pid, before.pid);
  assert_state (world, LS_CLUSTER_READY, 2, 2);
}

static void
workers_restart_side_by_side_but_none_twice_at_a_time (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;
  const LsOperation *one, *two;

  web_stands (world, 2);
  assert_true (ls_supervisor_restart_worker (world->supervisor, "web.1", NULL, &one, NULL));
  assert_true (ls_supervisor_restart_worker (world->supervisor, "web.2", NULL, &two, NULL));
  assert_false (ls_supervisor_restart_worker (world->supervisor, "web.1", NULL, NULL, &error));
  assert_string_equal (error->message, "op-2 is restarting web.1: wait until it has ended");
  roll_one (world);
  assert_int_equal (one->state, LS_OPERATION_DONE);
  assert_int_equal (two->state, LS_OPERATION_DONE);
}

static void
a_restart_that_fails_leaves_the_old_worker (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;

  web_stands (world, 1);
  assert_true (ls_supervisor_restart_worker (world->supervisor, "web.1", NULL, &op, NULL));
  fake_killed (world, fake_child (world, "web.1"), SIGSEGV);
  assert_int_equal (op->state, LS_OPERATION_FAILED);
  assert_string_equal (op->reason, "the new web.1 was killed by signal 11 before it was ready; the one from before goes on");
  assert_state (world, LS_CLUSTER_READY, 1, 1);
}

static void
a_reload_of_a_failing_cluster_tries_again_at_once (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;

  world->spawn_error = g_strdup ("no such program: /nope");
  scale_web (world, 2);
  fake_advance (world, 10000);
  assert_state (world, LS_CLUSTER_FAILING, 2, 0);
  g_clear_pointer (&world->spawn_error, g_free);
  op = put_color (world, 2, "COLOR=blue");
  assert_int_equal (world->children->len, 1);
  fake_ready_all (world);
  for (guint i = 0; i < 3; i++)
    roll_one (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_state (world, LS_CLUSTER_READY, 2, 2);
  assert_string_equal (fake_env (fake_child (world, "web.2"), "COLOR"), "blue");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cluster_test (a_reload_goes_slot_by_slot_the_new_one_first),
    cluster_test (both_processes_of_a_slot_are_shown_the_older_first),
    cluster_test (a_second_reload_is_a_conflict_that_names_the_first),
    cluster_test (a_reload_that_fails_leaves_the_old_workers_serving),
    cluster_test (a_reload_whose_new_worker_is_never_ready_fails_too),
    cluster_test (a_reload_to_a_program_that_is_not_there_fails_at_once),
    cluster_test (a_crash_during_a_reload_starts_what_is_proven),
    cluster_test (the_new_one_takes_over_when_the_old_one_crashes_meanwhile),
    cluster_test (a_stuck_old_worker_is_killed_and_the_reload_goes_on),
    cluster_test (scaling_during_a_reload_comes_out_right),
    cluster_test (a_reload_goes_on_when_its_slot_is_taken_away),
    cluster_test (another_program_during_a_reload_is_a_conflict),
    cluster_test (going_back_during_a_reload_takes_it_back),
    cluster_test (stopping_ends_a_reload),
    cluster_test (new_addresses_are_opened_first_and_old_ones_closed_last),
    cluster_test (a_new_address_that_is_taken_is_refused_and_nothing_changes),
    cluster_test (a_restart_is_a_reload_of_one_slot),
    cluster_test (workers_restart_side_by_side_but_none_twice_at_a_time),
    cluster_test (a_restart_that_fails_leaves_the_old_worker),
    cluster_test (a_reload_of_a_failing_cluster_tries_again_at_once),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
