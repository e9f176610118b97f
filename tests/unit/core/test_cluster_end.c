/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stopping, removing, and the end of the agent. */

#include "test_cluster.h"

static void
stopping_keeps_the_cluster_and_closes_its_port (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;

  web_stands (world, 2);
  assert_true (ls_supervisor_stop_cluster (world->supervisor, "web", &op, NULL));
  assert_string_equal (op->verb, "stop");
  fake_advance (world, 10);
  fake_obey_signals (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_state (world, LS_CLUSTER_STOPPED, 0, 0);
  assert_null (fake_listening (world, ADDRESS));
  assert_null (ls_supervisor_cluster_addresses (world->supervisor, "web")[0]);
  assert_true (ls_supervisor_start_cluster (world->supervisor, "web", &op, NULL));
  fake_ready_all (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_state (world, LS_CLUSTER_READY, 2, 2);
  assert_string_equal (ls_supervisor_cluster_addresses (world->supervisor, "web")[0], ADDRESS);
}

static void
a_stopped_cluster_starts_only_if_its_address_is_free (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;

  web_stands (world, 2);
  ls_supervisor_stop_cluster (world->supervisor, "web", NULL, NULL);
  fake_advance (world, 10);
  fake_obey_signals (world);
  g_hash_table_add (world->taken, (char *) ADDRESS);
  assert_false (ls_supervisor_start_cluster (world->supervisor, "web", NULL, &error));
  assert_string_equal (error->message, "The address 127.0.0.1:8080 is in use by another program.");
  assert_state (world, LS_CLUSTER_STOPPED, 0, 0);
}

static void
asking_for_workers_brings_a_stopped_cluster_back (void **state)
{
  FakeWorld *world = *state;
  LsClusterSpec spec;
  const LsOperation *op;

  web_stands (world, 2);
  ls_supervisor_stop_cluster (world->supervisor, "web", NULL, NULL);
  fake_advance (world, 10);
  fake_obey_signals (world);
  spec_of (&spec, 2);
  spec.stop_timeout_ms = 3000;
  assert_null (put_web (world, &spec));      /* not about workers */
  assert_state (world, LS_CLUSTER_STOPPED, 0, 0);
  spec_of (&spec, 2);
  spec.stop_timeout_ms = 3000;
  op = put_web (world, &spec);
  assert_string_equal (op->verb, "start");
  fake_ready_all (world);
  assert_state (world, LS_CLUSTER_READY, 2, 2);
}

static void
removing_drains_and_then_frees_the_name (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) error = NULL;
  const LsOperation *op;

  web_stands (world, 2);
  assert_true (ls_supervisor_remove_cluster (world->supervisor, "web", &op, NULL));
  assert_false (ls_supervisor_remove_cluster (world->supervisor, "web", NULL, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
  fake_advance (world, 10);
  fake_obey_signals (world);
  assert_int_equal (op->state, LS_OPERATION_DONE);
  assert_null (web (world));
  assert_int_equal (fake_changes (world, "removed cluster web"), 1);
  assert_true (world->wake_ms == G_MAXINT64);
  assert_int_equal (world->boards->len, 0);
  web_stands (world, 1);
}

static void
shut_down_done (void *self)
{
  (*(guint *) self)++;
}

static void
shutting_down_drains_clusters_and_then_says_so (void **state)
{
  FakeWorld *world = *state;
  guint done = 0;
  LsClusterSpec spec;

  web_stands (world, 2);
  ls_supervisor_shut_down (world->supervisor, 5000, shut_down_done, &done);
  fake_advance (world, 10);
  assert_int_equal (fake_signals (fake_child (world, "web.1"), SIGTERM), 1);
  spec_of (&spec, 3);
  put_web_refused (world, &spec, LS_ERROR_CONFLICT, "the agent is stopping: nothing new is started");
  assert_int_equal (done, 0);
  fake_obey_signals (world);
  assert_int_equal (done, 1);
  assert_int_equal (world->children->len, 0);
}

static void
shutting_down_kills_what_stays_past_the_timeout (void **state)
{
  FakeWorld *world = *state;
  guint done = 0;

  web_stands (world, 2);
  ls_supervisor_shut_down (world->supervisor, 500, shut_down_done, &done);
  fake_advance (world, 499);
  assert_false (fake_got_signal (fake_child (world, "web.1"), SIGKILL));
  fake_advance (world, 1);
  assert_true (fake_got_signal (fake_child (world, "web.1"), SIGKILL));
  fake_obey_signals (world);
  assert_int_equal (done, 1);
}

static void
shutting_down_with_nothing_there_is_done_at_once (void **state)
{
  FakeWorld *world = *state;
  guint done = 0;

  ls_supervisor_shut_down (world->supervisor, 500, shut_down_done, &done);
  fake_settle (world);
  assert_int_equal (done, 1);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cluster_test (stopping_keeps_the_cluster_and_closes_its_port),
    cluster_test (a_stopped_cluster_starts_only_if_its_address_is_free),
    cluster_test (asking_for_workers_brings_a_stopped_cluster_back),
    cluster_test (removing_drains_and_then_frees_the_name),
    cluster_test (shutting_down_drains_clusters_and_then_says_so),
    cluster_test (shutting_down_kills_what_stays_past_the_timeout),
    cluster_test (shutting_down_with_nothing_there_is_done_at_once),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
