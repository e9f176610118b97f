/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Starting, readiness, scaling. */

#include "test_cluster.h"

static void
a_new_cluster_starts_its_workers_and_is_ready_when_they_are (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op = scale_web (world, 3);

  assert_string_equal (op->verb, "create");
  assert_int_equal (op->total, 3);
  assert_int_equal (world->children->len, 3);
  assert_state (world, LS_CLUSTER_SCALING, 3, 0);
  assert_string_equal (web (world)->status.operation, op->id);
  fake_ready (world, fake_child (world, "web.1"));
  fake_ready (world, fake_child (world, "web.3"));
  assert_int_equal (op->done, 2);
  assert_state (world, LS_CLUSTER_SCALING, 3, 2);
  fake_advance (world, 38);
  fake_ready (world, fake_child (world, "web.2"));
  assert_state (world, LS_CLUSTER_READY, 3, 3);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_null (web (world)->status.operation);
  assert_int_equal (worker (world, "web.2")->ready_ms, 38);
  assert_int_equal (worker (world, "web.2")->generation, 1);
}

static void
a_child_is_told_who_it_is_and_what_it_has (void **state)
{
  FakeWorld *world = *state;
  LsClusterSpec spec;
  FakeChild *child;

  spec_of (&spec, 1);
  spec_set_env (&spec, "COLOR=red");
  spec.io_threads = 7;
  put_web (world, &spec);
  child = fake_child (world, "web.1");
  assert_string_equal (child->argv[0], "/libexec/lineshaft-worker");
  assert_string_equal (fake_env (child, "LINESHAFT_ID"), "web.1");
  assert_string_equal (fake_env (child, "LINESHAFT_CLUSTER"), "web");
  assert_string_equal (fake_env (child, "LINESHAFT_SLOT"), "1");
  assert_string_equal (fake_env (child, "UV_THREADPOOL_SIZE"), "7");
  assert_string_equal (fake_env (child, "COLOR"), "red");
  assert_int_equal (child->fds->len, 1);
  assert_string_equal (child->fd_names[0], "web");
  assert_true (child->has_row);
}

static void
a_command_without_a_word_is_ready_after_a_second (void **state)
{
  FakeWorld *world = *state;
  LsClusterSpec spec;

  spec_of (&spec, 1);
  spec_set_command (&spec, "/usr/bin/app");
  put_web (world, &spec);
  fake_advance (world, 999);
  assert_state (world, LS_CLUSTER_SCALING, 1, 0);
  fake_advance (world, 1);
  assert_state (world, LS_CLUSTER_READY, 1, 1);
}

static void
a_command_that_says_ready_is_ready_at_once (void **state)
{
  FakeWorld *world = *state;
  LsClusterSpec spec;

  spec_of (&spec, 1);
  spec_set_command (&spec, "/usr/bin/app");
  put_web (world, &spec);
  fake_advance (world, 20);
  fake_ready (world, fake_child (world, "web.1"));
  assert_state (world, LS_CLUSTER_READY, 1, 1);
  assert_int_equal (worker (world, "web.1")->ready_ms, 20);
}

static void
readiness_started_needs_no_word_and_notify_waits_for_it (void **state)
{
  FakeWorld *world = *state;
  LsClusterSpec spec;

  spec_of (&spec, 1);
  spec_set_command (&spec, "/usr/bin/app");
  spec.readiness = LS_READINESS_STARTED;
  put_web (world, &spec);
  assert_state (world, LS_CLUSTER_READY, 1, 1);

  ls_cluster_spec_init (&spec);
  spec_set_command (&spec, "/usr/bin/app");
  spec.workers = (LsRange){ 1, 1 };
  spec.readiness = LS_READINESS_NOTIFY;
  assert_true (ls_supervisor_put_cluster (world->supervisor, "api", &spec, LS_ORIGIN_API, NULL, NULL));
  ls_cluster_spec_clear (&spec);
  fake_advance (world, 20000);
  assert_int_equal (ls_supervisor_find_cluster (world->supervisor, "api")->status.ready, 0);
  fake_ready (world, fake_child (world, "api.1"));
  assert_int_equal (ls_supervisor_find_cluster (world->supervisor, "api")->status.ready, 1);
}

static void
scaling_up_starts_the_lowest_free_slots (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;

  web_stands (world, 2);
  op = scale_web (world, 4);
  assert_string_equal (op->verb, "scale");
  assert_int_equal (op->total, 2);
  assert_non_null (fake_child (world, "web.3"));
  assert_non_null (fake_child (world, "web.4"));
  fake_ready_all (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_state (world, LS_CLUSTER_READY, 4, 4);
}

static void
scaling_down_drains_the_highest_slots_in_two_phases (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;
  FakeChild *child;
  guint row;

  web_stands (world, 3);
  child = fake_child (world, "web.3");
  row = child->row;
  assert_true (fake_steers_to (fake_listening (world, ADDRESS), row));
  fake_set_waiting (fake_listening (world, ADDRESS), row, 2);
  op = scale_web (world, 2);
  assert_false (fake_steers_to (fake_listening (world, ADDRESS), row));
  assert_string_equal (ls_worker_state_name (worker (world, "web.3")->state), "draining");
  fake_advance (world, 100);
  assert_false (fake_got_signal (child, SIGTERM));      /* its queue is not empty */
  fake_set_waiting (fake_listening (world, ADDRESS), row, 0);
  fake_advance (world, 5);
  assert_true (fake_got_signal (child, SIGTERM));
  assert_int_equal (op->state, LS_OPERATION_RUNNING);
  fake_exit (world, child, 1);      /* not a crash: it was told to go */
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_int_equal (op->total, 1);
  assert_null (worker (world, "web.3"));
  assert_state (world, LS_CLUSTER_READY, 2, 2);
  assert_int_equal (world->children->len, 2);
}

static void
a_queue_that_never_empties_delays_the_drain_by_a_second (void **state)
{
  FakeWorld *world = *state;
  FakeChild *child;

  web_stands (world, 2);
  child = fake_child (world, "web.2");
  fake_set_waiting (fake_listening (world, ADDRESS), child->row, 1);
  scale_web (world, 1);
  fake_advance (world, 990);
  assert_false (fake_got_signal (child, SIGTERM));
  fake_advance (world, 15);
  assert_true (fake_got_signal (child, SIGTERM));
}

static void
a_worker_that_does_not_go_is_killed_after_the_stop_timeout (void **state)
{
  FakeWorld *world = *state;
  FakeChild *child;

  web_stands (world, 2);
  child = fake_child (world, "web.2");
  scale_web (world, 1);
  fake_advance (world, 5 + 9999);
  assert_true (fake_got_signal (child, SIGTERM));
  assert_false (fake_got_signal (child, SIGKILL));
  fake_advance (world, 1);
  assert_true (fake_got_signal (child, SIGKILL));
  fake_obey_signals (world);
  assert_state (world, LS_CLUSTER_READY, 1, 1);
  assert_int_equal (web (world)->status.restarts, 0);
}

static void
shared_sockets_drain_without_waiting (void **state)
{
  FakeWorld *world = *state;
  LsClusterSpec spec;

  spec_of (&spec, 2);
  spec.balance = LS_BALANCE_SHARED;
  put_web (world, &spec);
  fake_ready_all (world);
  spec_of (&spec, 1);
  spec.balance = LS_BALANCE_SHARED;
  put_web (world, &spec);
  assert_true (fake_got_signal (fake_child (world, "web.2"), SIGTERM));
}

static void
up_during_down_comes_out_right (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *down, *up;

  web_stands (world, 4);
  down = scale_web (world, 1);
  up = scale_web (world, 3);
  assert_int_equal (down->state, LS_OPERATION_FAILED);
  assert_string_equal (down->reason, "overtaken by op-3, which wants 3 of web");
  assert_int_equal (fake_count (world, "web."), 6);      /* three go, two come */
  fake_advance (world, 10);
  fake_obey_signals (world);
  fake_ready_all (world);
  assert_int_equal (up->state, LS_OPERATION_DONE);
  assert_state (world, LS_CLUSTER_READY, 3, 3);
  assert_int_equal (fake_count (world, "web."), 3);
}

static void
two_goals_of_the_same_way_are_both_reached (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *first, *second;

  web_stands (world, 2);
  first = scale_web (world, 3);
  second = scale_web (world, 4);
  fake_ready_all (world);
  assert_int_equal (first->state, LS_OPERATION_DONE);
  assert_int_equal (second->state, LS_OPERATION_DONE);
}

static void
the_same_spec_again_is_no_operation (void **state)
{
  FakeWorld *world = *state;

  web_stands (world, 2);
  assert_null (scale_web (world, 2));
  assert_int_equal (world->changes->len, 0);
}

static void
many_workers_are_started_over_several_turns (void **state)
{
  FakeWorld *world = *state;

  scale_web (world, 64);
  assert_int_equal (world->children->len, 32);
  ls_supervisor_run_timers (world->supervisor);
  assert_int_equal (world->children->len, 64);
  fake_ready_all (world);
  assert_state (world, LS_CLUSTER_READY, 64, 64);
}

static void
what_cannot_be_is_refused_with_a_sentence (void **state)
{
  FakeWorld *world = *state;
  LsClusterSpec spec;

  spec_of (&spec, 1);
  spec.balance = LS_BALANCE_ROUND_ROBIN;
  put_web_refused (world, &spec, LS_ERROR_IMPOSSIBLE, "balance round-robin is not there yet: use steered or shared");
  spec_of (&spec, 65);
  put_web_refused (world, &spec, LS_ERROR_IMPOSSIBLE, "65 workers are more than slots_max (64) allows: ask for at most 64");
  assert_null (web (world));
  spec_of (&spec, 1);
  spec_set_listen (&spec, ADDRESS, ADDRESS);
  put_web_refused (world, &spec, LS_ERROR_CONFLICT, "The address 127.0.0.1:8080 is in use by another program.");
  g_hash_table_add (world->taken, (char *) ADDRESS);
  spec_of (&spec, 1);
  put_web_refused (world, &spec, LS_ERROR_CONFLICT, "The address 127.0.0.1:8080 is in use by another program.");
  assert_null (web (world));
  assert_int_equal (world->changes->len, 0);
  g_hash_table_remove_all (world->taken);
  web_stands (world, 1);
  spec_of (&spec, 1);
  spec.slots_max = 128;
  put_web_refused (world, &spec, LS_ERROR_IMPOSSIBLE,
                   "slots_max of web is 64 for as long as it lives: remove the cluster and create it anew to change it");
  spec_of (&spec, 1);
  spec.balance = LS_BALANCE_SHARED;
  put_web_refused (world, &spec, LS_ERROR_IMPOSSIBLE,
                   "the balance on 127.0.0.1:8080 cannot change from steered to shared while workers run: stop the cluster, change it, and start it again");
}

static void
names_that_read_as_tasks_are_refused (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;
  LsClusterSpec spec;

  spec_of (&spec, 1);
  assert_false (ls_supervisor_put_cluster (world->supervisor, "t42", &spec, LS_ORIGIN_API, NULL, &error));
  assert_string_equal (error->message, "t42 would be taken for the id of a task, job or operation: choose another name");
  ls_cluster_spec_clear (&spec);
}

static void
draining_a_worker_leaves_a_hole_that_is_filled_first (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;

  web_stands (world, 3);
  assert_true (ls_supervisor_drain_worker (world->supervisor, "web.2", NULL, &op, NULL));
  assert_string_equal (op->verb, "drain");
  assert_string_equal (op->target, "web.2");
  assert_int_equal (web (world)->spec.workers.max, 2);
  fake_advance (world, 10);
  fake_obey_signals (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_state (world, LS_CLUSTER_READY, 2, 2);
  assert_non_null (worker (world, "web.3"));
  scale_web (world, 3);
  assert_non_null (fake_child (world, "web.2"));
}

static void
the_last_worker_is_not_drained (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;

  web_stands (world, 1);
  assert_false (ls_supervisor_drain_worker (world->supervisor, "web.1", NULL, NULL, &error));
  assert_string_equal (error->message, "web.1 is the last worker of web: stop the cluster instead");
}

static void
the_wrong_instance_is_a_mismatch_that_names_both (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;
  LsInstance before;

  web_stands (world, 1);
  before = fake_child (world, "web.1")->instance;
  fake_killed (world, fake_child (world, "web.1"), SIGKILL);
  assert_false (ls_supervisor_signal (world->supervisor, "web.1", &before, SIGTERM, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_MISMATCH));
  assert_string_equal (error->message, "web.1 is 101-5001 now, not 100-5000 any more: look again before you act");
  assert_true (ls_supervisor_signal (world->supervisor, "web.1", &fake_child (world, "web.1")->instance, SIGUSR1, NULL));
  assert_true (fake_got_signal (fake_child (world, "web.1"), SIGUSR1));
}

static void
messages_go_both_ways_and_internal_ones_stay_inside (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (json_t) message = json_pack ("{s:s}", "hello", "worker");
  g_autoptr (json_t) internal = json_pack ("{s:s}", "cmd", "NODE_CLUSTER");

  web_stands (world, 1);
  fake_say (world, fake_child (world, "web.1"), "{\"hello\":1}");
  fake_say (world, fake_child (world, "web.1"), "{\"cmd\":\"NODE_CLUSTER\"}");
  assert_int_equal (world->messages->len, 1);
  assert_string_equal (world->messages->pdata[0], "web.1 {\"hello\":1}");
  assert_true (ls_supervisor_send (world->supervisor, "web.1", NULL, message, NULL));
  assert_int_equal (fake_child (world, "web.1")->sent->len, 1);
  assert_false (ls_supervisor_send (world->supervisor, "web.1", NULL, internal, NULL));
  assert_false (ls_supervisor_send (world->supervisor, "web.01", NULL, message, NULL));
}

static void
a_range_follows_the_load (void **state)
{
  FakeWorld *world = *state;
  LsClusterSpec spec;

  spec_of (&spec, 1);
  spec.workers = (LsRange){ 1, 3 };
  put_web (world, &spec);
  fake_ready_all (world);
  for (guint i = 0; i < 5; i++)
    ls_supervisor_cluster_load (world->supervisor, "web", 0.9, 4);
  assert_int_equal (web (world)->status.wanted, 2);
  fake_ready_all (world);
  for (guint i = 0; i < 60; i++)
    ls_supervisor_cluster_load (world->supervisor, "web", 0.05, 0);
  assert_int_equal (web (world)->status.wanted, 1);
  assert_int_equal (web (world)->spec.workers.max, 3);
}

static void
changes_are_told_once_each (void **state)
{
  FakeWorld *world = *state;

  scale_web (world, 1);
  assert_int_equal (fake_changes (world, "added cluster web scaling"), 1);
  assert_int_equal (fake_changes (world, "added worker web.1"), 1);
  assert_int_equal (fake_changes (world, "changed"), 0);
  fake_forget_changes (world);
  fake_ready (world, fake_child (world, "web.1"));
  assert_int_equal (fake_changes (world, "changed cluster web ready"), 1);
  assert_int_equal (fake_changes (world, "changed worker web.1"), 1);
  assert_int_equal (fake_changes (world, "changed operation op-1 done"), 1);
  assert_int_equal (world->changes->len, 3);
  fake_forget_changes (world);
  fake_ready (world, fake_child (world, "web.1"));
  assert_int_equal (world->changes->len, 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cluster_test (a_new_cluster_starts_its_workers_and_is_ready_when_they_are),
    cluster_test (a_child_is_told_who_it_is_and_what_it_has),
    cluster_test (a_command_without_a_word_is_ready_after_a_second),
    cluster_test (a_command_that_says_ready_is_ready_at_once),
    cluster_test (readiness_started_needs_no_word_and_notify_waits_for_it),
    cluster_test (scaling_up_starts_the_lowest_free_slots),
    cluster_test (scaling_down_drains_the_highest_slots_in_two_phases),
    cluster_test (a_queue_that_never_empties_delays_the_drain_by_a_second),
    cluster_test (a_worker_that_does_not_go_is_killed_after_the_stop_timeout),
    cluster_test (shared_sockets_drain_without_waiting),
    cluster_test (up_during_down_comes_out_right),
    cluster_test (two_goals_of_the_same_way_are_both_reached),
    cluster_test (the_same_spec_again_is_no_operation),
    cluster_test (many_workers_are_started_over_several_turns),
    cluster_test (what_cannot_be_is_refused_with_a_sentence),
    cluster_test (names_that_read_as_tasks_are_refused),
    cluster_test (draining_a_worker_leaves_a_hole_that_is_filled_first),
    cluster_test (the_last_worker_is_not_drained),
    cluster_test (the_wrong_instance_is_a_mismatch_that_names_both),
    cluster_test (messages_go_both_ways_and_internal_ones_stay_inside),
    cluster_test (a_range_follows_the_load),
    cluster_test (changes_are_told_once_each),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
