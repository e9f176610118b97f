/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/task.h"

#include "base/error.h"
#include "model/codec.h"

#define TIMEOUT_MAX_MS (G_GINT64_CONSTANT (30) * 24 * 3600 * 1000)
#define STOP_TIMEOUT_MAX_MS (24 * 3600 * 1000)

static const char *const restart_names[] = { "never", "on-failure", "always", NULL };
const char *const ls_task_spec_members[] = { "argv", "cwd", "env", "stdin", "pty", "window", "nice", "limits", "timeout_ms", "restart", "stop_timeout_ms", NULL };

void
ls_task_spec_init (LsTaskSpec *spec)
{
  *spec = (LsTaskSpec) { .stdin_mode = LS_STDIN_NONE, .restart = LS_RESTART_NEVER, .stop_timeout_ms = 10000, .window = { 24, 80 } };
}

void
ls_task_spec_clear (LsTaskSpec *spec)
{
  g_clear_pointer (&spec->argv, g_strfreev);
  g_clear_pointer (&spec->cwd, g_free);
  g_clear_pointer (&spec->env, g_strfreev);
  g_clear_pointer (&spec->stdin_text, g_free);
  g_clear_pointer (&spec->stdin_file, g_free);
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
  to->stdin_file = g_strdup (from->stdin_file);
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
  g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there is no command: argv names the program to run, as in [\"/usr/bin/env\", \"date\"]");
  return FALSE;
}

static gboolean
read_stdin_object (json_t *value, LsTaskSpec *spec, GError **error)
{
  static const char *const text_or_file[] = { "text", "file", NULL };
  if (!ls_json_only_members (value, text_or_file, "stdin", error))
    return FALSE;
  spec->stdin_mode = json_object_get (value, "file") ? LS_STDIN_FILE : LS_STDIN_TEXT;
  if (spec->stdin_mode == LS_STDIN_TEXT)
    return ls_codec_require_string (value, "text", "stdin", &spec->stdin_text, error);
  if (json_object_get (value, "text"))
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "stdin has both a text and a file: give one of them");
      return FALSE;
    }
  if (!ls_codec_require_string (value, "file", "stdin", &spec->stdin_file, error))
    return FALSE;
  if (g_path_is_absolute (spec->stdin_file))
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "the file of stdin must be an absolute path, not \"%s\"", spec->stdin_file);
  return FALSE;
}

static gboolean
read_stdin (json_t *json, LsTaskSpec *spec, GError **error)
{
  static const char *const names[] = { "none", "open", NULL };
  json_t *value = json_object_get (json, "stdin");
  int mode = spec->pty ? LS_STDIN_OPEN : LS_STDIN_NONE;
  if (json_is_object (value))
    return read_stdin_object (value, spec, error);
  if (!ls_codec_get_word (json, "stdin", names, &mode, error))
    return FALSE;
  spec->stdin_mode = (LsStdin) mode;
  return TRUE;
}

/* --- the terminal --- */

static gboolean
read_terminal (json_t *json, LsTaskSpec *spec, GError **error)
{
  json_t *window = json_object_get (json, "window");
  if (!ls_json_get_bool (json, "pty", &spec->pty, error))
    return FALSE;
  if (!window || json_is_null (window))
    return TRUE;
  if (!ls_terminal_size_from_json (window, &spec->window, error))
    return FALSE;
  if (spec->pty)
    return TRUE;
  g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "only a terminal has a window: ask for one with \"pty\":true");
  return FALSE;
}

static gboolean
check_terminal (const LsTaskSpec *spec, GError **error)
{
  if (!spec->pty || spec->stdin_mode == LS_STDIN_NONE || spec->stdin_mode == LS_STDIN_OPEN)
    return TRUE;
  g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "a terminal is typed into: stdin can only be \"open\" or \"none\" with it");
  return FALSE;
}

/* --- how it runs --- */

static gboolean
read_nice (json_t *json, LsTaskSpec *spec, GError **error)
{
  gint64 nice = 0;
  if (!ls_json_get_int (json, "nice", &nice, error))
    return FALSE;
  if (nice < -20 || nice > 19)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "nice must be a whole number from -20 to 19, not %" G_GINT64_FORMAT, nice);
      return FALSE;
    }
  spec->nice = (int) nice;
  return TRUE;
}

static gboolean
read_rest (json_t *json, LsTaskSpec *spec, GError **error)
{
  int restart = spec->restart;
  guint64 timeout = 0, stop_timeout = (guint64) spec->stop_timeout_ms;
  if (!read_nice (json, spec, error) || !ls_limits_from_json (json_object_get (json, "limits"), &spec->limits, error) ||
      !ls_json_get_uint (json, "timeout_ms", 0, TIMEOUT_MAX_MS, &timeout, error) ||
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
                  ls_codec_get_env (json, "env", &spec.env, error) && read_terminal (json, &spec, error) && read_stdin (json, &spec, error) &&
                  check_terminal (&spec, error) && read_rest (json, &spec, error);
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
  if (spec->stdin_mode == LS_STDIN_FILE)
    return json_pack ("{s:o}", "file", ls_json_string_or_null (spec->stdin_file));
  return json_string (spec->stdin_mode == LS_STDIN_OPEN ? "open" : "none");
}

json_t *
ls_task_spec_to_json (const LsTaskSpec *spec)
{
  return json_pack ("{s:o,s:o,s:o,s:o,s:b,s:o,s:i,s:o,s:o,s:s,s:I}",
                    "argv", spec->argv ? ls_json_strv (spec->argv) : json_array (),
                    "cwd", ls_json_string_or_null (spec->cwd),
                    "env", ls_codec_env (spec->env),
                    "stdin", stdin_to_json (spec),
                    "pty", spec->pty,
                    "window", spec->pty ? ls_terminal_size_to_json (spec->window) : json_null (),
                    "nice", spec->nice,
                    "limits", ls_limits_to_json (&spec->limits),
                    "timeout_ms", ls_json_int_or_null (spec->timeout_ms),
                    "restart", restart_names[spec->restart],
                    "stop_timeout_ms", (json_int_t) spec->stop_timeout_ms);
}
