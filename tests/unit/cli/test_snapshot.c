/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* What the agent has, as the verbs see it: kept up to date, judged, and drawn. */

#include "cli/health.h"
#include "cli/screen.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CLUSTER(name, state, ready, reason)                                                                                                          \
  "{'kind':'cluster','name':'" name "','spec':{'listen':[':80'],'workers':{'min':2,'max':2}},'status':{'state':'" state                              \
  "','reason':" reason ",'wanted':2,'ready':" ready "}}"
#define WORKER(id, instance, state) "{'kind':'worker','id':'" id "','cluster':'web','slot':1,'instance':'" instance "','state':'" state "'}"
#define TASK(id, state) "{'kind':'task','id':'" id "','name':'x','spec':{'argv':['x']},'status':{'state':'" state "','reason':'why'}}"
#define SAMPLE                                                                                                                                       \
  "{'epoch':'e','seq':1,'at':1000,'span_ms':500,'host':{'cpu':[0.5,1],'memory':{'total':4000000,'available':1000000},'load':[1,2,3]},"               \
  "'agent':{'cpu':0.01,'rss':1048576},'clusters':{'web':{'requests':100,'codes':{'200':95,'500':5},'latency_us':{'p95':900},'cpu':0.8}},"            \
  "'workers':{'columns':['id','instance','state','cpu','rss','threads','requests','errors'],"                                                        \
  "'rows':[['web.10','5-5','ready',0.1,100,1,10,0],['web.2','4-4','ready',0.7,300,1,90,5],['t1','6-6','running',0.3,200,1,null,null]]}}"

static json_t *
json_from (const char *quoted)
{
  g_autofree char *text = g_strdelimit (g_strdup (quoted), "'", '"');
  g_autoptr (GError) error = NULL;
  json_t *json = ls_json_parse (text, strlen (text), &error);
  if (!json)
    fail_msg ("%s in %s", error->message, text);
  return json;
}

static LsSnapshot *
snapshot_from (const char *quoted)
{
  g_autoptr (json_t) json = json_from (quoted);
  g_autoptr (GError) error = NULL;
  LsSnapshot *snapshot = ls_snapshot_from_json (json, &error);
  if (!snapshot)
    fail_msg ("%s", error->message);
  return snapshot;
}

static void
apply (LsSnapshot *snapshot, const char *op, const char *kind, const char *resource)
{
  g_autoptr (json_t) event = json_pack ("{s:s,s:s,s:o}", "kind", kind, "op", op, "resource", json_from (resource));
  assert_true (ls_snapshot_apply (snapshot, "change", event, NULL));
}

static void
changes_keep_it_up_to_date (void **state)
{
  g_autoptr (LsSnapshot) snapshot = snapshot_from ("{'clusters':[" CLUSTER ("web", "ready", "2", "null") "],'workers':[" WORKER ("web.1", "4-4", "ready") "]}");
  apply (snapshot, "changed", "cluster", CLUSTER ("web", "scaling", "1", "null"));
  assert_int_equal (ls_snapshot_find_cluster (snapshot, "web")->status.state, LS_CLUSTER_SCALING);
  apply (snapshot, "added", "cluster", CLUSTER ("api", "ready", "2", "null"));
  assert_int_equal (snapshot->clusters->len, 2);
  apply (snapshot, "removed", "cluster", CLUSTER ("web", "ready", "2", "null"));
  assert_null (ls_snapshot_find_cluster (snapshot, "web"));
  assert_non_null (ls_snapshot_find_cluster (snapshot, "api"));
}

static void
two_instances_of_a_slot_are_two_rows (void **state)
{
  g_autoptr (LsSnapshot) snapshot = snapshot_from ("{'workers':[" WORKER ("web.1", "4-4", "draining") "]}");
  apply (snapshot, "added", "worker", WORKER ("web.1", "5-5", "ready"));
  assert_int_equal (snapshot->workers->len, 2);
  assert_int_equal (ls_snapshot_find_worker (snapshot, "web.1")->instance.pid, 5);
  apply (snapshot, "removed", "worker", WORKER ("web.1", "4-4", "draining"));
  assert_int_equal (snapshot->workers->len, 1);
  assert_int_equal (ls_snapshot_find_worker (snapshot, "web.1")->instance.pid, 5);
}

static void
unknown_kinds_and_types_are_left_alone (void **state)
{
  g_autoptr (LsSnapshot) snapshot = snapshot_from ("{}");
  apply (snapshot, "added", "planet", "{'name':'x'}");
  g_autoptr (json_t) event = json_object ();
  assert_true (ls_snapshot_apply (snapshot, "hello", event, NULL));
  assert_false (ls_snapshot_apply (snapshot, "sample", event, NULL));
}

static void
what_is_unwell_is_said_in_one_sentence (void **state)
{
  static const struct {
    const char *json, *only, *sentence;
  } cases[] = {
    { "{'clusters':[" CLUSTER ("web", "ready", "2", "null") "]}", NULL, NULL },
    { "{'clusters':[" CLUSTER ("web", "scaling", "1", "null") "," CLUSTER ("api", "stopped", "0", "null") "]}", NULL, NULL },
    { "{'clusters':[" CLUSTER ("web", "degraded", "1", "null") "]}", NULL, "web is degraded: 1 of 2 workers are ready" },
    { "{'clusters':[" CLUSTER ("web", "failing", "0", "'no such program'") "]}", NULL, "web is failing: no such program" },
    { "{'clusters':[" CLUSTER ("web", "failing", "0", "null") "," CLUSTER ("api", "ready", "2", "null") "]}", "api", NULL },
    { "{'pools':[{'name':'p','spec':{'threads':1},'status':{'state':'failing'}}]}", NULL, "p is failing" },
    { "{'tasks':[" TASK ("t1", "failed") "]}", NULL, NULL },
    { "{'tasks':[" TASK ("t1", "failed") "]}", "t1", "t1 is failed: why" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LsSnapshot) snapshot = snapshot_from (cases[i].json);
      const char *only[] = { cases[i].only, NULL };
      g_autofree char *complaint = ls_health_complaint (snapshot, only);
      if (cases[i].sentence)
        assert_string_equal (complaint, cases[i].sentence);
      else
        assert_null (complaint);
    }
}

static void
names_that_are_not_there_are_found_out (void **state)
{
  g_autoptr (LsSnapshot) snapshot = snapshot_from ("{'clusters':[" CLUSTER ("web", "ready", "2", "null") "],'tasks':[" TASK ("t1", "exited") "]}");
  const char *known[] = { "web", "t1", NULL }, *unknown[] = { "web", "nope", NULL };
  assert_null (ls_health_unknown (snapshot, known));
  assert_string_equal (ls_health_unknown (snapshot, unknown), "nope");
}

static const char *
order_of (const char *text)
{
  static char order[4];
  const char *at[] = { strstr (text, "web.2 "), strstr (text, "web.10"), strstr (text, "t1 ") };
  for (int i = 0; i < 3; i++)
    {
      int rank = 0;
      assert_non_null (at[i]);
      for (int j = 0; j < 3; j++)
        rank += at[j] < at[i];
      order[rank] = "2Xt"[i];
    }
  return order;
}

static void
processes_are_sorted_as_asked (void **state)
{
  static const struct {
    LsSort sort;
    const char *order;
  } cases[] = { { LS_SORT_NAME, "t2X" }, { LS_SORT_CPU, "2tX" }, { LS_SORT_MEMORY, "2tX" }, { LS_SORT_REQUESTS, "2Xt" } };
  g_autoptr (LsSnapshot) snapshot = snapshot_from ("{'clusters':[" CLUSTER ("web", "ready", "2", "null") "],'sample':" SAMPLE "}");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LsScreenWish wish = { .sort = cases[i].sort };
      g_autofree char *text = ls_screen_render (snapshot, &wish, 0);
      assert_string_equal (order_of (strstr (text, "PROCESS")), cases[i].order);
    }
}

static void
a_screen_shows_rates_and_bars (void **state)
{
  g_autoptr (LsSnapshot) snapshot = snapshot_from ("{'clusters':[" CLUSTER ("web", "ready", "2", "null") "],'sample':" SAMPLE "}");
  LsScreenWish wish = { .width = 100 };
  g_autofree char *text = ls_screen_render (snapshot, &wish, 0);
  assert_non_null (strstr (text, "  0 [|||||     ]  50 %"));
  assert_non_null (strstr (text, "  1 [||||||||||] 100 %"));
  assert_non_null (strstr (text, "200   5.0 %"));      /* 100 requests in half a second; 5 of them errors */
  assert_non_null (strstr (text, "900 µs"));
}

static void
a_screen_has_exactly_its_size (void **state)
{
  g_autoptr (LsSnapshot) snapshot = snapshot_from ("{'clusters':[" CLUSTER ("web", "ready", "2", "null") "],'sample':" SAMPLE "}");
  for (guint height = 4; height < 30; height++)
    for (guint width = 20; width < 130; width += 7)
      {
        LsScreenWish wish = { .width = width, .height = height, .selected = "web" };
        g_autofree char *text = ls_screen_render (snapshot, &wish, 0);
        g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
        assert_int_equal (g_strv_length (lines) - 1, height);
        for (char **line = lines; *line; line++)
          assert_true (ls_text_width (*line) <= MAX (width, 23));
      }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (changes_keep_it_up_to_date),
    cmocka_unit_test (two_instances_of_a_slot_are_two_rows),
    cmocka_unit_test (unknown_kinds_and_types_are_left_alone),
    cmocka_unit_test (what_is_unwell_is_said_in_one_sentence),
    cmocka_unit_test (names_that_are_not_there_are_found_out),
    cmocka_unit_test (processes_are_sorted_as_asked),
    cmocka_unit_test (a_screen_shows_rates_and_bars),
    cmocka_unit_test (a_screen_has_exactly_its_size),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
