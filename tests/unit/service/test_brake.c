/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/brake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define PATIENCE_MS 40
#define BOUND_MS 5000

typedef struct {
  uv_loop_t loop;
  LsBrakes *brakes;
  int holds;               /* of the one process there is */
  gsize unread;
} World;

static gboolean
find (void *self, const char *task, LsInstance *ret_instance)
{
  if (strcmp (task, "t1") != 0)
    return FALSE;
  *ret_instance = (LsInstance) { 7, 9 };
  return TRUE;
}

static void
hold (void *self, LsInstance instance, gboolean hold_it)
{
  World *world = self;

  assert_int_equal (instance.pid, 7);
  world->holds += hold_it ? 1 : -1;
  assert_in_range (world->holds, 0, 2);
}

static gsize
unread (void *user)
{
  return ((World *) user)->unread;
}

static void
set_up (World *world)
{
  *world = (World) { 0 };
  uv_loop_init (&world->loop);
  world->brakes = ls_brakes_new (&(LsBrakesParts) { &world->loop, PATIENCE_MS, find, hold, world });
}

static void
let_go (void *user)
{
  *(gboolean *) user = TRUE;
}

static void
tear_down (World *world)
{
  gboolean closed = FALSE;

  ls_brakes_close (world->brakes, let_go, &closed);
  uv_run (&world->loop, UV_RUN_DEFAULT);
  assert_true (closed);
  assert_int_equal (world->holds, 0);
  assert_int_equal (uv_loop_close (&world->loop), 0);
}

/* How long the process was held from now on. */
static gint64
wait_until_let_go (World *world)
{
  gint64 began = g_get_monotonic_time ();

  while (world->holds > 0 && g_get_monotonic_time () - began < BOUND_MS * 1000)
    uv_run (&world->loop, UV_RUN_ONCE);
  assert_int_equal (world->holds, 0);
  return (g_get_monotonic_time () - began) / 1000;
}

static void
a_task_waits_while_a_reader_is_behind (void **state)
{
  World world;
  LsBrake *one, *two;

  set_up (&world);
  one = ls_brake_new (world.brakes, "t1", unread, &world);
  two = ls_brake_new (world.brakes, "t1", unread, &world);
  ls_brake_set (one, TRUE);
  ls_brake_set (one, TRUE);
  assert_int_equal (world.holds, 1);
  ls_brake_set (two, TRUE);
  ls_brake_set (one, FALSE);
  ls_brake_set (one, FALSE);
  assert_int_equal (world.holds, 1);
  ls_brake_free (two);
  assert_int_equal (world.holds, 0);
  ls_brake_free (one);
  tear_down (&world);
}

static void
who_takes_nothing_is_not_waited_for_until_he_does (void **state)
{
  World world;
  LsBrake *brake;

  set_up (&world);
  brake = ls_brake_new (world.brakes, "t1", unread, &world);
  ls_brake_set (brake, TRUE);
  assert_true (wait_until_let_go (&world) >= PATIENCE_MS - 1);
  ls_brake_set (brake, TRUE);
  assert_int_equal (world.holds, 0);
  ls_brake_taken (brake);
  ls_brake_set (brake, TRUE);
  assert_int_equal (world.holds, 1);
  tear_down (&world);      /* with a brake on */
}

static void
trickle (uv_timer_t *timer)
{
  World *world = timer->data;

  if (--world->unread == 0)
    uv_close ((uv_handle_t *) timer, NULL);
}

static void
a_slow_reader_is_waited_for (void **state)
{
  World world;
  uv_timer_t timer;
  LsBrake *brake;

  set_up (&world);
  world.unread = 3 * PATIENCE_MS / 5;
  uv_timer_init (&world.loop, &timer);
  timer.data = &world;
  uv_timer_start (&timer, trickle, 5, 5);
  brake = ls_brake_new (world.brakes, "t1", unread, &world);
  ls_brake_set (brake, TRUE);
  assert_true (wait_until_let_go (&world) >= 3 * PATIENCE_MS);
  assert_int_equal (world.unread, 0);
  ls_brake_free (brake);
  tear_down (&world);
}

static void
a_new_task_waits_for_a_reader_of_each_stream (void **state)
{
  World world;

  set_up (&world);
  ls_brakes_expect (world.brakes, "t1");
  ls_brakes_reader_came (world.brakes, "t2", -1);
  ls_brakes_reader_came (world.brakes, "t1", 0);
  assert_int_equal (world.holds, 1);
  ls_brakes_reader_came (world.brakes, "t1", 1);
  assert_int_equal (world.holds, 0);
  ls_brakes_expect (world.brakes, "t1");
  ls_brakes_reader_came (world.brakes, "t1", -1);
  assert_int_equal (world.holds, 0);
  ls_brakes_expect (world.brakes, "t1");
  assert_true (wait_until_let_go (&world) >= PATIENCE_MS - 1);
  ls_brakes_expect (world.brakes, "t99");
  tear_down (&world);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_task_waits_while_a_reader_is_behind),
    cmocka_unit_test (who_takes_nothing_is_not_waited_for_until_he_does),
    cmocka_unit_test (a_slow_reader_is_waited_for),
    cmocka_unit_test (a_new_task_waits_for_a_reader_of_each_stream),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
