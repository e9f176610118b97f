/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/event_ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static GBytes *
frame (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
events_are_had_back_by_number (void **state)
{
  g_autoptr (LsEventRing) ring = ls_event_ring_new (4, 1000);
  guint topic;

  assert_int_equal (ls_event_ring_next (ring), 1);
  assert_int_equal (ls_event_ring_first (ring), 1);
  assert_null (ls_event_ring_get (ring, 1, &topic));
  ls_event_ring_push (ring, 7, frame ("one"));
  ls_event_ring_push (ring, 8, frame ("two"));
  assert_int_equal (ls_event_ring_next (ring), 3);
  assert_memory_equal (g_bytes_get_data (ls_event_ring_get (ring, 2, &topic), NULL), "two", 3);
  assert_int_equal (topic, 8);
  assert_null (ls_event_ring_get (ring, 0, &topic));
  assert_null (ls_event_ring_get (ring, 3, &topic));
}

static void
the_oldest_go_first_by_count (void **state)
{
  g_autoptr (LsEventRing) ring = ls_event_ring_new (4, 1000);
  guint topic;

  for (guint i = 1; i <= 10; i++)
    ls_event_ring_push (ring, i, frame ("x"));
  assert_int_equal (ls_event_ring_first (ring), 7);
  assert_int_equal (ls_event_ring_next (ring), 11);
  assert_null (ls_event_ring_get (ring, 6, &topic));
  for (guint i = 7; i <= 10; i++)
    {
      assert_non_null (ls_event_ring_get (ring, i, &topic));
      assert_int_equal (topic, i);
    }
  assert_int_equal (ls_event_ring_bytes (ring), 4);
}

static void
the_oldest_go_first_by_bytes (void **state)
{
  g_autoptr (LsEventRing) ring = ls_event_ring_new (100, 10);
  guint topic;

  ls_event_ring_push (ring, 1, frame ("12345"));
  ls_event_ring_push (ring, 1, frame ("12345"));
  assert_int_equal (ls_event_ring_first (ring), 1);
  ls_event_ring_push (ring, 1, frame ("1"));
  assert_int_equal (ls_event_ring_first (ring), 2);
  assert_int_equal (ls_event_ring_bytes (ring), 6);
  /* Larger than everything: numbered, and forgotten at once. */
  ls_event_ring_push (ring, 1, frame ("12345678901"));
  assert_int_equal (ls_event_ring_first (ring), 5);
  assert_int_equal (ls_event_ring_next (ring), 5);
  assert_int_equal (ls_event_ring_bytes (ring), 0);
  ls_event_ring_push (ring, 1, frame ("a"));
  assert_non_null (ls_event_ring_get (ring, 5, &topic));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (events_are_had_back_by_number),
    cmocka_unit_test (the_oldest_go_first_by_count),
    cmocka_unit_test (the_oldest_go_first_by_bytes),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
