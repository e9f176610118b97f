/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ring.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
fill (LsRing *ring, int from, int to)
{
  for (int i = from; i < to; i++)
    ls_ring_push (ring, &i);
}

static void
check (const LsRing *ring, int first, guint length)
{
  assert_int_equal (ls_ring_length (ring), length);
  for (guint i = 0; i < length; i++)
    assert_int_equal (*(const int *) ls_ring_get (ring, i), first + (int) i);
  assert_null (ls_ring_get (ring, length));
}

static void
forgets_the_oldest (void **state)
{
  g_autoptr (LsRing) ring = ls_ring_new (sizeof (int), 4);
  check (ring, 0, 0);
  fill (ring, 0, 3);
  check (ring, 0, 3);
  fill (ring, 3, 10);
  check (ring, 6, 4);
}

static void
keeps_the_newest_that_fit_when_resized (void **state)
{
  g_autoptr (LsRing) ring = ls_ring_new (sizeof (int), 4);
  fill (ring, 0, 6);
  ls_ring_resize (ring, 8);
  check (ring, 2, 4);
  fill (ring, 6, 12);
  check (ring, 4, 8);
  gsize larger = ls_ring_memory (ring);
  ls_ring_resize (ring, 3);
  check (ring, 9, 3);
  assert_true (ls_ring_memory (ring) < larger);
  assert_int_equal (ls_ring_capacity (ring), 3);
}

static void
no_room_keeps_nothing (void **state)
{
  g_autoptr (LsRing) ring = ls_ring_new (sizeof (int), 0);
  fill (ring, 0, 3);
  check (ring, 0, 0);
  ls_ring_resize (ring, 2);
  fill (ring, 0, 3);
  check (ring, 1, 2);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (forgets_the_oldest),
    cmocka_unit_test (keeps_the_newest_that_fit_when_resized),
    cmocka_unit_test (no_room_keeps_nothing),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
