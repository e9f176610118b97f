/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Crashes, backoff, clusters that fail. */

#include "test_cluster.h"

static void
set_log_tail (FakeWorld *world, const char *line)
{
  const char *const lines[] = { "an older line", line, NULL };

  g_strfreev (world->log_tail);
  world->log_tail = g_strdupv ((char **) lines);
}

static void
a_killed_worker_is_replaced_at_once_on_the_same_sockets (void **state)
{
  FakeWorld *world = *state;
  guint row;
  int fd;

  web_stands (world, 2);
  set_log_tail (world, "listening");
  row = fake_child (world, "web.1")->row;
  fd = g_array_index (fake_child (world, "web.1")->fds, int, 0);
  fake_killed (world, fake_child (world, "web.1"), SIGKILL);
  assert_non_null (fake_child (world, "web.1"));
  assert_int_equal (fake_child (world, "web.1")->row, row);
  assert_int_equal (g_array_index (fake_child (world, "web.1")->fds, int, 0), fd);
  assert_false (fake_steers_to (fake_listening (world, ADDRESS), row));
  assert_state (world, LS_CLUSTER_DEGRADED, 2, 1);
  assert_string_equal (web (world)->status.reason, "web.1 was killed by signal 9; its replacement starts");
  fake_advance (world, 84);
  fake_ready (world, fake_child (world, "web.1"));
  assert_true (fake_steers_to (fake_listening (world, ADDRESS), row));
  assert_state (world, LS_CLUSTER_READY, 2, 2);
  assert_string_equal (worker (world, "web.1")->reason, "killed by signal 9, replaced in 84 ms");
  assert_int_equal (worker (world, "web.1")->last_exit.signal, SIGKILL);
  assert_string_equal (worker (world, "web.1")->log_tail[1], "listening");
  assert_int_equal (web (world)->status.restarts, 1);
}

static void
the_only_worker_keeps_its_queue_over_a_crash (void **state)
{
  FakeWorld *world = *state;
  LsListening *listening;

  web_stands (world, 1);
  listening = fake_listening (world, ADDRESS);
  fake_killed (world, fake_child (world, "web.1"), SIGSEGV);
  assert_int_equal (listening->shares->len, 0);                     /* all open sockets: its own */
  assert_int_equal (g_hash_table_size (listening->open), 1);
  fake_ready (world, fake_child (world, "web.1"));
  assert_int_equal (listening->shares->len, 1);
}

static void
the_process_before_and_its_replacement_are_two_resources (void **state)
{
  FakeWorld *world = *state;

  web_stands (world, 1);
  fake_killed (world, fake_child (world, "web.1"), SIGKILL);
  assert_int_equal (fake_changes (world, "removed worker web.1 100-5000"), 1);
  assert_int_equal (fake_changes (world, "added worker web.1 101-5001 starting"), 1);
  assert_int_equal (fake_changes (world, "changed worker"), 0);
}

static void
a_hundred_kills_are_replaced_at_once_each (void **state)
{
  FakeWorld *world = *state;

  web_stands (world, 2);
  for (guint i = 0; i < 100; i++)
    {
      fake_killed (world, fake_child (world, "web.1"), SIGKILL);
      assert_non_null (fake_child (world, "web.1"));
      fake_advance (world, 30);
      fake_ready (world, fake_child (world, "web.1"));
      fake_advance (world, 20);
    }
  assert_state (world, LS_CLUSTER_READY, 2, 2);
  assert_int_equal (web (world)->status.restarts, 100);
}

static void
a_worker_that_exits_by_itself_is_replaced_too (void **state)
{
  FakeWorld *world = *state;

  web_stands (world, 1);
  fake_advance (world, 6000);
  fake_exit (world, fake_child (world, "web.1"), 0);
  fake_ready (world, fake_child (world, "web.1"));
  assert_string_equal (worker (world, "web.1")->reason, "exited with code 0, replaced in 0 ms");
}

static void
a_worker_that_says_stopping_gets_no_more_connections (void **state)
{
  FakeWorld *world = *state;
  FakeChild *child;

  web_stands (world, 2);
  child = fake_child (world, "web.2");
  fake_notify (world, child, LS_NOTIFY_STOPPING, NULL);
  assert_false (fake_steers_to (fake_listening (world, ADDRESS), child->row));
  assert_state (world, LS_CLUSTER_DEGRADED, 2, 1);
  assert_string_equal (web (world)->status.reason, "web.2 stops by itself and will be replaced");
  fake_exit (world, child, 0);
  fake_ready_all (world);
  assert_state (world, LS_CLUSTER_READY, 2, 2);
}

static void
crashes_soon_after_ready_are_not_a_hot_loop (void **state)
{
  FakeWorld *world = *state;
  guint spawned;

  web_stands (world, 1);
  spawned = world->spawned;
  for (guint i = 0; i < 6000; i++)
    {
      FakeChild *child = fake_child (world, "web.1");

      if (child)
        {
          fake_ready (world, child);
          fake_exit (world, child, 1);
        }
      fake_advance (world, 10);
    }
  assert_true (world->spawned - spawned < 12);      /* in a minute */
}

static void
restarts_back_off_before_the_first_ready (void **state)
{
  FakeWorld *world = *state;

  scale_web (world, 1);
  set_log_tail (world, "cannot bind");
  fake_exit (world, fake_child (world, "web.1"), 1);
  assert_int_equal (world->spawned, 2);      /* at once */
  fake_exit (world, fake_child (world, "web.1"), 1);
  assert_null (fake_child (world, "web.1"));
  assert_string_equal (ls_worker_state_name (worker (world, "web.1")->state), "failed");
  assert_string_equal (worker (world, "web.1")->reason, "exited with code 1; tried again in 250 ms");
  assert_string_equal (worker (world, "web.1")->log_tail[1], "cannot bind");
  assert_string_equal (web (world)->status.reason, "web.1 exited with code 1; tried again in 250 ms");
  fake_advance (world, 249);
  assert_int_equal (world->spawned, 2);
  fake_advance (world, 1);
  assert_int_equal (world->spawned, 3);
  fake_exit (world, fake_child (world, "web.1"), 1);
  fake_advance (world, 499);
  assert_int_equal (world->spawned, 3);
  fake_advance (world, 1);
  fake_ready (world, fake_child (world, "web.1"));
  assert_state (world, LS_CLUSTER_READY, 1, 1);
}

static void
crash_until_failing (FakeWorld *world)
{
  for (guint i = 0; i < 5; i++)
    {
      FakeChild *child = fake_child (world, "web.1");

      assert_non_null (child);
      fake_exit (world, child, 1);
      if (i < 4)
        fake_advance (world, 2000);
    }
}

static void
five_crashes_before_ready_make_a_cluster_fail (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op = scale_web (world, 1);

  set_log_tail (world, "Error: Cannot find module 'x'");
  crash_until_failing (world);
  assert_state (world, LS_CLUSTER_FAILING, 1, 0);
  assert_string_equal (web (world)->status.reason, "starting fails again and again: web.1 exited with code 1 before it was ready and wrote "
                                                   "“Error: Cannot find module 'x'” last; tried again every 30 s");
  assert_int_equal (op->state, LS_OPERATION_FAILED);
  assert_string_equal (op->reason, web (world)->status.reason);
  assert_string_equal (worker (world, "web.1")->reason, "exited with code 1; tried again every 30 s");
}

static void
failed_starts_now_and_then_do_not_make_a_cluster_fail (void **state)
{
  FakeWorld *world = *state;

  scale_web (world, 1);
  for (guint i = 0; i < 10; i++)
    {
      fake_exit (world, fake_child (world, "web.1"), 1);
      fake_advance (world, 300);
      fake_ready (world, fake_child (world, "web.1"));
      fake_advance (world, 20000);
      assert_state (world, LS_CLUSTER_READY, 1, 1);
      fake_killed (world, fake_child (world, "web.1"), SIGKILL);
    }
}

static void
a_failing_cluster_is_tried_slowly_and_recovers (void **state)
{
  FakeWorld *world = *state;

  scale_web (world, 1);
  crash_until_failing (world);
  fake_advance (world, 29999);
  assert_int_equal (world->spawned, 5);
  fake_advance (world, 1);
  assert_int_equal (world->spawned, 6);
  fake_exit (world, fake_child (world, "web.1"), 1);
  fake_advance (world, 29999);
  assert_int_equal (world->spawned, 6);
  fake_advance (world, 1);
  fake_ready (world, fake_child (world, "web.1"));
  assert_state (world, LS_CLUSTER_READY, 1, 1);
  assert_null (web (world)->status.reason);
  assert_true (world->wake_ms == G_MAXINT64);
}

static void
a_failing_cluster_tries_one_worker_at_a_time_and_all_when_it_works (void **state)
{
  FakeWorld *world = *state;

  scale_web (world, 8);
  for (guint i = 0; i < 1000 && world->children->len > 0; i++)
    fake_exit (world, world->children->pdata[0], 1);
  assert_state (world, LS_CLUSTER_FAILING, 8, 0);
  fake_advance (world, 29000);
  assert_int_equal (world->children->len, 0);
  fake_advance (world, 1000);
  assert_int_equal (world->children->len, 1);
  fake_ready_all (world);
  assert_int_equal (world->children->len, 8);
  assert_state (world, LS_CLUSTER_READY, 8, 8);
}

static void
a_program_that_is_not_there_fails_with_its_sentence (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *op;

  world->spawn_error = g_strdup ("no such program: /nope/node");
  op = scale_web (world, 1);
  assert_string_equal (worker (world, "web.1")->reason, "could not be started: no such program: /nope/node; tried again in 250 ms");
  fake_advance (world, 5000);
  assert_state (world, LS_CLUSTER_FAILING, 1, 0);
  assert_string_equal (op->reason,
                       "starting fails again and again: web.1 could not be started: no such program: /nope/node; tried again every 30 s");
  g_clear_pointer (&world->spawn_error, g_free);
  fake_advance (world, 30000);
  fake_ready_all (world);
  assert_state (world, LS_CLUSTER_READY, 1, 1);
}

static void
a_worker_that_is_never_ready_is_killed_and_counts_as_crashed (void **state)
{
  FakeWorld *world = *state;

  scale_web (world, 1);
  fake_advance (world, 29999);
  assert_false (fake_got_signal (fake_child (world, "web.1"), SIGKILL));
  fake_advance (world, 1);
  assert_true (fake_got_signal (fake_child (world, "web.1"), SIGKILL));
  fake_ready (world, fake_child (world, "web.1"));      /* too late */
  assert_state (world, LS_CLUSTER_SCALING, 1, 0);
  fake_obey_signals (world);
  assert_string_equal (worker (world, "web.1")->reason, "was not ready within 30 s, its replacement starts");
  for (guint i = 0; i < 4; i++)
    {
      fake_advance (world, 33000);
      fake_obey_signals (world);
    }
  assert_state (world, LS_CLUSTER_FAILING, 1, 0);
}

static void
other_workers_serve_on_while_one_cannot_start (void **state)
{
  FakeWorld *world = *state;

  web_stands (world, 2);
  world->spawn_error = g_strdup ("no more processes");
  fake_killed (world, fake_child (world, "web.2"), SIGKILL);
  fake_advance (world, 5000);
  assert_state (world, LS_CLUSTER_FAILING, 2, 1);
  assert_int_equal (fake_listening (world, ADDRESS)->shares->len, 1);
  g_clear_pointer (&world->spawn_error, g_free);
  fake_advance (world, 30000);
  fake_ready_all (world);
  assert_state (world, LS_CLUSTER_READY, 2, 2);
}

static void
taking_the_failing_slot_away_ends_the_failing (void **state)
{
  FakeWorld *world = *state;

  web_stands (world, 1);
  world->spawn_error = g_strdup ("no more processes");
  scale_web (world, 2);
  fake_advance (world, 3000);
  assert_state (world, LS_CLUSTER_FAILING, 2, 1);
  scale_web (world, 1);
  assert_state (world, LS_CLUSTER_READY, 1, 1);
  assert_true (world->wake_ms == G_MAXINT64);
}

static void
stopping_a_failing_cluster_leaves_no_timer (void **state)
{
  FakeWorld *world = *state;

  scale_web (world, 1);
  crash_until_failing (world);
  assert_true (ls_supervisor_stop_cluster (world->supervisor, "web", NULL, NULL));
  assert_state (world, LS_CLUSTER_STOPPED, 0, 0);
  assert_true (world->wake_ms == G_MAXINT64);
  assert_null (worker (world, "web.1"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cluster_test (a_killed_worker_is_replaced_at_once_on_the_same_sockets),
    cluster_test (the_only_worker_keeps_its_queue_over_a_crash),
    cluster_test (the_process_before_and_its_replacement_are_two_resources),
    cluster_test (a_hundred_kills_are_replaced_at_once_each),
    cluster_test (a_worker_that_exits_by_itself_is_replaced_too),
    cluster_test (a_worker_that_says_stopping_gets_no_more_connections),
    cluster_test (crashes_soon_after_ready_are_not_a_hot_loop),
    cluster_test (restarts_back_off_before_the_first_ready),
    cluster_test (five_crashes_before_ready_make_a_cluster_fail),
    cluster_test (failed_starts_now_and_then_do_not_make_a_cluster_fail),
    cluster_test (a_failing_cluster_is_tried_slowly_and_recovers),
    cluster_test (a_failing_cluster_tries_one_worker_at_a_time_and_all_when_it_works),
    cluster_test (a_program_that_is_not_there_fails_with_its_sentence),
    cluster_test (a_worker_that_is_never_ready_is_killed_and_counts_as_crashed),
    cluster_test (other_workers_serve_on_while_one_cannot_start),
    cluster_test (taking_the_failing_slot_away_ends_the_failing),
    cluster_test (stopping_a_failing_cluster_leaves_no_timer),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
