/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/task.h"

#include "base/error.h"
#include "model/codec.h"

#define TIMEOUT_MAX_MS (G_GINT64_CONSTANT (30) * 24 * 3600 * 1000)
#define STOP_TIMEOUT_MAX_MS (24 * 3600 * 1000)

static const char *const restart_names[] = { "never", "on-failure", "always", NULL };
const char *const ls_task_spec_members[] = { "argv", "cwd", "env", "stdin", "pty", "timeout_ms", "restart", "stop_timeout_ms", NULL };

void
ls_task_spec_init (LsTaskSpec *spec)
{
  *spec = (LsTaskSpec) { .stdin_mode = LS_STDIN_NONE, .restart = LS_RESTART_NEVER, .stop_timeout_ms = 10000 };
}

void
ls_task_spec_clear (LsTaskSpec *spec)
{
  g_clear_pointer (&spec->argv, g_strfreev);
  g_clear_pointer (&spec->cwd, g_free);
  g_clear_pointer (&spec->env, g_strfreev);
  g_clear_pointer (&spec->stdin_text, g_free);
}

void
ls_task_spec_copy (LsTaskSpec *to, const LsTaskSpec *from)
{
  if (to == from)
    return;
  ls_task_spec_clear (to);
  *to = *from;
  to->argv = g_strdupv (from->argv);
  to->cwd = g_strdup (from->cwd);
  to->env = from->env ? g_strdupv (from->env) : g_new0 (char *, 1);
  to->stdin_text = g_strdup (from->stdin_text);
}

static gboolean
read_argv (json_t *json, LsTaskSpec *spec, GError **error)
{
  json_t *argv = json_object_get (json, "argv");
  if (json_is_string (argv))
    {
      g_autofree char *line = g_strstrip (g_strdup (json_string_value (argv)));
      const char *words[] = { "/bin/sh", "-c", json_string_value (argv), NULL };
      spec->argv = *line ? g_strdupv ((char **) words) : g_new0 (char *, 1);
    }
  else if (!ls_json_get_strv (json, "argv", &spec->argv, error))
    return FALSE;
  if (spec->argv && spec->argv[0] && spec->argv[0][0])
    return TRUE;
  g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "argv is empty: name the program to run, as in [\"/usr/bin/env\", \"date\"]");
  return FALSE;
}

static gboolean
read_stdin (json_t *json, LsTaskSpec *spec, GError **error)
{
  static const char *const names[] = { "none", "open", NULL };
  static const char *const text_members[] = { "text", NULL };
  json_t *value = json_object_get (json, "stdin");
  int mode = LS_STDIN_NONE;
  if (!json_is_object (value))
    {
      if (!ls_codec_get_word (json, "stdin", names, &mode, error))
        return FALSE;
      spec->stdin_mode = (LsStdin) mode;
      return TRUE;
    }
  spec->stdin_mode = LS_STDIN_TEXT;
  return ls_json_only_members (value, text_members, "stdin", error) && ls_codec_require_string (value, "text", "stdin", &spec->stdin_text, error);
}

static gboolean
read_rest (json_t *json, LsTaskSpec *spec, GError **error)
{
  int restart = spec->restart;
  guint64 timeout = 0, stop_timeout = (guint64) spec->stop_timeout_ms;
  if (!ls_json_get_bool (json, "pty", &spec->pty, error) || !ls_json_get_uint (json, "timeout_ms", 0, TIMEOUT_MAX_MS, &timeout, error) ||
      !ls_codec_get_word (json, "restart", restart_names, &restart, error) ||
      !ls_json_get_uint (json, "stop_timeout_ms", 1, STOP_TIMEOUT_MAX_MS, &stop_timeout, error))
    return FALSE;
  spec->timeout_ms = (gint64) timeout;
  spec->restart = (LsRestart) restart;
  spec->stop_timeout_ms = (gint64) stop_timeout;
  return TRUE;
}

gboolean
ls_task_spec_read (json_t *json, gboolean strict, LsTaskSpec *ret, GError **error)
{
  LsTaskSpec spec;
  if (strict ? !ls_json_only_members (json, ls_task_spec_members, "the spec of a task", error) : !ls_json_expect_object (json, "the spec of a task", error))
    return FALSE;
  ls_task_spec_init (&spec);
  spec.env = g_new0 (char *, 1);
  gboolean good = read_argv (json, &spec, error) && ls_json_get_string (json, "cwd", &spec.cwd, error) && ls_codec_check_directory (spec.cwd, error) &&
                  ls_codec_get_env (json, "env", &spec.env, error) && read_stdin (json, &spec, error) && read_rest (json, &spec, error);
  if (good && strict && spec.pty)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "pty must be false: tasks cannot have a terminal yet");
      good = FALSE;
    }
  if (!good)
    {
      ls_task_spec_clear (&spec);
      return FALSE;
    }
  *ret = spec;
  return TRUE;
}

gboolean
ls_task_spec_from_json (json_t *json, LsTaskSpec *ret, GError **error)
{
  return ls_task_spec_read (json, TRUE, ret, error);
}

static json_t *
stdin_to_json (const LsTaskSpec *spec)
{
  if (spec->stdin_mode == LS_STDIN_TEXT)
    return json_pack ("{s:o}", "text", ls_json_string_or_null (spec->stdin_text));
  return json_string (spec->stdin_mode == LS_STDIN_OPEN ? "open" : "none");
}

json_t *
ls_task_spec_to_json (const LsTaskSpec *spec)
{
  return json_pack ("{s:o,s:o,s:o,s:o,s:b,s:o,s:s,s:I}",
                    "argv", spec->argv ? ls_json_strv (spec->argv) : json_array (),
                    "cwd", ls_json_string_or_null (spec->cwd),
                    "env", ls_codec_env (spec->env),
                    "stdin", stdin_to_json (spec),
                    "pty", spec->pty,
                    "timeout_ms", ls_json_int_or_null (spec->timeout_ms),
                    "restart", restart_names[spec->restart],
                    "stop_timeout_ms", (json_int_t) spec->stop_timeout_ms);
}
