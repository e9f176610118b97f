/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/comparison.h"
#include "codec_check.h"

#include <math.h>

#define ROW \
  "'at_once':2,'processes':1,'jobs':40,'failed':1,'wall_us':2000000,'per_second':20.0,'p50_us':90,'p99_us':null,'cpu_us':3900000,'cores':1.95," \
  "'memory':3596288,'start_us':3859"

static void
take (LsComparison *comparison, const char *text)
{
  g_autoptr (json_t) line = json_from (text);
  g_autoptr (GError) error = NULL;
  if (!ls_comparison_take (comparison, line, &error))
    fail_msg ("%s: %s", text, error->message);
}

static void
lines_are_taken_as_they_come (void **state)
{
  g_autoptr (LsComparison) comparison = ls_comparison_new ();
  assert_false (comparison->rows[LS_COMPARISON_THREADS].known);
  take (comparison, "{'kind':'comparison','job':'primes','args':['20000'],'at_once':2,'count':null}");
  assert_string_equal (comparison->job, "primes");
  assert_string_equal (comparison->args[0], "20000");
  assert_int_equal (comparison->count, 0);
  take (comparison, "{'kind':'progress','way':'threads','part':0.125,'jobs':17}");
  assert_true (comparison->progress == 0.125);
  take (comparison, "{'kind':'row','way':'threads'," ROW "}");
  assert_true (comparison->rows[LS_COMPARISON_THREADS].known);
  assert_true (comparison->rows[LS_COMPARISON_THREADS].per_second == 20);
  assert_int_equal (comparison->rows[LS_COMPARISON_THREADS].p50_us, 90);
  assert_int_equal (comparison->rows[LS_COMPARISON_THREADS].p99_us, -1);
  assert_true (comparison->progress == 0.25);
  take (comparison, "{'kind':'progress','way':'processes','part':0.3,'jobs':1}");
  assert_int_equal (comparison->way, LS_COMPARISON_PROCESSES);
  take (comparison, "{'kind':'something-new','x':1}");
  take (comparison, "{'kind':'advice','text':'Take the threads of a pool.'}");
  assert_string_equal (comparison->advice, "Take the threads of a pool.");
  take (comparison, "{'kind':'error','text':'No.'}");
  assert_string_equal (comparison->error, "No.");
}

static void
what_is_no_line_is_refused (void **state)
{
  static const char *const lines[] = {
    "[]", "{}", "{'kind':7}", "{'kind':'comparison'}", "{'kind':'comparison','job':7}", "{'kind':'comparison','job':'x','args':[1]}",
    "{'kind':'row'}", "{'kind':'row','way':'horses'}", "{'kind':'row','way':'threads','jobs':-1}", "{'kind':'row','way':'threads','p50_us':'x'}",
    "{'kind':'progress','way':'threads','part':'x'}", "{'kind':'advice'}", "{'kind':'error','text':[]}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (LsComparison) comparison = ls_comparison_new ();
      g_autoptr (json_t) line = json_from (lines[i]);
      g_autoptr (GError) error = NULL;
      if (ls_comparison_take (comparison, line, &error))
        fail_msg ("%s was taken", lines[i]);
      assert_non_null (error);
    }
}

static void
a_comparison_survives_the_round_trip (void **state)
{
  static const char *const cases[] = {
    "{'kind':'comparison','job':'primes','args':['20000'],'at_once':2,'count':40,'progress':0.5,'way':'processes','rows':[{'way':'threads'," ROW "},"
    "{'way':'in-turn'," ROW "}],'advice':null,'error':null}",
    "{'kind':'comparison','job':'x','args':[],'at_once':0,'count':null,'progress':0.0,'way':'threads','rows':[],'advice':'A.','error':'B.'}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (LsComparison) comparison = ls_comparison_from_json (json, &error);
      assert_null (error);
      /* A row says that its way is measured, so the progress is not behind it. */
      comparison->progress = json_real_value (json_object_get (json, "progress"));
      assert_json_equal (ls_comparison_to_json (comparison), json_incref (json));
    }
}

static void
a_wish_becomes_a_task (void **state)
{
  const char *const args[] = { "-5", "x y", NULL }, *const plugins[] = { "/p.so", NULL };
  const LsComparisonWish all = { "matrix", args, 40, 3, 5, plugins, "/work", 60000 }, none = { 0 };
  assert_json_equal (ls_comparison_request (&all, "/usr/libexec/lineshaft/lineshaft-compare"),
                     json_from ("{'name':'compare','spec':{'argv':['/usr/libexec/lineshaft/lineshaft-compare','-n','40','--threads','3','--time','5',"
                                "'--plugin','/p.so','--','matrix','-5','x y'],'cwd':'/work','timeout_ms':60000}}"));
  assert_json_equal (ls_comparison_request (&none, "/c"), json_from ("{'name':'compare','spec':{'argv':['/c','--']}}"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (lines_are_taken_as_they_come),
    cmocka_unit_test (what_is_no_line_is_refused),
    cmocka_unit_test (a_comparison_survives_the_round_trip),
    cmocka_unit_test (a_wish_becomes_a_task),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
