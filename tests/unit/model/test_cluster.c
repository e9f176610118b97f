/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/cluster.h"
#include "codec_check.h"

static const char whole[] =
  "{'kind':'cluster','name':'web','revision':412,'origin':'config',"
  "'spec':{'command':['/usr/bin/node','app.js'],'cwd':'/srv','env':{'A':'1','B':'x=y'},'listen':['127.0.0.1:8080','[::1]:80','unix:/run/w.sock',':81'],"
  "'workers':{'min':2,'max':8},'balance':'shared','ready':'notify','io_threads':8,'slots_max':100,'start_timeout_ms':1000,'stop_timeout_ms':2000},"
  "'status':{'state':'reloading','reason':'because','since_at':1795400000000,'wanted':4,'ready':3,'starting':1,'draining':2,'generation':3,"
  "'restarts':1,'operation':'op-91','addresses':['127.0.0.1:8080']}}";

static void
every_member_survives_the_round_trip (void **state)
{
  g_autoptr (json_t) json = json_from (whole);
  g_autoptr (GError) error = NULL;
  g_autoptr (LsCluster) cluster = ls_cluster_from_json (json, &error);
  assert_null (error);
  assert_string_equal (cluster->spec.env[1], "B=x=y");
  assert_int_equal (cluster->spec.workers.max, 8);
  assert_json_equal (ls_cluster_to_json (cluster), json_incref (json));
}

static void
an_empty_spec_is_the_defaults (void **state)
{
  g_autoptr (json_t) json = json_object ();
  LsClusterSpec spec = { 0 };
  assert_true (ls_cluster_spec_from_json (json, &spec, NULL));
  guint cores = g_get_num_processors ();
  assert_int_equal (spec.workers.min, MIN (cores, 64));
  assert_int_equal (spec.workers.max, MIN (cores, 64));
  assert_null (spec.command);
  assert_int_equal (spec.balance, LS_BALANCE_STEERED);
  assert_int_equal (spec.io_threads, 4);
  assert_int_equal (spec.slots_max, 64);
  assert_int_equal (spec.start_timeout_ms, 30000);
  assert_int_equal (spec.stop_timeout_ms, 10000);
  assert_null (spec.listen[0]);
  ls_cluster_spec_clear (&spec);
}

static void
workers_take_three_forms (void **state)
{
  static const struct {
    const char *json;
    guint min, max;
  } cases[] = {
    { "{'workers':4}", 4, 4 }, { "{'workers':0}", 0, 0 }, { "{'workers':{'min':2,'max':8}}", 2, 8 }, { "{'workers':4096,'slots_max':4096}", 4096, 4096 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i].json);
      LsClusterSpec spec = { 0 };
      assert_true (ls_cluster_spec_from_json (json, &spec, NULL));
      assert_int_equal (spec.workers.min, cases[i].min);
      assert_int_equal (spec.workers.max, cases[i].max);
      ls_cluster_spec_clear (&spec);
    }
}

static void
bad_specs_are_refused_with_a_sentence (void **state)
{
  static const BadCase cases[] = {
    { "{'workers':-1}", LS_ERROR_IMPOSSIBLE, "workers must be a whole number from 0 to 4096, not -1" },
    { "{'workers':1000000000}", LS_ERROR_IMPOSSIBLE, "workers must be a whole number from 0 to 4096, not 1000000000" },
    { "{'workers':'many'}", LS_ERROR_MALFORMED, "workers must be a whole number from 0 to 4096, {\"min\":2,\"max\":8} or \"auto\", not \"many\"" },
    { "{'workers':{'min':8,'max':2}}", LS_ERROR_IMPOSSIBLE, "workers.min (8) must not be more than workers.max (2)" },
    { "{'workers':{'min':-8,'max':2}}", LS_ERROR_IMPOSSIBLE, "workers.min must be a whole number from 0 to 4096, not -8" },
    { "{'workers':{'mni':1}}", LS_ERROR_MALFORMED, "workers has no member \"mni\": did you mean \"min\"?" },
    { "{'workers':{}}", LS_ERROR_MALFORMED, "workers has neither min nor max: write a number, {\"min\":2,\"max\":8} or \"auto\"" },
    { "{'workers':65}", LS_ERROR_IMPOSSIBLE, "65 workers are more than slots_max (64) allows: ask for at most 64; only a new cluster can be given other slots_max" },
    { "{'wrokers':1}", LS_ERROR_MALFORMED, "the spec of a cluster has no member \"wrokers\": did you mean \"workers\"?" },
    { "{'listen':['8080']}", LS_ERROR_IMPOSSIBLE,
      "listen cannot be \"8080\": write ADDRESS:PORT, as in 127.0.0.1:8080, [::1]:8080, :8080 or unix:/run/web.sock" },
    { "{'listen':['127.0.0.1:99999']}", LS_ERROR_IMPOSSIBLE,
      "listen cannot be \"127.0.0.1:99999\": the port is a whole number from 0 (any free one) to 65535" },
    { "{'listen':['::1:80']}", LS_ERROR_IMPOSSIBLE, "listen cannot be \"::1:80\": an IPv6 address stands in brackets, as in [::1]:8080" },
    { "{'listen':['*:80']}", LS_ERROR_IMPOSSIBLE, "listen cannot be \"*:80\": write :8080 for every address of this computer" },
    { "{'listen':['unix:x']}", LS_ERROR_IMPOSSIBLE,
      "listen cannot be \"unix:x\": a Unix socket has an absolute path, as in unix:/run/web.sock" },
    { "{'listen':[':80',':80']}", LS_ERROR_IMPOSSIBLE, "listen names \":80\" twice" },
    { "{'listen':':80'}", LS_ERROR_MALFORMED, "listen must be a list of texts, not \":80\"" },
    { "{'balance':'stered'}", LS_ERROR_MALFORMED,
      "balance cannot be \"stered\": did you mean steered? It is one of steered, shared, round-robin, least-loaded, port" },
    { "{'io_threads':0}", LS_ERROR_IMPOSSIBLE, "io_threads must be a whole number from 1 to 1024, not 0" },
    { "{'cwd':'srv'}", LS_ERROR_IMPOSSIBLE, "cwd must be an absolute path, not \"srv\"" },
    { "{'env':{'A=B':'1'}}", LS_ERROR_IMPOSSIBLE, "env: \"A=B\" cannot be the name of a variable" },
    { "{'env':{'A':1}}", LS_ERROR_MALFORMED, "env: the value of A must be a text" },
    { "{'env':['A']}", LS_ERROR_MALFORMED, "env must be a JSON object, not [\"A\"]" },
    { "{'command':[]}", LS_ERROR_IMPOSSIBLE, "command is empty: name a program, or leave it out for the built-in worker" },
    { "[]", LS_ERROR_MALFORMED, "the spec of a cluster must be a JSON object, not []" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i].json);
      g_autoptr (GError) error = NULL;
      LsClusterSpec spec, before;
      memset (&spec, 0x5a, sizeof spec);
      before = spec;
      assert_false (ls_cluster_spec_from_json (json, &spec, &error));
      assert_string_equal (error->message, cases[i].sentence);
      assert_int_equal (error->code, cases[i].code);
      assert_memory_equal (&spec, &before, sizeof spec);
    }
}

static void
a_command_may_be_a_shell_line (void **state)
{
  g_autoptr (json_t) json = json_from ("{'command':'node app.js --name=\\\"a b\\\"'}");
  LsClusterSpec spec = { 0 };
  assert_true (ls_cluster_spec_from_json (json, &spec, NULL));
  assert_int_equal (g_strv_length (spec.command), 3);
  assert_string_equal (spec.command[2], "--name=a b");
  ls_cluster_spec_clear (&spec);
}

static void
only_what_the_process_sees_makes_another_program (void **state)
{
  LsClusterSpec a, b = { 0 };
  ls_cluster_spec_init (&a);
  ls_cluster_spec_copy (&b, &a);
  b.workers.max = b.workers.min = 1;
  b.stop_timeout_ms = 1;
  b.start_timeout_ms = 1;
  b.listen = g_new0 (char *, 1);
  assert_true (ls_cluster_spec_same_program (&a, &b));
  b.io_threads = 5;
  assert_false (ls_cluster_spec_same_program (&a, &b));
  ls_cluster_spec_copy (&b, &a);
  b.command = g_strsplit ("sleep 9", " ", -1);
  assert_false (ls_cluster_spec_same_program (&a, &b));
  ls_cluster_spec_copy (&a, &b);
  assert_true (ls_cluster_spec_same_program (&a, &b));
  ls_cluster_spec_clear (&a);
  ls_cluster_spec_clear (&b);
}

static void
clients_ignore_what_they_do_not_know (void **state)
{
  g_autoptr (json_t) json = json_from (whole);
  json_object_set_new (json, "colour", json_string ("blue"));
  json_object_set_new (json_object_get (json, "spec"), "colour", json_string ("blue"));
  json_object_set_new (json_object_get (json, "status"), "colour", json_string ("blue"));
  g_autoptr (LsCluster) cluster = ls_cluster_from_json (json, NULL);
  assert_non_null (cluster);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (every_member_survives_the_round_trip),
    cmocka_unit_test (an_empty_spec_is_the_defaults),
    cmocka_unit_test (workers_take_three_forms),
    cmocka_unit_test (bad_specs_are_refused_with_a_sentence),
    cmocka_unit_test (a_command_may_be_a_shell_line),
    cmocka_unit_test (only_what_the_process_sees_makes_another_program),
    cmocka_unit_test (clients_ignore_what_they_do_not_know),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
