/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/settings.h"
#include "cli/verbs.h"

#include "base/error.h"

#include <string.h>

/* The words for what is scaled: workers of a cluster, threads of a pool. */
static const char *
member_of (json_t *resource)
{
  if (g_str_equal (ls_cli_kind (resource), "cluster"))
    return "workers";
  return g_str_equal (ls_cli_kind (resource), "pool") ? "threads" : NULL;
}

static guint
bound (json_t *resource, const char *member, const char *which)
{
  json_t *range = json_object_get (json_object_get (resource, "spec"), member);
  return (guint) json_integer_value (json_object_get (range, which));
}

static void
say (LsCli *cli, json_t *after, const char *member)
{
  guint min = bound (after, member, "min"), max = bound (after, member, "max");
  if (min == max)
    ls_cli_say (cli, "%s has %u %.*s.", ls_cli_name_of (after), min, (int) strlen (member) - (min == 1), member); /* "1 worker" */
  else
    ls_cli_say (cli, "%s has %u to %u %s.", ls_cli_name_of (after), min, max, member);
}

static gboolean
scale (LsCli *cli, GError **error)
{
  g_autofree char *path = NULL;
  const char *name = ls_cli_word (cli, 0);
  g_autoptr (json_t) before = ls_cli_find (cli, name, &path, error);
  if (!before)
    return FALSE;
  const char *member = member_of (before);
  if (!member)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s is a %s: only clusters and pools can be scaled", name, ls_cli_kind (before));
      return FALSE;
    }
  json_t *count = ls_settings_scale (ls_cli_word (cli, 1), bound (before, member, "min"), bound (before, member, "max"), member, error);
  g_autoptr (json_t) resource = count ? ls_cli_call (cli, "PATCH", path, json_pack ("{s:o}", member, count), error) : NULL;
  g_autoptr (json_t) after = NULL;
  if (!resource || !ls_cli_settle (cli, path, resource, &after, error))
    return FALSE;
  if (after)
    {
      say (cli, after, member);
      ls_cli_print_resource (cli, after);
    }
  return TRUE;
}

int
ls_verb_scale (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  return scale (cli, &error) ? LS_EXIT_OK : ls_cli_fail (cli, error);
}
