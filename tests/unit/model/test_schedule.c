/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/schedule.h"
#include "codec_check.h"

#define RUN "'exit':{'code':0,'signal':null},'cause':'time','reason':null,'count':1"

static json_t *
whole_spec (const char *own)
{
  json_t *spec = json_from (own);
  LsTaskSpec task;
  ls_task_spec_init (&task);
  g_autoptr (json_t) rest = ls_task_spec_to_json (&task);
  json_object_update_missing (spec, rest);
  return spec;
}

static void
every_member_survives_the_round_trip (void **state)
{
  static const struct { const char *spec, *status; } cases[] = {
    { "{'when':'daily 03:00','argv':['backup','-v'],'overlap':'skip','missed':'once','paused':false,'keep':50,'restart':'on-failure'}",
      "{'state':'waiting','reason':null,'next_at':1795400000000,'last_at':null,'running':[],'runs':[]}" },
    { "{'when':'*/5 * * * mon','argv':['true'],'overlap':'replace','missed':'skip','paused':true,'keep':1,'timeout_ms':5000}",
      "{'state':'running','reason':'the last run failed: exited with code 3','next_at':null,'last_at':7,'running':['t41','t43'],'runs':["
      "{'task':'t43','at':9,'ended_at':null,'state':'running','exit':{'code':null,'signal':null},'cause':'asked','reason':null,'count':1},"
      "{'task':null,'at':8,'ended_at':null,'state':'skipped','exit':{'code':null,'signal':null},'cause':'missed','reason':'why','count':3},"
      "{'task':'t41','at':7,'ended_at':null,'state':'running','exit':{'code':null,'signal':null},'cause':'time','reason':null,'count':1},"
      "{'task':'t40','at':5,'ended_at':6,'state':'stopped','exit':{'code':null,'signal':'SIGTERM'},'cause':'time','reason':null,'count':1}]}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_pack ("{s:s,s:s,s:i,s:s,s:o,s:o}", "kind", "schedule", "name", "backup", "revision", 3, "origin", "config",
                                           "spec", whole_spec (cases[i].spec), "status", json_from (cases[i].status));
      g_autoptr (GError) error = NULL;
      g_autoptr (LsSchedule) schedule = ls_schedule_from_json (json, &error);
      assert_null (error);
      assert_json_equal (ls_schedule_to_json_with_all_runs (schedule), json_incref (json));
    }
}

static void
bad_specs_are_refused_with_a_sentence (void **state)
{
  static const BadCase cases[] = {
    { "{'argv':['a']}", LS_ERROR_IMPOSSIBLE, "when is missing: say when it runs, as in \"daily 03:00\" or \"every 5 min\"" },
    { "{'when':7,'argv':['a']}", LS_ERROR_MALFORMED, "when must be a text, not 7" },
    { "{'when':'daily 24:00','argv':['a']}", LS_ERROR_IMPOSSIBLE,
      "when: \"24:00\" is not a time of day: \"daily\" goes with hours and minutes from 00:00 to 23:59, such as 03:00" },
    { "{'when':'@daily'}", LS_ERROR_IMPOSSIBLE, "there is no command: argv names the program to run, as in [\"/usr/bin/env\", \"date\"]" },
    { "{'when':'@daily','argv':['a'],'overlap':'wait'}", LS_ERROR_MALFORMED, "overlap cannot be \"wait\": it is one of skip, queue, replace, allow" },
    { "{'when':'@daily','argv':['a'],'mised':'once'}", LS_ERROR_MALFORMED, "the spec of a schedule has no member \"mised\": did you mean \"missed\"?" },
    { "{'when':'@daily','argv':['a'],'keep':1001}", LS_ERROR_IMPOSSIBLE, "keep must be a whole number from 1 to 1000, not 1001" },
    { "{'when':'@daily','argv':['a'],'cwd':'x'}", LS_ERROR_IMPOSSIBLE, "cwd must be an absolute path, not \"x\"" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i].json);
      g_autoptr (GError) error = NULL;
      LsScheduleSpec spec;
      assert_false (ls_schedule_spec_from_json (json, &spec, &error));
      assert_string_equal (error->message, cases[i].sentence);
      assert_int_equal (error->code, cases[i].code);
    }
}

static void
lists_show_the_newest_runs_only (void **state)
{
  g_autoptr (LsSchedule) schedule = ls_schedule_new ("backup");
  for (int i = 0; i < 40; i++)
    g_ptr_array_add (schedule->runs, ls_schedule_run_new (LS_RUN_EXITED, LS_CAUSE_TIME, 100 - i));
  g_autoptr (json_t) some = ls_schedule_to_json (schedule);
  g_autoptr (json_t) all = ls_schedule_to_json_with_all_runs (schedule);
  assert_int_equal (json_array_size (json_object_get (json_object_get (some, "status"), "runs")), LS_SCHEDULE_RUNS_SHOWN);
  assert_int_equal (json_array_size (json_object_get (json_object_get (all, "status"), "runs")), 40);
}

static void
a_memory_belongs_to_the_past (void **state)
{
  g_autoptr (json_t) json = json_from (
    "{'name':'backup','when':'@daily','due_at':12,'last_at':9,'runs':["
    "{'task':null,'at':11,'ended_at':null,'state':'waiting','exit':{'code':null,'signal':null},'cause':'time','reason':'waits','count':1},"
    "{'task':'t2','at':9,'ended_at':null,'state':'running','exit':{'code':null,'signal':null},'cause':'time','reason':null,'count':1},"
    "{'task':'t1','at':5,'ended_at':6,'state':'exited'," RUN "}]}");
  g_autoptr (LsSchedule) memory = ls_schedule_memory_from_json (json, NULL);
  assert_non_null (memory);
  assert_int_equal (memory->due_at, 12);
  assert_int_equal (memory->runs->len, 2);
  const LsScheduleRun *run = g_ptr_array_index (memory->runs, 0);
  assert_int_equal (run->state, LS_RUN_STOPPED);
  assert_null (run->task);
  assert_string_equal (run->reason, "the agent ended before it did");
  run = g_ptr_array_index (memory->runs, 1);
  assert_int_equal (run->state, LS_RUN_EXITED);
  assert_int_equal (run->exit.at, 6);
}

static void
a_spec_is_copied_whole (void **state)
{
  g_autoptr (json_t) json = json_from ("{'when':'every 5 min','argv':['a','b'],'env':{'A':'b'},'overlap':'allow','keep':3}");
  LsScheduleSpec from, to;
  ls_schedule_spec_init (&to);
  assert_true (ls_schedule_spec_from_json (json, &from, NULL));
  ls_schedule_spec_copy (&to, &from);
  json_t *before = ls_schedule_spec_to_json (&from);
  ls_schedule_spec_clear (&from);
  assert_int_equal (to.when.every_ms, 300000);
  assert_json_equal (ls_schedule_spec_to_json (&to), before);
  ls_schedule_spec_clear (&to);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (every_member_survives_the_round_trip),
    cmocka_unit_test (bad_specs_are_refused_with_a_sentence),
    cmocka_unit_test (lists_show_the_newest_runs_only),
    cmocka_unit_test (a_memory_belongs_to_the_past),
    cmocka_unit_test (a_spec_is_copied_whole),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
