/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/codec.h"

#include "base/error.h"

#include <string.h>

#define TIMEOUT_MIN_MS 1
#define TIMEOUT_MAX_MS (24 * 3600 * 1000)
#define IO_THREADS_MAX 1024      /* what libuv takes */

static const char *const balance_names[] = { "steered", "shared", "round-robin", "least-loaded", "port", NULL };
static const char *const readiness_names[] = { "auto", "notify", "started", NULL };
static const char *const members[] = { "command", "cwd",        "env",       "listen",           "workers",         "balance",
                                       "ready",   "io_threads", "slots_max", "start_timeout_ms", "stop_timeout_ms", NULL };

const char *
ls_balance_name (LsBalance balance)
{
  return balance_names[balance];
}

void
ls_cluster_spec_init (LsClusterSpec *spec)
{
  guint cores = CLAMP (g_get_num_processors (), 1, LS_SLOTS_MAX_DEFAULT);
  *spec = (LsClusterSpec) {
    .workers = { cores, cores },
    .balance = LS_BALANCE_STEERED,
    .readiness = LS_READINESS_AUTO,
    .io_threads = 4,
    .slots_max = LS_SLOTS_MAX_DEFAULT,
    .start_timeout_ms = 30000,
    .stop_timeout_ms = 10000,
  };
}

void
ls_cluster_spec_clear (LsClusterSpec *spec)
{
  g_clear_pointer (&spec->command, g_strfreev);
  g_clear_pointer (&spec->cwd, g_free);
  g_clear_pointer (&spec->env, g_strfreev);
  g_clear_pointer (&spec->listen, g_strfreev);
}

void
ls_cluster_spec_copy (LsClusterSpec *to, const LsClusterSpec *from)
{
  if (to == from)
    return;
  ls_cluster_spec_clear (to);
  *to = *from;
  to->command = g_strdupv (from->command);
  to->cwd = g_strdup (from->cwd);
  to->env = g_strdupv (from->env);
  to->listen = g_strdupv (from->listen);
}

static gboolean
read_command (json_t *json, LsClusterSpec *spec, GError **error)
{
  json_t *command = json_object_get (json, "command");
  g_autoptr (GError) why = NULL;
  if (json_is_string (command))
    {
      if (!g_shell_parse_argv (json_string_value (command), NULL, &spec->command, &why))
        {
          g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "command cannot be split into words: %s", why->message);
          return FALSE;
        }
    }
  else if (!ls_json_get_strv (json, "command", &spec->command, error))
    return FALSE;
  if (spec->command && (!spec->command[0] || !spec->command[0][0]))
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "command is empty: name a program, or leave it out for the built-in worker");
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_listen (json_t *json, LsClusterSpec *spec, GError **error)
{
  if (!ls_json_get_strv (json, "listen", &spec->listen, error))
    return FALSE;
  for (char **address = spec->listen; address && *address; address++)
    {
      if (!ls_listen_check (*address, error))
        return FALSE;
      for (char **other = spec->listen; other != address; other++)
        if (g_str_equal (*other, *address) && !g_str_has_suffix (*address, ":0"))
          {
            g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "listen names \"%s\" twice", *address);
            return FALSE;
          }
    }
  return TRUE;
}

static gboolean
read_numbers (json_t *json, LsClusterSpec *spec, GError **error)
{
  guint64 io_threads = spec->io_threads, slots_max = spec->slots_max;
  guint64 start_timeout = (guint64) spec->start_timeout_ms, stop_timeout = (guint64) spec->stop_timeout_ms;
  if (!ls_json_get_uint (json, "io_threads", 1, IO_THREADS_MAX, &io_threads, error) ||
      !ls_json_get_uint (json, "slots_max", 1, LS_WORKERS_MAX, &slots_max, error) ||
      !ls_json_get_uint (json, "start_timeout_ms", TIMEOUT_MIN_MS, TIMEOUT_MAX_MS, &start_timeout, error) ||
      !ls_json_get_uint (json, "stop_timeout_ms", TIMEOUT_MIN_MS, TIMEOUT_MAX_MS, &stop_timeout, error))
    return FALSE;
  spec->io_threads = (guint) io_threads;
  spec->slots_max = (guint) slots_max;
  spec->start_timeout_ms = (gint64) start_timeout;
  spec->stop_timeout_ms = (gint64) stop_timeout;
  spec->workers.min = MIN (spec->workers.min, spec->slots_max);
  spec->workers.max = MIN (spec->workers.max, spec->slots_max);
  if (!ls_codec_get_range (json, "workers", spec->slots_max, &spec->workers, error))
    return FALSE;
  if (spec->workers.max <= spec->slots_max)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%u workers are more than slots_max (%u) allows: ask for at most %u; only a new cluster can be given other slots_max",
               spec->workers.max, spec->slots_max, spec->slots_max);
  return FALSE;
}

static gboolean
read_words (json_t *json, LsClusterSpec *spec, GError **error)
{
  int balance = spec->balance, readiness = spec->readiness;
  if (!ls_codec_get_word (json, "balance", balance_names, &balance, error) || !ls_codec_get_word (json, "ready", readiness_names, &readiness, error))
    return FALSE;
  spec->balance = (LsBalance) balance;
  spec->readiness = (LsReadiness) readiness;
  return TRUE;
}

gboolean
ls_cluster_spec_read (json_t *json, gboolean strict, LsClusterSpec *ret, GError **error)
{
  LsClusterSpec spec;
  if (strict ? !ls_json_only_members (json, members, "the spec of a cluster", error) : !ls_json_expect_object (json, "the spec of a cluster", error))
    return FALSE;
  ls_cluster_spec_init (&spec);
  spec.env = g_new0 (char *, 1);
  spec.listen = g_new0 (char *, 1);
  if (!read_command (json, &spec, error) || !ls_json_get_string (json, "cwd", &spec.cwd, error) || !ls_codec_check_directory (spec.cwd, error) ||
      !ls_codec_get_env (json, "env", &spec.env, error) || !read_listen (json, &spec, error) || !read_numbers (json, &spec, error) ||
      !read_words (json, &spec, error))
    {
      ls_cluster_spec_clear (&spec);
      return FALSE;
    }
  *ret = spec;
  return TRUE;
}

gboolean
ls_cluster_spec_from_json (json_t *json, LsClusterSpec *ret, GError **error)
{
  return ls_cluster_spec_read (json, TRUE, ret, error);
}

json_t *
ls_cluster_spec_to_json (const LsClusterSpec *spec)
{
  return json_pack ("{s:o,s:o,s:o,s:o,s:o,s:s,s:s,s:i,s:i,s:I,s:I}",
                    "command", ls_json_strv (spec->command),
                    "cwd", ls_json_string_or_null (spec->cwd),
                    "env", ls_codec_env (spec->env),
                    "listen", spec->listen ? ls_json_strv (spec->listen) : json_array (),
                    "workers", ls_codec_range (spec->workers),
                    "balance", balance_names[spec->balance],
                    "ready", readiness_names[spec->readiness],
                    "io_threads", (int) spec->io_threads,
                    "slots_max", (int) spec->slots_max,
                    "start_timeout_ms", (json_int_t) spec->start_timeout_ms,
                    "stop_timeout_ms", (json_int_t) spec->stop_timeout_ms);
}

/* NULL and empty lists mean the same but for a command. */
static gboolean
strv_same (char **a, char **b)
{
  static char *none[] = { NULL };
  return g_strv_equal ((const char *const *) (a ? a : none), (const char *const *) (b ? b : none));
}

gboolean
ls_cluster_spec_same_program (const LsClusterSpec *a, const LsClusterSpec *b)
{
  return strv_same (a->command, b->command) && g_strcmp0 (a->cwd, b->cwd) == 0 && strv_same (a->env, b->env) && strv_same (a->listen, b->listen) &&
         a->balance == b->balance && a->readiness == b->readiness && a->io_threads == b->io_threads && a->slots_max == b->slots_max;
}
