/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/timers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

typedef struct {
  LsTimers *timers;
  LsTimer timer[4];
  GString *fired;          /* letters, in order */
  gint64 told;
  guint tellings;
} Fixture;

typedef struct {
  Fixture *fixture;
  char letter;
} Mark;

static void
mark (void *user)
{
  Mark *m = user;

  g_string_append_c (m->fixture->fired, m->letter);
}

static void
told (void *user, gint64 next_ms)
{
  Fixture *f = user;

  f->told = next_ms;
  f->tellings++;
}

static int
setup (void **state)
{
  Fixture *f = g_new0 (Fixture, 1);

  f->timers = ls_timers_new ();
  f->fired = g_string_new (NULL);
  f->told = G_MAXINT64;
  *state = f;
  return 0;
}

static int
teardown (void **state)
{
  Fixture *f = *state;

  ls_timers_free (f->timers);
  g_string_free (f->fired, TRUE);
  g_free (f);
  return 0;
}

static void
due_timers_fire_by_deadline_then_by_arming (void **state)
{
  Fixture *f = *state;
  Mark a = { f, 'a' }, b = { f, 'b' }, c = { f, 'c' }, d = { f, 'd' };

  ls_timers_arm (f->timers, &f->timer[0], 20, mark, &a);
  ls_timers_arm (f->timers, &f->timer[1], 10, mark, &b);
  ls_timers_arm (f->timers, &f->timer[2], 10, mark, &c);
  ls_timers_arm (f->timers, &f->timer[3], 21, mark, &d);
  assert_int_equal (ls_timers_next (f->timers), 10);
  ls_timers_run (f->timers, 20);
  assert_string_equal (f->fired->str, "bca");
  assert_int_equal (ls_timers_armed (f->timers), 1);
  assert_int_equal (ls_timers_next (f->timers), 21);
}

static void
arming_again_moves_the_deadline (void **state)
{
  Fixture *f = *state;
  Mark a = { f, 'a' };

  ls_timers_arm (f->timers, &f->timer[0], 10, mark, &a);
  ls_timers_arm (f->timers, &f->timer[0], 30, mark, &a);
  ls_timers_run (f->timers, 20);
  assert_string_equal (f->fired->str, "");
  ls_timers_run (f->timers, 30);
  assert_string_equal (f->fired->str, "a");
}

static void
a_disarmed_timer_stays_silent (void **state)
{
  Fixture *f = *state;
  Mark a = { f, 'a' };

  ls_timers_arm (f->timers, &f->timer[0], 10, mark, &a);
  ls_timers_disarm (f->timers, &f->timer[0]);
  ls_timers_disarm (f->timers, &f->timer[0]);
  ls_timers_run (f->timers, 100);
  assert_string_equal (f->fired->str, "");
  assert_true (ls_timers_next (f->timers) == G_MAXINT64);
}

static void
disarm_the_second (void *user)
{
  Mark *m = user;

  mark (user);
  ls_timers_disarm (m->fixture->timers, &m->fixture->timer[1]);
}

static void
a_callback_may_disarm_another_due_timer (void **state)
{
  Fixture *f = *state;
  Mark a = { f, 'a' }, b = { f, 'b' };

  ls_timers_arm (f->timers, &f->timer[0], 10, disarm_the_second, &a);
  ls_timers_arm (f->timers, &f->timer[1], 10, mark, &b);
  ls_timers_run (f->timers, 10);
  assert_string_equal (f->fired->str, "a");
}

static void
arm_again_now (void *user)
{
  Mark *m = user;

  mark (user);
  ls_timers_arm (m->fixture->timers, &m->fixture->timer[0], 0, arm_again_now, user);
}

static void
a_timer_that_arms_itself_fires_once_a_run (void **state)
{
  Fixture *f = *state;
  Mark a = { f, 'a' }, b = { f, 'b' };

  ls_timers_arm (f->timers, &f->timer[0], 10, arm_again_now, &a);
  ls_timers_arm (f->timers, &f->timer[1], 10, mark, &b);
  ls_timers_run (f->timers, 10);
  assert_string_equal (f->fired->str, "ab");
  ls_timers_run (f->timers, 10);
  assert_string_equal (f->fired->str, "aba");
}

static void
the_watcher_is_told_of_every_new_earliest_deadline (void **state)
{
  Fixture *f = *state;
  Mark a = { f, 'a' };

  ls_timers_watch (f->timers, told, f);
  ls_timers_arm (f->timers, &f->timer[0], 50, mark, &a);
  assert_int_equal (f->told, 50);
  ls_timers_arm (f->timers, &f->timer[1], 90, mark, &a);
  assert_int_equal (f->tellings, 1);
  ls_timers_arm (f->timers, &f->timer[2], 20, mark, &a);
  assert_int_equal (f->told, 20);
  ls_timers_disarm (f->timers, &f->timer[2]);
  assert_int_equal (f->told, 50);
  ls_timers_run (f->timers, 60);
  assert_int_equal (f->told, 90);
  ls_timers_run (f->timers, 90);
  assert_true (f->told == G_MAXINT64);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (due_timers_fire_by_deadline_then_by_arming, setup, teardown),
    cmocka_unit_test_setup_teardown (arming_again_moves_the_deadline, setup, teardown),
    cmocka_unit_test_setup_teardown (a_disarmed_timer_stays_silent, setup, teardown),
    cmocka_unit_test_setup_teardown (a_callback_may_disarm_another_due_timer, setup, teardown),
    cmocka_unit_test_setup_teardown (a_timer_that_arms_itself_fires_once_a_run, setup, teardown),
    cmocka_unit_test_setup_teardown (the_watcher_is_told_of_every_new_earliest_deadline, setup, teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
