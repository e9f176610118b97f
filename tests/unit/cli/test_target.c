/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
a_target_is_told_by_its_shape (void **state)
{
  static const struct {
    const char *word;
    int kind;
  } cases[] = {
    { "web", LS_TARGET_NAME },      { "web.3", LS_TARGET_WORKER }, { "t42", LS_TARGET_TASK }, { "j17", LS_TARGET_JOB },
    { "t", LS_TARGET_NAME },        { "t4x", LS_TARGET_NAME },     { "job", LS_TARGET_NAME }, { "t4.1", LS_TARGET_WORKER },
    { "compute.a-b", LS_TARGET_BUFFER }, { "web.", -1 },                 { ".3", -1 },                  { "web.x", LS_TARGET_BUFFER },           { "Web", -1 },
    { "", -1 },                     { "web/3", -1 },               { "../agent", -1 },        { "web.3.4", -1 },                { "web.3x", -1 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LsTargetKind kind = LS_TARGET_NAME;
      g_autoptr (GError) error = NULL;
      assert_int_equal (ls_target_parse (cases[i].word, &kind, &error), cases[i].kind >= 0);
      if (cases[i].kind >= 0)
        assert_int_equal (kind, cases[i].kind);
      else
        assert_non_null (error);
    }
}

static void
paths_lead_to_the_resource (void **state)
{
  g_autofree char *worker = ls_target_path (LS_TARGET_WORKER, "web.3", NULL, "/restart");
  g_autofree char *cluster = ls_target_path (LS_TARGET_NAME, "web", "clusters", NULL);
  g_autofree char *strange = ls_target_path (LS_TARGET_TASK, "a/b?c", NULL, NULL);
  g_autofree char *buffer = ls_target_path (LS_TARGET_BUFFER, "compute.frame", NULL, NULL);
  assert_string_equal (buffer, "/v1/pools/compute/buffers/frame");
  assert_string_equal (worker, "/v1/workers/web.3/restart");
  assert_string_equal (cluster, "/v1/clusters/web");
  assert_string_equal (strange, "/v1/tasks/a%2Fb%3Fc");
}

static void
kinds_come_in_one_and_many (void **state)
{
  LsListKind kind;
  assert_true (ls_list_kind_parse ("clusters", &kind, NULL) && kind == LS_LIST_CLUSTERS);
  assert_true (ls_list_kind_parse ("job", &kind, NULL) && kind == LS_LIST_JOBS);
  g_autoptr (GError) error = NULL;
  assert_false (ls_list_kind_parse ("wokers", &kind, &error));
  assert_string_equal (error->message, "there is no kind \"wokers\": did you mean workers?");
  assert_false (ls_list_kind_parse ("", &kind, NULL));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_target_is_told_by_its_shape),
    cmocka_unit_test (paths_lead_to_the_resource),
    cmocka_unit_test (kinds_come_in_one_and_many),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
