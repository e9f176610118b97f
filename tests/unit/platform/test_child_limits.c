/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a child may be allowed, and what it then has. */

#include "harness.h"

#include "base/error.h"
#include "platform/child_limits.h"

#include <string.h>
#include <unistd.h>

static void
only_root_goes_beyond_its_own (void **state)
{
  LsChildBounds bounds = { .privileged = FALSE, .nice = 5, .nice_floor = 2 };
  LsLimits limits = { 0 };
  g_autoptr (GError) error = NULL, other = NULL;
  for (guint i = 0; i < LS_LIMITS; i++)
    bounds.hard[i] = 100;
  limits.of[LS_LIMIT_NOFILE] = (LsLimitValue) { TRUE, 50, 100 };
  assert_true (ls_child_bounds_check (&bounds, &limits, 0, NULL));
  assert_true (ls_child_bounds_check (&bounds, &limits, -3, NULL));
  assert_false (ls_child_bounds_check (&bounds, &limits, -4, &other));
  assert_string_equal (other->message, "nice = -4 is not possible: only root may run something before others");
  limits.of[LS_LIMIT_NOFILE].hard = 101;
  assert_false (ls_child_bounds_check (&bounds, &limits, 0, &error));
  assert_int_equal (error->code, LS_ERROR_IMPOSSIBLE);
  assert_string_equal (error->message,
                       "the limit nofile cannot be higher than 100: that is the agent's own hard limit, and only root may raise it");
  bounds.privileged = TRUE;
  assert_true (ls_child_bounds_check (&bounds, &limits, -20, NULL));
  assert_true (ls_child_bounds_check (&bounds, NULL, 0, NULL));
}

static void
a_child_has_what_it_was_given (void **state)
{
  Harness *harness = harness_new ();
  LsLimits limits = { 0 };
  LsSpawnRequest request = SHELL ("ulimit -Sn; ulimit -Hn; ulimit -c; nice");
  limits.of[LS_LIMIT_NOFILE] = (LsLimitValue) { TRUE, 40, 50 };
  limits.of[LS_LIMIT_CORE] = (LsLimitValue) { TRUE, 0, 0 };
  request.limits = &limits;
  request.nice = 19;
  Seen *seen = run (harness, &request);
  assert_string_equal (seen->output->str, "40\n50\n0\n19\n");
  harness_free (harness);
}

static void
what_the_system_refuses_is_a_sentence_and_no_child (void **state)
{
  Harness *harness = harness_new ();
  LsLimits limits = { 0 };
  LsSpawnRequest request = SHELL ("echo it ran");
  LsInstance instance = { 0, 0 };
  g_autoptr (GError) error = NULL;
  /* More than any system has, for root as well. */
  limits.of[LS_LIMIT_NOFILE] = (LsLimitValue) { TRUE, G_GUINT64_CONSTANT (1) << 40, G_GUINT64_CONSTANT (1) << 40 };
  request.limits = &limits;
  assert_false (harness->spawner.spawn (harness->spawner.self, &request, &instance, &error));
  assert_int_equal (error->code, LS_ERROR_IMPOSSIBLE);
  assert_non_null (strstr (error->message, "nofile"));
  assert_int_equal (ls_children_count (harness->children), 0);
  harness_free (harness);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (only_root_goes_beyond_its_own),
    cmocka_unit_test (a_child_has_what_it_was_given),
    cmocka_unit_test (what_the_system_refuses_is_a_sentence_and_no_child),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
