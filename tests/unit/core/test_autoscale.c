/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/autoscale.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

typedef struct {
  const char *name;
  LsRange range;
  guint wanted, ready;
  double cpu;
  guint in_flight;
  guint samples;
  guint expected;
} Case;

static void
the_number_follows_steady_load_within_the_range (void **state)
{
  static const Case cases[] = {
    { "busy for four samples is not enough", { 2, 8 }, 2, 2, 0.9, 9, 4, 2 },
    { "busy for five samples", { 2, 8 }, 2, 2, 0.9, 9, 5, 3 },
    { "busy at the top", { 2, 8 }, 8, 8, 0.9, 9, 50, 8 },
    { "just 0.7 is not busy", { 2, 8 }, 2, 2, 0.7, 9, 50, 2 },
    { "idle for fifty-nine samples is not enough", { 2, 8 }, 4, 4, 0.1, 0, 59, 4 },
    { "idle for sixty samples", { 2, 8 }, 4, 4, 0.1, 0, 60, 3 },
    { "idle at the bottom", { 2, 8 }, 2, 2, 0.0, 0, 600, 2 },
    { "low CPU, but each waits on a request", { 2, 8 }, 4, 4, 0.1, 4, 600, 4 },
    { "in between", { 2, 8 }, 4, 4, 0.5, 0, 600, 4 },
    { "not all ready: not judged", { 2, 8 }, 4, 3, 0.9, 9, 50, 4 },
    { "unknown CPU: not judged", { 2, 8 }, 4, 4, NAN, 9, 50, 4 },
    { "below the range", { 2, 8 }, 1, 1, 0.5, 0, 1, 2 },
    { "above the range", { 2, 8 }, 9, 9, 0.5, 0, 1, 8 },
    { "never to nothing", { 0, 8 }, 1, 1, 0.0, 0, 600, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      LsAutoscale autoscale = { 0 };
      guint wanted = c->wanted;

      for (guint n = 0; n < c->samples && wanted == c->wanted; n++)
        {
          LsAutoscaleSample sample = { c->range, wanted, c->ready, c->cpu, c->in_flight };

          wanted = ls_autoscale_next (&autoscale, &sample);
        }
      if (wanted != c->expected)
        fail_msg ("%s: %u, not %u", c->name, wanted, c->expected);
    }
}

static void
load_that_swings_changes_nothing (void **state)
{
  LsAutoscale autoscale = { 0 };

  for (guint i = 0; i < 1000; i++)
    {
      LsAutoscaleSample sample = { { 1, 8 }, 4, 4, i % 5 == 0 ? 0.1 : 0.9, 0 };

      assert_int_equal (ls_autoscale_next (&autoscale, &sample), 4);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (the_number_follows_steady_load_within_the_range),
    cmocka_unit_test (load_that_swings_changes_nothing),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
