/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/task.h"
#include "codec_check.h"

static void
every_member_survives_the_round_trip (void **state)
{
  static const char *const cases[] = {
    "{'kind':'task','id':'t42','name':'backup','schedule':null,'revision':3,"
    "'spec':{'argv':['/usr/local/bin/backup'],'cwd':'/','env':{},'stdin':'none','pty':false,'timeout_ms':600000,'restart':'never','stop_timeout_ms':10000},"
    "'status':{'state':'running','reason':null,'pid':4900,'instance':'4900-889777','started_at':1795400000000,'ended_at':null,'restarts':0,"
    "'exit':{'code':null,'signal':null},'usage':{'cpu_ms':null,'max_rss':null},'output':{'stdout_bytes':8812,'stderr_bytes':0,'dropped_bytes':0}}}",
    "{'kind':'task','id':'t43','name':'cat','schedule':'daily','revision':4,"
    "'spec':{'argv':['cat','-'],'cwd':null,'env':{'A':'b'},'stdin':{'text':'hello'},'pty':false,'timeout_ms':null,'restart':'on-failure','stop_timeout_ms':5},"
    "'status':{'state':'failed','reason':'why','pid':null,'instance':null,'started_at':1,'ended_at':2,'restarts':2,"
    "'exit':{'code':null,'signal':'SIGTERM'},'usage':{'cpu_ms':210,'max_rss':3145728},'output':{'stdout_bytes':1,'stderr_bytes':2,'dropped_bytes':3}}}",
    "{'kind':'task','id':'t44','name':'cat','schedule':null,'revision':4,"
    "'spec':{'argv':['cat'],'cwd':null,'env':{},'stdin':'open','pty':false,'timeout_ms':null,'restart':'always','stop_timeout_ms':5},"
    "'status':{'state':'exited','reason':null,'pid':null,'instance':null,'started_at':1,'ended_at':2,'restarts':0,"
    "'exit':{'code':0,'signal':null},'usage':{'cpu_ms':0,'max_rss':0},'output':{'stdout_bytes':0,'stderr_bytes':0,'dropped_bytes':0}}}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (LsTask) task = ls_task_from_json (json, &error);
      assert_null (error);
      assert_json_equal (ls_task_to_json (task), json_incref (json));
    }
}

static void
a_line_is_run_by_the_shell (void **state)
{
  g_autoptr (json_t) json = json_from ("{'argv':'date | wc'}");
  LsTaskSpec spec = { 0 };
  assert_true (ls_task_spec_from_json (json, &spec, NULL));
  assert_string_equal (spec.argv[0], "/bin/sh");
  assert_string_equal (spec.argv[2], "date | wc");
  ls_task_spec_clear (&spec);
}

static void
bad_specs_are_refused_with_a_sentence (void **state)
{
  static const char empty[] = "argv is empty: name the program to run, as in [\"/usr/bin/env\", \"date\"]";
  static const BadCase cases[] = {
    { "{}", LS_ERROR_IMPOSSIBLE, empty },
    { "{'argv':[]}", LS_ERROR_IMPOSSIBLE, empty },
    { "{'argv':['']}", LS_ERROR_IMPOSSIBLE, empty },
    { "{'argv':'  '}", LS_ERROR_IMPOSSIBLE, empty },
    { "{'argv':['a'],'pty':true}", LS_ERROR_IMPOSSIBLE, "pty must be false: tasks cannot have a terminal yet" },
    { "{'argv':['a'],'stdin':'opne'}", LS_ERROR_MALFORMED, "stdin cannot be \"opne\": did you mean open? It is one of none, open" },
    { "{'argv':['a'],'stdin':{}}", LS_ERROR_MALFORMED, "stdin has no \"text\"" },
    { "{'argv':['a'],'timeout_ms':-5}", LS_ERROR_IMPOSSIBLE, "timeout_ms must be a whole number from 0 to 2592000000, not -5" },
    { "{'argv':['a'],'cwd':'x'}", LS_ERROR_IMPOSSIBLE, "cwd must be an absolute path, not \"x\"" },
    { "{'command':'a'}", LS_ERROR_MALFORMED,
      "the spec of a task has no member \"command\": it can have argv, cwd, env, stdin, pty, timeout_ms, restart, stop_timeout_ms" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i].json);
      g_autoptr (GError) error = NULL;
      LsTaskSpec spec;
      assert_false (ls_task_spec_from_json (json, &spec, &error));
      assert_string_equal (error->message, cases[i].sentence);
      assert_int_equal (error->code, cases[i].code);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (every_member_survives_the_round_trip),
    cmocka_unit_test (a_line_is_run_by_the_shell),
    cmocka_unit_test (bad_specs_are_refused_with_a_sentence),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
