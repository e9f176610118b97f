/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/complete.h"
#include "cli/verbs.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What an agent could have. */
static const char agent[] =
    "{\"clusters\":[{\"kind\":\"cluster\",\"name\":\"web\",\"status\":{\"state\":\"ready\"}},{\"kind\":\"cluster\",\"name\":\"api\",\"status\":{\"state\":\"stopped\"}}],"
    "\"workers\":[{\"kind\":\"worker\",\"id\":\"web.1\",\"cluster\":\"web\",\"state\":\"ready\"}],"
    "\"pools\":[{\"kind\":\"pool\",\"name\":\"compute\",\"status\":{\"state\":\"ready\",\"jobs\":[{\"name\":\"primes\",\"description\":\"counts primes\"},{\"name\":\"matrix\"}]}}],"
    "\"jobs\":[{\"kind\":\"job\",\"id\":\"j7\",\"name\":\"primes\",\"state\":\"running\"}],"
    "\"tasks\":[{\"kind\":\"task\",\"id\":\"t4\",\"name\":null,\"spec\":{\"argv\":[\"sleep\",\"60\"]},\"status\":{\"state\":\"running\"}}],"
    "\"operations\":[{\"kind\":\"operation\",\"id\":\"op-1\"}],\"seq\":4}";

typedef struct {
  guint asked;
  gboolean nobody;
  char *host;
} World;

static json_t *
ask (const char *host, gpointer data)
{
  World *world = data;
  world->asked++;
  g_free (world->host);
  world->host = g_strdup (host);
  return world->nobody ? NULL : json_loads (agent, 0, NULL);
}

static GPtrArray *
complete (const char *line, World *world)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  return ls_complete ((const char *const *) words, ls_common_options, ls_verbs, ask, world);
}

static char *
joined (const GPtrArray *found)
{
  GString *all = g_string_new (NULL);
  for (guint i = 0; i < found->len; i++)
    {
      const LsCandidate *candidate = g_ptr_array_index (found, i);
      g_string_append_printf (all, "%s%s", i > 0 ? " " : "", candidate->text);
      if (candidate->text[0] == ':' && candidate->help[0])
        g_string_append_printf (all, "(%s)", candidate->help);
    }
  return g_string_free (all, FALSE);
}

static void
what_comes_next_is_offered (void **state)
{
  static const struct {
    const char *line, *found;
    gboolean asks;
  } cases[] = {
    { "st", "status start stop", FALSE },
    { "comp", "compare", FALSE },
    { "help sub", "submit", FALSE },
    { "nonsense ", "", FALSE },
    { "nonsense --q", "", FALSE },
    { "list clus", "clusters", FALSE },
    { "ls wor", "workers", FALSE },
    { "list clusters ", "", FALSE },
    { "reload ", "web api", TRUE },
    { "reload w", "web", TRUE },
    { "reload web ", "", FALSE },
    { "start web ", "api", TRUE },
    { "scale c", "compute", TRUE },
    { "scale web a", "auto", FALSE },
    { "scale -q --timeout 5s c", "compute", TRUE },
    { "status ", "web api web.1 compute j7 t4", TRUE },
    { "status web t4 ", "api web.1 compute j7", TRUE },
    { "show web", "web web.1", TRUE },
    { "show web ", "", FALSE },
    { "submit ", "compute", TRUE },
    { "submit compute ", "primes matrix", TRUE },
    { "submit web ", "", TRUE },
    { "compare ", "primes matrix", TRUE },
    { "compare primes ", ":files", FALSE },
    { "submit --priority 3 compute pr", "primes", TRUE },
    { "submit compute primes ", ":files", FALSE },
    { "submit -n ", "threads", FALSE },
    { "submit --copies=t", "--copies=threads", FALSE },
    { "submit --retry-on ", "crash failure timeout", FALSE },
    { "submit --to ", ":files", FALSE },
    { "submit -o j", "json jsonl", FALSE },
    { "compare --plugin ", ":files", FALSE },
    { "run --limit no", "nofile=", FALSE },
    { "create schedule s when=@w", "when=@weekly", FALSE },
    { "create schedule s ov", "overlap=", FALSE },
    { "create schedule s overlap=", "overlap=skip overlap=queue overlap=replace overlap=allow", FALSE },
    { "attach ", "t4", TRUE },
    { "create ", "cluster pool schedule buffer", FALSE },
    { "create buffer compute.frame ", "size=", FALSE },
    { "create cluster ", "", FALSE },
    { "create pool p ", "threads= queue-max= plugins=", FALSE },
    { "create pool p threads=2 ", "queue-max= plugins=", FALSE },
    { "create pool p threads=a", "threads=auto", FALSE },
    { "create cluster web balance=s", "balance=steered balance=shared", FALSE },
    { "create cluster web cwd=/us", ":folders(cwd=)", FALSE },
    { "create nonsense web c", "", TRUE },
    { "set compute q", "queue-max=", TRUE },
    { "set web st", "start-timeout= stop-timeout=", TRUE },
    { "set nobody ", "", TRUE },
    { "kill -s SIGHU", "SIGHUP", FALSE },
    { "kill --signal HU", "HUP", FALSE },
    { "kill --signal=HU", "--signal=HUP", FALSE },
    { "kill -s HUP w", "web web.1", TRUE },
    { "kill -sHUP w", "web web.1", TRUE },
    { "-o js", "json jsonl", FALSE },
    { "--output=js", "--output=json --output=jsonl", FALSE },
    { "-o json li", "list", FALSE },
    { "logs --s", "--since --stream", FALSE },
    { "logs -fn 20 w", "web web.1", TRUE },
    { "logs --stream std", "stdout stderr", FALSE },
    { "logs --since ", "", FALSE },
    { "logs -- --s", "", TRUE },
    { "-", "-H --host -o --output -q --quiet --timeout --no-wait --color -h --help -V --version", FALSE },
    { "--nonsense ", "", FALSE },
    { "run ", ":command(1)", FALSE },
    { "run -d -- ", ":command(3)", FALSE },
    { "run --re", "--restart", FALSE },
    { "run --cwd /t", ":folders", FALSE },
    { "run ls --al", ":command(1)", FALSE },
    { "run -e A=1 -- ls -l ", ":command(4)", FALSE },
    { "apply ", ":files", FALSE },
    { "", "status list show top logs events create set scale reload restart start stop remove kill run submit send attach apply compare help", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      World world = { 0 };
      g_autoptr (GPtrArray) found = complete (cases[i].line, &world);
      g_autofree char *texts = joined (found);
      if (!g_str_equal (texts, cases[i].found))
        fail_msg ("“%s” offers “%s”, not “%s”", cases[i].line, texts, cases[i].found);
      if (world.asked != (guint) cases[i].asks)
        fail_msg ("“%s” asked the agent %u times", cases[i].line, world.asked);
      g_free (world.host);
    }
}

static void
each_says_what_it_is (void **state)
{
  static const struct {
    const char *line, *help;
  } cases[] = {
    { "status web.", "worker, ready" },
    { "attach t", "task, running: sleep 60" },
    { "show j", "job, running: primes" },
    { "start ap", "cluster, stopped" },
    { "submit compute pr", "counts primes" },
    { "rel", "replace every worker without losing a request" },
    { "create cluster web rea", "auto|notify|started" },
    { "status --no-w", "return as soon as the agent has accepted a change" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      World world = { 0 };
      g_autoptr (GPtrArray) found = complete (cases[i].line, &world);
      assert_int_equal (found->len, 1);
      assert_string_equal (((LsCandidate *) g_ptr_array_index (found, 0))->help, cases[i].help);
      g_free (world.host);
    }
}

static void
the_agent_of_the_line_is_asked (void **state)
{
  static const char *const lines[] = { "-H /s reload ", "--host /s reload ", "--host=/s reload ", "-H/s reload ", "reload -qH /s " };
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      World world = { 0 };
      g_autoptr (GPtrArray) found = complete (lines[i], &world);
      assert_string_equal (world.host, "/s");
      assert_int_equal (found->len, 2);
      g_free (world.host);
    }
}

static void
without_an_agent_the_rest_is_offered (void **state)
{
  World world = { .nobody = TRUE };
  static const char *const empty[] = { "reload ", "status ", "set web ", "submit compute ", "scale w" };
  for (gsize i = 0; i < G_N_ELEMENTS (empty); i++)
    {
      g_autoptr (GPtrArray) found = complete (empty[i], &world);
      assert_int_equal (found->len, 0);
    }
  g_autoptr (GPtrArray) verbs = complete ("sta", &world);
  assert_int_equal (verbs->len, 2);
}

/* Every verb's usage is the grammar, so each of its places must be one that is understood, or be meant for something free. */
static void
no_usage_has_an_unknown_word (void **state)
{
  static const char *const known[] = { "TARGET",  "CLUSTER", "POOL",  "TASK", "SCHEDULE", "BUFFER", "JOB", "KIND", "VERB", "KEY=VALUE", "FILE",
                                       "COMMAND", "NAME",    "ARGS",  "N",    "+N",       "-N",     "A..B", "TEXT", "-",    "WORD",      NULL };
  for (const LsVerb *verb = ls_verbs; verb->name; verb++)
    {
      g_auto (GStrv) parts = g_strsplit (verb->usage, "…", -1);
      g_autofree char *bare = g_strjoinv ("", parts);
      g_auto (GStrv) places = g_strsplit_set (bare, " |[]", -1);
      gboolean option = FALSE;
      for (char **place = places; *place; place++)
        {
          gboolean after_option = option;
          option = strlen (*place) > 1 && (*place)[0] == '-' && g_ascii_islower ((*place)[1]);
          if (!option && !after_option && **place && !g_ascii_islower (**place) && !g_str_equal (*place, "--") && !g_strv_contains (known, *place))
            fail_msg ("“%s %s” has “%s”, which completion does not know", verb->name, verb->usage, *place);
        }
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (what_comes_next_is_offered),
    cmocka_unit_test (each_says_what_it_is),
    cmocka_unit_test (the_agent_of_the_line_is_asked),
    cmocka_unit_test (without_an_agent_the_rest_is_offered),
    cmocka_unit_test (no_usage_has_an_unknown_word),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
