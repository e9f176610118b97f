/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/pool.h"
#include "codec_check.h"

static void
a_pool_survives_the_round_trip (void **state)
{
  g_autoptr (json_t) json = json_from (
    "{'kind':'pool','name':'compute','revision':7,'origin':'config','spec':{'threads':{'min':2,'max':4},'queue_max':1024,'plugins':['/a.so']},"
    "'status':{'state':'ready','reason':null,'since_at':5,'pid':4800,'instance':'4800-889401','queued':3,'running':2,'restarts':0,"
    "'totals':{'done':12,'failed':1,'timed_out':0,'cancelled':2},"
    "'threads':[{'index':0,'tid':4801,'job':'j17','cpu':0.98},{'index':1,'tid':4802,'job':null,'cpu':null}],"
    "'jobs':[{'name':'primes','arguments':'LIMIT','description':'counts primes','plugin':null},"
    "{'name':'hello','arguments':'','description':null,'plugin':'/a.so'}]}}");
  g_autoptr (GError) error = NULL;
  g_autoptr (LsPool) pool = ls_pool_from_json (json, &error);
  assert_null (error);
  assert_int_equal (pool->threads->len, 2);
  assert_json_equal (ls_pool_to_json (pool), json_incref (json));
}

static void
a_job_survives_the_round_trip (void **state)
{
  static const char *const cases[] = {
    "{'kind':'job','id':'j17','pool':'compute','name':'primes','args':['1000000'],'priority':-3,'timeout_ms':9,'cwd':'/srv','output':'/srv/out','retries':3,"
    "'retry_on':['crash','timeout'],'retry_delay_ms':50,'revision':5,'state':'running','reason':'again',"
    "'progress':0.42,'message':'421,000 of 1,000,000','thread':0,'attempt':1,'queued_at':1795400000000,'started_at':1795400000100,'ended_at':null,"
    "'output_bytes':17,'cpu_ms':null,'result':null,'error':null,'brief':false}",
    "{'kind':'job','id':'j18','pool':'compute','name':'primes','args':[],'priority':0,'timeout_ms':0,'cwd':null,'output':null,'retries':0,"
    "'retry_on':['crash'],'retry_delay_ms':0,'revision':6,'state':'timed-out','reason':null,"
    "'progress':null,'message':null,'thread':null,'attempt':2,'queued_at':1,'started_at':2,'ended_at':3,'output_bytes':0,'cpu_ms':12,'result':{'count':[1,2]},'error':'late','brief':true}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (LsJob) job = ls_job_from_json (json, &error);
      assert_null (error);
      assert_json_equal (ls_job_to_json (job), json_incref (json));
    }
}

static void
what_is_long_is_left_out_where_many_stand_together (void **state)
{
  g_autofree char *text = g_strnfill (LS_JOB_BRIEF_BYTES, 'x');
  char small[] = "1000";
  char *args[] = { small, text, NULL };
  g_autoptr (LsJob) job = ls_job_new ("j1", "compute", "primes");
  job->args = g_strdupv (args);
  job->result = g_strdup_printf ("{\"lines\":[\"%s\"]}", text);
  g_autoptr (json_t) whole = ls_job_to_json (job);
  g_autoptr (json_t) brief = ls_job_to_brief_json (job);
  assert_json_equal (json_incref (json_object_get (whole, "args")), json_pack ("[s,s]", small, text));
  assert_true (json_is_false (json_object_get (whole, "brief")));
  assert_json_equal (json_incref (json_object_get (brief, "args")), json_pack ("[s]", small));
  assert_true (json_is_null (json_object_get (brief, "result")));
  assert_true (json_is_true (json_object_get (brief, "brief")));
  g_clear_pointer (&job->args[1], g_free);
  g_free (job->result);
  job->result = g_strdup ("1");
  assert_json_equal (ls_job_to_brief_json (job), ls_job_to_json (job));
}

static void
bad_specs_are_refused_with_a_sentence (void **state)
{
  static const BadCase cases[] = {
    { "{'threads':-1}", LS_ERROR_IMPOSSIBLE, "threads must be a whole number from 0 to 4096, not -1" },
    { "{'queue_max':0}", LS_ERROR_IMPOSSIBLE, "queue_max must be a whole number from 1 to 1000000, not 0" },
    { "{'thread':1}", LS_ERROR_MALFORMED, "the spec of a pool has no member \"thread\": did you mean \"threads\"?" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i].json);
      g_autoptr (GError) error = NULL;
      LsPoolSpec spec;
      assert_false (ls_pool_spec_from_json (json, &spec, &error));
      assert_string_equal (error->message, cases[i].sentence);
      assert_int_equal (error->code, cases[i].code);
    }
}

static void
requests_for_jobs_are_checked (void **state)
{
  static const BadCase cases[] = {
    { "{}", LS_ERROR_MALFORMED, "a job has no \"name\"" },
    { "{'name':''}", LS_ERROR_IMPOSSIBLE, "the name of a job is empty: say which one to run, such as primes" },
    { "{'name':'primes','args':[1]}", LS_ERROR_MALFORMED, "args[0] must be a text, not 1" },
    { "{'name':'primes','priority':2000}", LS_ERROR_IMPOSSIBLE, "priority must be a whole number from -1000 to 1000, not 2000" },
    { "{'name':'primes','arg':[]}", LS_ERROR_MALFORMED, "a job has no member \"arg\": did you mean \"args\"?" },
    { "{'name':'primes','timeout_ms':-1}", LS_ERROR_IMPOSSIBLE, "timeout_ms must be a whole number from 0 to 2592000000, not -1" },
    { "{'name':'primes','cwd':'srv'}", LS_ERROR_IMPOSSIBLE, "cwd must be a full path of a folder that begins with /, not \"srv\"" },
    { "{'name':'primes','output':'out'}", LS_ERROR_IMPOSSIBLE, "output must be a full path of a file that begins with /, not \"out\"" },
    { "{'name':'primes','output':'/srv/'}", LS_ERROR_IMPOSSIBLE, "output must be a full path of a file that begins with /, not \"/srv/\"" },
    { "{'name':'primes','retries':101}", LS_ERROR_IMPOSSIBLE, "retries must be a whole number from 0 to 100, not 101" },
    { "{'name':'primes','retry_on':['boredom']}", LS_ERROR_IMPOSSIBLE,
      "a job is begun again after a crash, a failure or a timeout, not after \"boredom\"" },
    { "{'name':'primes','retry_on':'crash'}", LS_ERROR_MALFORMED, "retry_on must be a list of texts, not \"crash\"" },
  };
  g_autoptr (LsJob) job = ls_job_new ("j1", "compute", "before");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i].json);
      g_autoptr (GError) error = NULL;
      assert_false (ls_job_request_from_json (json, job, &error));
      assert_string_equal (error->message, cases[i].sentence);
      assert_int_equal (error->code, cases[i].code);
      assert_string_equal (job->name, "before");
    }
  static const char *const good[] = {
    "{'name':'primes','args':['100'],'priority':3,'timeout_ms':50,'cwd':'/','output':'/srv/a b','retries':2,'retry_on':['failure'],'retry_delay_ms':9}",
    "{'name':'primes','args':[],'retries':1,'retry_on':[]}",
    "{'name':'primes','args':['1']}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (json_t) json = json_from (good[i]);
      assert_true (ls_job_request_from_json (json, job, NULL));
      assert_json_equal (ls_job_request_to_json (job), json_incref (json));
    }
  g_autofree char *large = g_strnfill (LS_JOB_ARGS_MAX, 'x');
  g_autoptr (json_t) too_much = json_pack ("{s:s,s:[s]}", "name", "primes", "args", large);
  g_autoptr (GError) error = NULL;
  assert_false (ls_job_request_from_json (too_much, job, &error));
  assert_string_equal (error->message, "the args have 131073 bytes and may have 131072: put what is long into a file or a shared buffer");
  assert_string_equal (job->args[0], "1");
  assert_int_equal (job->retry_on, LS_RETRY_CRASH);
}

static void
what_a_retry_is_for_is_read_and_written (void **state)
{
  guint retry_on = 0;
  g_autofree char *text = NULL;
  assert_true (ls_retry_on_parse ("timeout, crash", &retry_on, NULL));
  assert_int_equal (retry_on, LS_RETRY_CRASH | LS_RETRY_TIMEOUT);
  text = ls_retry_on_to_text (retry_on);
  assert_string_equal (text, "crash timeout");
  assert_false (ls_retry_on_parse ("crash whim", &retry_on, NULL));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_pool_survives_the_round_trip),
    cmocka_unit_test (a_job_survives_the_round_trip),
    cmocka_unit_test (what_is_long_is_left_out_where_many_stand_together),
    cmocka_unit_test (bad_specs_are_refused_with_a_sentence),
    cmocka_unit_test (requests_for_jobs_are_checked),
    cmocka_unit_test (what_a_retry_is_for_is_read_and_written),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
