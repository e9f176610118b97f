/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/act.h"
#include "cli/input.h"
#include "cli/verbs.h"

#include "base/error.h"

#include <gio/gunixinputstream.h>
#include <string.h>
#include <unistd.h>

#define MESSAGE_MAX (512 * 1024)

/* All of standard input as text. */
static char *
read_all_input (GError **error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autofree char *text = g_malloc (MESSAGE_MAX + 2);
  gsize length = 0;
  if (!g_input_stream_read_all (input, text, MESSAGE_MAX + 1, &length, NULL, error))
    return NULL;
  if (length > MESSAGE_MAX)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "a message has at most %d KiB, and this one is longer: put it into a file or a shared buffer", MESSAGE_MAX / 1024);
      return NULL;
    }
  text[length] = '\0';
  if (!g_utf8_validate (text, (gssize) length, NULL))
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED, "a message is text in UTF-8 or JSON");
      return NULL;
    }
  return g_steal_pointer (&text);
}

static gboolean
send_message (LsCli *cli, json_t *resource, const char *path, const char *text, GError **error)
{
  g_autofree char *whole = g_strconcat (path, "/messages", NULL);
  json_t *body = ls_act_instance (resource);
  json_object_set_new (body, "message", ls_json_or_string (text, NULL));
  g_autoptr (json_t) answer = ls_cli_call (cli, "POST", whole, body, error);
  return answer != NULL;
}

static gboolean
send_if_ready (LsCli *cli, json_t *worker, const char *path, const char *text, GError **error)
{
  return g_strcmp0 (json_string_value (json_object_get (worker, "state")), "ready") != 0 || send_message (cli, worker, path, text, error);
}

static gboolean
send_to (LsCli *cli, GError **error)
{
  g_autofree char *path = NULL;
  const char *word = ls_cli_word (cli, 0), *given = ls_cli_word (cli, 1);
  gboolean from_input = !given || g_str_equal (given, "-");
  g_autoptr (json_t) resource = ls_cli_find (cli, word, &path, error);
  if (!resource)
    return FALSE;
  const char *kind = ls_cli_kind (resource);
  if (g_str_equal (kind, "pool"))
    {
      ls_act_refuse (resource, "sent a message", "send it to one of its jobs, such as j17", error);
      return FALSE;
    }
  if (g_str_equal (kind, "buffer") || g_str_equal (kind, "schedule"))
    {
      ls_act_refuse (resource, "sent a message", "only clusters, workers, tasks and jobs can", error);
      return FALSE;
    }
  if (g_str_equal (kind, "task") && !ls_arguments_has (cli->arguments, "message"))
    return ls_input_send (cli, path, from_input ? NULL : given, ls_arguments_has (cli->arguments, "close"), error);
  g_autofree char *text = from_input ? read_all_input (error) : g_strdup (given);
  if (!text)
    return FALSE;
  return g_str_equal (kind, "cluster") ? ls_act_on_workers (cli, word, send_if_ready, text, error) : send_message (cli, resource, path, text, error);
}

int
ls_verb_send (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  return send_to (cli, &error) ? LS_EXIT_OK : ls_cli_fail (cli, error);
}
