/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/spec_text.h"
#include "codec_check.h"

static void
settings_become_patches (void **state)
{
  static const struct {
    LsKind kind;
    const char *key, *value, *json;
  } cases[] = {
    { LS_KIND_CLUSTER, "workers", "2..8", "{'workers':{'min':2,'max':8}}" },
    { LS_KIND_CLUSTER, "workers", "4", "{'workers':{'min':4,'max':4}}" },
    { LS_KIND_CLUSTER, "workers", "auto", "{'workers':'auto'}" },
    { LS_KIND_CLUSTER, "listen", "127.0.0.1:8080, [::1]:80 unix:/x", "{'listen':['127.0.0.1:8080','[::1]:80','unix:/x']}" },
    { LS_KIND_CLUSTER, "listen", "", "{'listen':[]}" },
    { LS_KIND_CLUSTER, "command", "node app.js 'a b'", "{'command':['node','app.js','a b']}" },
    { LS_KIND_CLUSTER, "stop-timeout", "10s", "{'stop_timeout_ms':10000}" },
    { LS_KIND_CLUSTER, "env", "A=1 B=\"x y\" C=", "{'env':{'A':'1','B':'x y','C':''}}" },
    { LS_KIND_CLUSTER, "balance", "shared", "{'balance':'shared'}" },
    { LS_KIND_CLUSTER, "io-threads", "8", "{'io_threads':8}" },
    { LS_KIND_POOL, "threads", "auto", "{'threads':'auto'}" },
    { LS_KIND_POOL, "queue-max", "5", "{'queue_max':5}" },
    { LS_KIND_TASK, "command", "sleep 9", "{'argv':['sleep','9']}" },
    { LS_KIND_TASK, "command", "sleep 9; date", "{'argv':'sleep 9; date'}" },
    { LS_KIND_TASK, "timeout", "5min", "{'timeout_ms':300000}" },
    { LS_KIND_TASK, "restart", "on-failure", "{'restart':'on-failure'}" },
    { LS_KIND_AGENT, "interval", "1s", "{'interval_ms':1000}" },
    { LS_KIND_AGENT, "history-memory", "4MiB", "{'history_memory':4194304}" },
    { LS_KIND_AGENT, "sampling-budget", "2%", "{'sampling_budget':0.02}" },
    { LS_KIND_AGENT, "allow-group", "adm", "{'allow_group':'adm'}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      json_t *json = ls_spec_text_to_json (cases[i].kind, cases[i].key, cases[i].value, &error);
      if (!json)
        fail_msg ("%s", error->message);
      assert_json_equal (json, json_from (cases[i].json));
    }
}

static void
bad_settings_get_a_sentence (void **state)
{
  static const struct {
    LsKind kind;
    const char *key, *value, *sentence;
  } cases[] = {
    { LS_KIND_CLUSTER, "wrokers", "4", "a cluster has no setting \"wrokers\": did you mean \"workers\"?" },
    { LS_KIND_CLUSTER, "workers", "-1", "workers: \"-1\" is not a count: write a whole number from 0 to 4096, a range such as 2..8, or auto" },
    { LS_KIND_CLUSTER, "listen", "8080",
      "listen: listen cannot be \"8080\": write ADDRESS:PORT, as in 127.0.0.1:8080, [::1]:8080, :8080 or unix:/run/web.sock" },
    { LS_KIND_CLUSTER, "balance", "even",
      "balance: the value cannot be \"even\": it is one of steered, shared" },
    { LS_KIND_CLUSTER, "stop-timeout", "soon", "stop-timeout: \"soon\" is not a duration: write 500ms, 10s, 5min, 2h or 1d (a bare number is seconds)" },
    { LS_KIND_CLUSTER, "env", "A", "env: \"A\" is not a variable: write NAME=value, quoted when it has spaces" },
    { LS_KIND_CLUSTER, "cwd", "x", "cwd: cwd must be an absolute path, not \"x\"" },
    { LS_KIND_POOL, "size", "4", "a pool has no setting \"size\": it can have threads, queue-max, plugins" },
    { LS_KIND_AGENT, "sampling-budget", "200%", "sampling-budget: \"200%\" is not a share of a core: write a percentage such as 2%, or a number up to 1" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      assert_null (ls_spec_text_to_json (cases[i].kind, cases[i].key, cases[i].value, &error));
      assert_string_equal (error->message, cases[i].sentence);
      assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_MALFORMED) || g_error_matches (error, LS_ERROR, LS_ERROR_IMPOSSIBLE));
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (settings_become_patches),
    cmocka_unit_test (bad_settings_get_a_sentence),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
