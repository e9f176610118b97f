/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act.h"

#include "base/error.h"

json_t *
ls_act_instance (json_t *resource)
{
  json_t *body = json_object ();
  json_t *instance = json_object_get (resource, "instance");
  if (!instance)
    instance = json_object_get (json_object_get (resource, "status"), "instance");
  if (json_is_string (instance))
    json_object_set (body, "instance", instance);
  return body;
}

json_t *
ls_act_post (LsCli *cli, json_t *resource, const char *path, const char *verb, GError **error)
{
  g_autofree char *whole = g_strconcat (path, verb, NULL);
  gboolean process = g_str_equal (ls_cli_kind (resource), "worker") || g_str_equal (ls_cli_kind (resource), "task");
  return ls_cli_call (cli, "POST", whole, process ? ls_act_instance (resource) : NULL, error);
}

void
ls_act_refuse (json_t *resource, const char *what, const char *instead, GError **error)
{
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s is a %s, which cannot be %s: %s", ls_cli_name_of (resource), ls_cli_kind (resource), what, instead);
}

gboolean
ls_act_finish (LsCli *cli, const char *word, const char *path, json_t *answer, const char *done, GError **error)
{
  g_autoptr (json_t) after = NULL;
  if (answer && !ls_cli_settle (cli, path, answer, &after, error))
    return FALSE;
  if (done)
    ls_cli_say (cli, "%s %s.", word, done);
  if (after)
    ls_cli_print_resource (cli, after);
  return TRUE;
}

static gboolean
act_on (LsCli *cli, const char *word, LsAct act, const char *done, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (json_t) resource = ls_cli_find (cli, word, &path, error);
  g_autoptr (json_t) answer = NULL;
  return resource && act (cli, word, resource, path, &answer, error) && ls_act_finish (cli, word, path, answer, done, error);
}

int
ls_act_on_each (LsCli *cli, LsAct act, const char *done)
{
  int status = LS_EXIT_OK;
  for (const char *const *word = ls_arguments_words (cli->arguments); *word; word++)
    {
      g_autoptr (GError) error = NULL;
      if (act_on (cli, *word, act, done, &error))
        continue;
      int failure = ls_cli_fail (cli, error);
      status = status ? status : failure;
    }
  return status;
}

gboolean
ls_act_on_workers (LsCli *cli, const char *cluster, gboolean (*each) (LsCli *cli, json_t *worker, const char *path, const char *user, GError **error),
                   const char *user, GError **error)
{
  g_autofree char *path = g_strconcat ("/v1/workers?cluster=", cluster, NULL);
  g_autoptr (json_t) workers = ls_cli_call (cli, "GET", path, NULL, error);
  if (!workers)
    return FALSE;
  size_t index;
  json_t *worker;
  json_array_foreach (json_object_get (workers, "items"), index, worker)
    {
      g_autofree char *worker_path = ls_target_path (LS_TARGET_WORKER, ls_cli_name_of (worker), NULL, NULL);
      if (!each (cli, worker, worker_path, user, error))
        return FALSE;
    }
  return TRUE;
}
