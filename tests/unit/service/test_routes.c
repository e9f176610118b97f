/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/openapi.h"
#include "service/routes.h"

#include "model/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void
patterns_match_whole_paths (void **state)
{
  static const struct { const char *pattern, *path; gboolean matches; const char *parameter; } cases[] = {
    { "/v1/clusters", "/v1/clusters", TRUE, NULL },
    { "/v1/clusters", "/v1/clusters/", FALSE, NULL },
    { "/v1/clusters", "/v1/cluster", FALSE, NULL },
    { "/v1/clusters", "/v1/clustersx", FALSE, NULL },
    { "/v1/clusters", "/v1", FALSE, NULL },
    { "/v1/clusters/{name}", "/v1/clusters/web", TRUE, "web" },
    { "/v1/clusters/{name}", "/v1/clusters/", FALSE, NULL },
    { "/v1/clusters/{name}", "/v1/clusters/web/", FALSE, NULL },
    { "/v1/clusters/{name}", "/v1/clusters/web/reload", FALSE, NULL },
    { "/v1/clusters/{name}/reload", "/v1/clusters/web/reload", TRUE, "web" },
    { "/v1/clusters/{name}/reload", "/v1/clusters//reload", FALSE, NULL },
    { "/v1/workers/{id}", "/v1/workers/web.3", TRUE, "web.3" },
    { "/metrics", "/metrics", TRUE, NULL },
    { "/metrics", "metrics", FALSE, NULL },
    { "/metrics", "", FALSE, NULL },
    { "/metrics", "*", FALSE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *starts[LS_CALL_PARAMETERS] = { NULL };
      gsize lengths[LS_CALL_PARAMETERS] = { 0 };

      assert_int_equal (ls_route_match (cases[i].pattern, cases[i].path, starts, lengths), cases[i].matches);
      if (cases[i].parameter == NULL)
        continue;
      assert_int_equal (lengths[0], strlen (cases[i].parameter));
      assert_memory_equal (starts[0], cases[i].parameter, lengths[0]);
    }
}

/* Each route but those that come later, and nothing else, stands in the document. */
static void
the_document_has_all_routes (void **state)
{
  g_autoptr (json_t) document = ls_json_parse (ls_openapi_json, ls_openapi_json_length, NULL);
  json_t *paths = json_object_get (document, "paths");
  gsize documented = 0, routes = 0;
  const char *path;
  json_t *methods;

  json_object_foreach (paths, path, methods)
    documented += json_object_size (methods);
  for (const LsRoute *const *group = ls_routes; *group != NULL; group++)
    for (const LsRoute *route = *group; route->method != NULL; route++)
      {
        g_autofree char *method = g_ascii_strdown (route->method, -1);
        json_t *operation = json_object_get (json_object_get (paths, route->pattern), method);

        if (strcmp (route->method, "*") == 0)
          {
            assert_null (json_object_get (paths, route->pattern));
            continue;
          }
        if (operation == NULL)
          fail_msg ("%s %s is not in the document", route->method, route->pattern);
        routes++;
      }
  assert_int_equal (routes, documented);
}

/* A parameter that the document names is taken, and the other way round. */
static void
the_document_has_all_parameters (void **state)
{
  g_autoptr (json_t) document = ls_json_parse (ls_openapi_json, ls_openapi_json_length, NULL);
  json_t *paths = json_object_get (document, "paths");

  for (const LsRoute *const *group = ls_routes; *group != NULL; group++)
    for (const LsRoute *route = *group; route->method != NULL; route++)
      {
        g_autofree char *method = g_ascii_strdown (route->method, -1);
        json_t *operation = json_object_get (json_object_get (paths, route->pattern), method);
        g_auto (GStrv) known = g_strsplit (route->query != NULL ? route->query : "", " ", -1);
        guint named = 0;
        gsize i;
        json_t *parameter;

        json_array_foreach (json_object_get (operation, "parameters"), i, parameter)
          if (strcmp (json_string_value (json_object_get (parameter, "in")), "query") == 0)
            {
              const char *name = json_string_value (json_object_get (parameter, "name"));

              if (!g_strv_contains ((const char *const *) known, name))
                fail_msg ("%s %s does not take “%s”", route->method, route->pattern, name);
              named++;
            }
        if (operation != NULL)
          assert_int_equal (named, route->query != NULL ? g_strv_length (known) : 0);
      }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (patterns_match_whole_paths),
    cmocka_unit_test (the_document_has_all_routes),
    cmocka_unit_test (the_document_has_all_parameters),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
