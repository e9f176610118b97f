/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/task.h"
#include "codec_check.h"

static void
every_member_survives_the_round_trip (void **state)
{
  static const char *const cases[] = {
    "{'kind':'task','id':'t42','name':'backup','schedule':null,'revision':3,"
    "'spec':{'argv':['/usr/local/bin/backup'],'cwd':'/','env':{},'stdin':'none','pty':false,'window':null,'nice':0,'limits':{},'timeout_ms':600000,'restart':'never','stop_timeout_ms':10000},"
    "'status':{'state':'running','reason':null,'pid':4900,'instance':'4900-889777','started_at':1795400000000,'ended_at':null,'restarts':0,'containment':null,"
    "'exit':{'code':null,'signal':null},'usage':{'cpu_ms':null,'user_ms':null,'system_ms':null,'max_rss':null,'minor_faults':null,'major_faults':null},'output':{'stdout_bytes':8812,'stderr_bytes':0,'dropped_bytes':0}}}",
    "{'kind':'task','id':'t43','name':'cat','schedule':'daily','revision':4,"
    "'spec':{'argv':['cat','-'],'cwd':null,'env':{'A':'b'},'stdin':{'text':'hello'},'pty':false,'window':null,'nice':0,'limits':{},'timeout_ms':null,'restart':'on-failure','stop_timeout_ms':5},"
    "'status':{'state':'failed','reason':'why','pid':null,'instance':null,'started_at':1,'ended_at':2,'restarts':2,'containment':'cgroup',"
    "'exit':{'code':null,'signal':'SIGTERM'},'usage':{'cpu_ms':210,'user_ms':200,'system_ms':10,'max_rss':3145728,'minor_faults':7,'major_faults':1},'output':{'stdout_bytes':1,'stderr_bytes':2,'dropped_bytes':3}}}",
    "{'kind':'task','id':'t44','name':'cat','schedule':null,'revision':4,"
    "'spec':{'argv':['cat'],'cwd':null,'env':{},'stdin':'open','pty':false,'window':null,'nice':0,'limits':{},'timeout_ms':null,'restart':'always','stop_timeout_ms':5},"
    "'status':{'state':'exited','reason':null,'pid':null,'instance':null,'started_at':1,'ended_at':2,'restarts':0,'containment':null,"
    "'exit':{'code':0,'signal':null},'usage':{'cpu_ms':0,'user_ms':0,'system_ms':0,'max_rss':0,'minor_faults':0,'major_faults':0},'output':{'stdout_bytes':0,'stderr_bytes':0,'dropped_bytes':0}}}",
    "{'kind':'task','id':'t45','name':'vi','schedule':null,'revision':4,"
    "'spec':{'argv':['vi'],'cwd':null,'env':{},'stdin':'open','pty':true,'window':{'rows':30,'columns':100},'nice':-3,"
    "'limits':{'nofile':64,'core':'unlimited','as':{'soft':1024,'hard':'unlimited'}},'timeout_ms':null,'restart':'never','stop_timeout_ms':5},"
    "'status':{'state':'waiting','reason':'waits','pid':null,'instance':null,'started_at':null,'ended_at':null,'restarts':0,'containment':null,"
    "'exit':{'code':null,'signal':null},'usage':{'cpu_ms':null,'user_ms':null,'system_ms':null,'max_rss':null,'minor_faults':null,'major_faults':null},"
    "'output':{'stdout_bytes':0,'stderr_bytes':0,'dropped_bytes':0}}}",
    "{'kind':'task','id':'t46','name':'wc','schedule':null,'revision':4,"
    "'spec':{'argv':['wc'],'cwd':null,'env':{},'stdin':{'file':'/etc/hosts'},'pty':false,'window':null,'nice':19,'limits':{},"
    "'timeout_ms':null,'restart':'never','stop_timeout_ms':5},"
    "'status':{'state':'exited','reason':null,'pid':null,'instance':null,'started_at':1,'ended_at':2,'restarts':0,'containment':'ancestry',"
    "'exit':{'code':0,'signal':null},'usage':{'cpu_ms':0,'user_ms':0,'system_ms':0,'max_rss':0,'minor_faults':0,'major_faults':0},"
    "'output':{'stdout_bytes':0,'stderr_bytes':0,'dropped_bytes':0}}}",
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
  static const char empty[] = "there is no command: argv names the program to run, as in [\"/usr/bin/env\", \"date\"]";
  static const BadCase cases[] = {
    { "{}", LS_ERROR_IMPOSSIBLE, empty },
    { "{'argv':[]}", LS_ERROR_IMPOSSIBLE, empty },
    { "{'argv':['']}", LS_ERROR_IMPOSSIBLE, empty },
    { "{'argv':'  '}", LS_ERROR_IMPOSSIBLE, empty },
    { "{'argv':['a'],'window':{'rows':1,'columns':2}}", LS_ERROR_IMPOSSIBLE, "only a terminal has a window: ask for one with \"pty\":true" },
    { "{'argv':['a'],'pty':true,'window':{'rows':1}}", LS_ERROR_MALFORMED, "a window needs rows and columns, as in {\"rows\":24,\"columns\":80}" },
    { "{'argv':['a'],'pty':true,'window':{'rows':1,'columns':70000}}", LS_ERROR_IMPOSSIBLE,
      "columns must be a whole number from 1 to 65535, not 70000" },
    { "{'argv':['a'],'pty':true,'stdin':{'text':'x'}}", LS_ERROR_IMPOSSIBLE,
      "a terminal is typed into: stdin can only be \"open\" or \"none\" with it" },
    { "{'argv':['a'],'stdin':{'file':'hosts'}}", LS_ERROR_IMPOSSIBLE, "the file of stdin must be an absolute path, not \"hosts\"" },
    { "{'argv':['a'],'stdin':{'file':'/x','text':'y'}}", LS_ERROR_IMPOSSIBLE, "stdin has both a text and a file: give one of them" },
    { "{'argv':['a'],'nice':20}", LS_ERROR_IMPOSSIBLE, "nice must be a whole number from -20 to 19, not 20" },
    { "{'argv':['a'],'limits':{'nofiles':1}}", LS_ERROR_MALFORMED,
      "there is no limit \"nofiles\", did you mean \"nofile\"? the limits are nofile, core, as, cpu, fsize, nproc, stack, memlock, data" },
    { "{'argv':['a'],'limits':{'nofile':-1}}", LS_ERROR_MALFORMED,
      "the limit nofile must be a whole number, \"unlimited\", or both limits as {\"soft\":…,\"hard\":…}" },
    { "{'argv':['a'],'limits':{'nofile':{'soft':'unlimited','hard':5}}}", LS_ERROR_IMPOSSIBLE,
      "the soft limit nofile cannot be higher than the hard one" },
    { "{'argv':['a'],'stdin':'opne'}", LS_ERROR_MALFORMED, "stdin cannot be \"opne\": did you mean open? It is one of none, open" },
    { "{'argv':['a'],'stdin':{}}", LS_ERROR_MALFORMED, "stdin has no \"text\"" },
    { "{'argv':['a'],'timeout_ms':-5}", LS_ERROR_IMPOSSIBLE, "timeout_ms must be a whole number from 0 to 2592000000, not -5" },
    { "{'argv':['a'],'cwd':'x'}", LS_ERROR_IMPOSSIBLE, "cwd must be an absolute path, not \"x\"" },
    { "{'command':'a'}", LS_ERROR_MALFORMED,
      "the spec of a task has no member \"command\": it can have argv, cwd, env, stdin, pty, window, nice, limits, timeout_ms, restart, stop_timeout_ms" },
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
