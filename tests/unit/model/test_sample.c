/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/sample.h"
#include "codec_check.h"

#include <math.h>

static const char whole[] =
  "{'epoch':'9f3c','seq':88121,'at':1795400001000,'span_ms':1000,"
  "'host':{'cpu':[0.31,0.07],'memory':{'total':8000000000,'available':5000000000,'cached':2000000000},'swap':{'total':1,'used':2},'load':[0.4,0.3,0.2]},"
  "'agent':{'cpu':0.004,'rss':7340032,'wakeups':3,'interval_ms':1000,'skipped':4},"
  "'clusters':{'web':{'requests':1204,'codes':{'200':1190,'404':12,'500':2},'in_flight':3,'connections':20,'bytes_in':90112,'bytes_out':411000,"
  "'latency_us':{'p50':180,'p95':900,'p99':2100},'cpu':0.8,'rss':9437184,'io_pool':{'size':4,'active':1,'queued':0}},"
  "'idle':{'requests':0,'codes':{},'in_flight':0,'connections':0,'bytes_in':0,'bytes_out':0,"
  "'latency_us':{'p50':null,'p95':null,'p99':null},'cpu':null,'rss':0,'io_pool':{'size':null,'active':null,'queued':null}}},"
  "'pools':{'compute':{'done':12,'failed':1,'queued':3,'running':2,'wait_us':{'p50':90,'p95':400,'p99':420},'run_us':{'p50':null,'p95':null,'p99':null},'cpu':1.9,'rss':6000000}},"
  "'workers':{'columns':['id','instance','state','cpu','rss','threads','requests','errors','in_flight','p95_us','loop_lag_us'],"
  "'rows':[['web.3','4711-889213','ready',0.21,2359296,5,301,1,0,870,40],['t42','9-9','running',null,5,1,null,null,null,null,null]]}}";

static void
every_member_survives_the_round_trip (void **state)
{
  g_autoptr (json_t) json = json_from (whole);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsSample) sample = ls_sample_from_json (json, &error);
  assert_null (error);
  assert_json_equal (ls_sample_to_json (sample), json_incref (json));
}

static void
groups_are_found_by_name (void **state)
{
  g_autoptr (json_t) json = json_from (whole);
  g_autoptr (LsSample) sample = ls_sample_from_json (json, NULL);
  const LsClusterSample *web = ls_sample_find_cluster (sample, "web");
  assert_int_equal (web->requests, 1204);
  assert_int_equal (g_array_index (web->codes, LsCodeCount, 1).code, 404);
  assert_true (isnan (ls_sample_find_cluster (sample, "idle")->cpu));
  assert_int_equal (ls_sample_find_pool (sample, "compute")->done, 12);
  assert_null (ls_sample_find_cluster (sample, "none"));
  assert_null (ls_sample_find_pool (sample, "web"));
}

static void
columns_are_found_by_name (void **state)
{
  g_autoptr (json_t) json = json_from ("{'epoch':'e','seq':1,'at':1,'span_ms':1,'host':{},'workers':{'columns':['new','cpu','id'],'rows':[[1,0.5,'web.1']]}}");
  g_autoptr (LsSample) sample = ls_sample_from_json (json, NULL);
  const LsWorkerSample *worker = g_ptr_array_index (sample->workers, 0);
  assert_string_equal (worker->id, "web.1");
  assert_true (worker->cpu == 0.5);
  assert_true (worker->requests == G_MAXUINT64);
}

static void
nonsense_is_refused (void **state)
{
  static const char *const cases[] = {
    "{}", "[]", "{'epoch':'e'}", "{'epoch':'e','host':{},'clusters':{'web':1}}", "{'epoch':'e','host':{},'clusters':{'web':{'codes':{'99':1}}}}",
    "{'epoch':'e','host':{},'clusters':{'web':{'requests':-1}}}", "{'epoch':'e','host':{},'workers':{'columns':['id'],'rows':[[1]]}}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i]);
      g_autoptr (GError) error = NULL;
      assert_null (ls_sample_from_json (json, &error));
      assert_non_null (error);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (every_member_survives_the_round_trip),
    cmocka_unit_test (groups_are_found_by_name),
    cmocka_unit_test (columns_are_found_by_name),
    cmocka_unit_test (nonsense_is_refused),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
