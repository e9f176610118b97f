/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/spec_text.h"

#include "base/error.h"
#include "base/text.h"
#include "base/when.h"
#include "model/codec.h"
#include "model/resource_limits.h"
#include "model/terminal.h"

#include <string.h>

/* What a shell would do more than split into words with. */
#define SHELL_CHARACTERS "|&;<>()$`*?[]#~=%!{}\n"

/* A value's text to its JSON, NULL with a sentence. */
typedef json_t *(*Reader) (const char *text, GError **error);

static json_t *
read_text (const char *text, GError **error)
{
  return ls_json_string_or_null (text);
}

static json_t *
read_path (const char *text, GError **error)
{
  return ls_codec_check_directory (text, error) ? ls_json_string_or_null (text) : NULL;
}

static json_t *
read_count (const char *text, GError **error)
{
  guint64 value;
  return ls_parse_uint (text, "the value", 0, G_MAXINT64, &value, error) ? json_integer ((json_int_t) value) : NULL;
}

static json_t *
read_duration (const char *text, GError **error)
{
  gint64 ms;
  return ls_parse_duration_ms (text, &ms, error) ? json_integer (ms) : NULL;
}

static json_t *
read_size (const char *text, GError **error)
{
  guint64 bytes;
  return ls_parse_size (text, &bytes, error) ? ls_codec_count (bytes) : NULL;
}

/* "2%" or "0.02" */
static json_t *
read_share (const char *text, GError **error)
{
  char *end = NULL;
  double share = g_ascii_isdigit (text[0]) ? g_ascii_strtod (text, &end) : -1;
  if (end && g_str_equal (end, "%"))
    {
      share /= 100;
      end++;
    }
  if (end && *end == '\0' && share > 0 && share <= 1)
    return json_real (share);
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" is not a share of a core: write a percentage such as 2%%, or a number up to 1", text);
  return NULL;
}

/* "auto" stays "auto": the agent knows its own cores. */
static json_t *
read_range (const char *text, GError **error)
{
  guint min, max;
  if (!ls_parse_range (text, 1, &min, &max, error))
    return NULL;
  if (g_str_equal (text, "auto"))
    return json_string (text);
  return ls_codec_range ((LsRange) { min, max });
}

static char **
split_words (const char *text, GError **error)
{
  g_autoptr (GError) why = NULL;
  char **words = NULL;
  if (!g_shell_parse_argv (text, NULL, &words, &why))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" cannot be split into words: %s", text, why->message);
      return NULL;
    }
  return words;
}

static json_t *
read_command (const char *text, GError **error)
{
  g_auto (GStrv) words = split_words (text, error);
  return words ? ls_json_strv (words) : NULL;
}

/* Plain words are started directly; whatever needs a shell gets one. */
static json_t *
read_shell_command (const char *text, GError **error)
{
  return strpbrk (text, SHELL_CHARACTERS) ? ls_json_string_or_null (text) : read_command (text, error);
}

static json_t *
read_list (const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit_set (text, ", \t", -1);
  json_t *list = json_array ();
  for (char **part = parts; *part; part++)
    if (**part)
      json_array_append_new (list, ls_json_string_or_null (*part));
  return list;
}

static json_t *
read_listen (const char *text, GError **error)
{
  g_autoptr (json_t) list = read_list (text, error);
  size_t index;
  json_t *address;
  json_array_foreach (list, index, address)
    if (!ls_listen_check (json_string_value (address), error))
      return NULL;
  return g_steal_pointer (&list);
}

static json_t *
read_env (const char *text, GError **error)
{
  g_autoptr (json_t) object = json_object ();
  if (text[strspn (text, " \t")] == '\0')
    return g_steal_pointer (&object);
  g_auto (GStrv) pairs = split_words (text, error);
  if (!pairs)
    return NULL;
  for (char **pair = pairs; *pair; pair++)
    {
      char *equals = strchr (*pair, '=');
      if (!equals || equals == *pair)
        {
          g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" is not a variable: write NAME=value, quoted when it has spaces", *pair);
          return NULL;
        }
      *equals = '\0';
      json_object_set_new (object, *pair, ls_json_string_or_null (equals + 1));
    }
  return g_steal_pointer (&object);
}

static json_t *
one_of (const char *text, const char *const *words, GError **error)
{
  g_autoptr (json_t) object = json_pack ("{s:o}", "the value", ls_json_string_or_null (text));
  int index;
  return ls_codec_get_word (object, "the value", words, &index, error) ? json_string (text) : NULL;
}

/* Those that there are; the API knows the names of more, and says that they are not there yet. */
static const char *const balances[] = { "steered", "shared", NULL };

static json_t *
read_balance (const char *text, GError **error)
{
  return one_of (text, balances, error);
}

static const char *const readinesses[] = { "auto", "notify", "started", NULL };

static json_t *
read_readiness (const char *text, GError **error)
{
  return one_of (text, readinesses, error);
}

static const char *const restarts[] = { "never", "on-failure", "always", NULL };

static json_t *
read_restart (const char *text, GError **error)
{
  return one_of (text, restarts, error);
}

static const char *const stdins[] = { "none", "open", NULL };

/* A word, or the path of a file. */
static json_t *
read_stdin (const char *text, GError **error)
{
  return g_path_is_absolute (text) ? json_pack ("{s:o}", "file", ls_json_string_or_null (text)) : one_of (text, stdins, error);
}

static const char *const containments[] = { "auto", "ancestry", NULL };

static json_t *
read_containment (const char *text, GError **error)
{
  return one_of (text, containments, error);
}

static const char *const flags[] = { "yes", "no", NULL };

static json_t *
read_flag (const char *text, GError **error)
{
  gboolean value;
  return ls_parse_boolean (text, &value, error) ? json_boolean (value) : NULL;
}

static json_t *
read_nice (const char *text, GError **error)
{
  gboolean negative = text[0] == '-';
  guint64 value;
  if (ls_parse_uint (text + negative, "nice", 0, negative ? 20 : 19, &value, NULL))
    return json_integer (negative ? -(json_int_t) value : (json_int_t) value);
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "nice must be a whole number from -20 to 19, not \"%s\"", text);
  return NULL;
}

/* "80x24": columns and rows, as terminals are measured. */
static json_t *
read_window (const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "x", 2);
  guint64 columns, rows;
  if (parts[0] && parts[1] && ls_parse_uint (parts[0], "columns", 1, G_MAXUINT16, &columns, NULL) &&
      ls_parse_uint (parts[1], "rows", 1, G_MAXUINT16, &rows, NULL))
    return ls_terminal_size_to_json ((LsTerminalSize) { (guint16) rows, (guint16) columns });
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" is not the size of a window: write COLUMNSxROWS, as in 80x24", text);
  return NULL;
}

static json_t *
read_when (const char *text, GError **error)
{
  LsWhen when;
  return ls_when_parse (text, &when, error) ? ls_json_string_or_null (text) : NULL;
}

static const char *const overlaps[] = { "skip", "queue", "replace", "allow", NULL };

static json_t *
read_overlap (const char *text, GError **error)
{
  return one_of (text, overlaps, error);
}

static const char *const misses[] = { "skip", "once", NULL };

static json_t *
read_missed (const char *text, GError **error)
{
  return one_of (text, misses, error);
}

typedef struct {
  const char *key;
  const char *member;
  Reader read;
} Key;

/* Of one kind; more than any has. */
#define KEYS_MAX 24

static const Key cluster_keys[] = {
  { "command", "command", read_command },
  { "cwd", "cwd", read_path },
  { "env", "env", read_env },
  { "listen", "listen", read_listen },
  { "workers", "workers", read_range },
  { "balance", "balance", read_balance },
  { "ready", "ready", read_readiness },
  { "io-threads", "io_threads", read_count },
  { "slots-max", "slots_max", read_count },
  { "start-timeout", "start_timeout_ms", read_duration },
  { "stop-timeout", "stop_timeout_ms", read_duration },
};

static const Key pool_keys[] = {
  { "threads", "threads", read_range },
  { "queue-max", "queue_max", read_count },
  { "plugins", "plugins", read_list },
};

static const Key task_keys[] = {
  { "command", "argv", read_shell_command },
  { "cwd", "cwd", read_path },
  { "env", "env", read_env },
  { "stdin", "stdin", read_stdin },
  { "pty", "pty", read_flag },
  { "window", "window", read_window },
  { "nice", "nice", read_nice },
  { "limits", "limits", ls_limits_text_to_json },
  { "timeout", "timeout_ms", read_duration },
  { "restart", "restart", read_restart },
  { "stop-timeout", "stop_timeout_ms", read_duration },
};

/* Beside those of a task. */
static const Key schedule_keys[] = {
  { "when", "when", read_when },
  { "overlap", "overlap", read_overlap },
  { "missed", "missed", read_missed },
  { "paused", "paused", read_flag },
  { "keep", "keep", read_count },
};

static const Key agent_keys[] = {
  { "interval", "interval_ms", read_duration },
  { "history-memory", "history_memory", read_size },
  { "log-memory", "log_memory", read_size },
  { "log-disk", "log_disk", read_size },
  { "sampling-budget", "sampling_budget", read_share },
  { "allow-group", "allow_group", read_text },
  { "containment", "containment", read_containment },
  { "tasks-max", "tasks_max", read_count },
};

typedef struct {
  const Key *keys;
  gsize n;
} Keys;

static const struct {
  const char *name;
  Keys own, more;
} kinds[] = {
  [LS_KIND_CLUSTER] = { "a cluster", { cluster_keys, G_N_ELEMENTS (cluster_keys) }, { NULL, 0 } },
  [LS_KIND_POOL] = { "a pool", { pool_keys, G_N_ELEMENTS (pool_keys) }, { NULL, 0 } },
  [LS_KIND_TASK] = { "a task", { task_keys, G_N_ELEMENTS (task_keys) }, { NULL, 0 } },
  [LS_KIND_SCHEDULE] = { "a schedule", { schedule_keys, G_N_ELEMENTS (schedule_keys) }, { task_keys, G_N_ELEMENTS (task_keys) } },
  [LS_KIND_AGENT] = { "the agent", { agent_keys, G_N_ELEMENTS (agent_keys) }, { NULL, 0 } },
};

/* Past the last: NULL. */
static const Key *
key_at (LsKind kind, gsize index)
{
  const Keys *own = &kinds[kind].own, *more = &kinds[kind].more;
  if (index < own->n)
    return &own->keys[index];
  return index - own->n < more->n ? &more->keys[index - own->n] : NULL;
}

const char *const *
ls_spec_keys (LsKind kind)
{
  static const char *names[G_N_ELEMENTS (kinds)][KEYS_MAX + 1];
  const Key *key;
  for (gsize i = 0; (key = key_at (kind, i)); i++)
    {
      g_assert (i + 1 < G_N_ELEMENTS (names[kind]));
      names[kind][i] = key->key;
    }
  return names[kind];
}

static void
refuse_key (LsKind kind, const char *key, GError **error)
{
  const char *const *keys = ls_spec_keys (kind);
  const char *closest = ls_closest_word (key, keys);
  g_autofree char *all = g_strjoinv (", ", (char **) keys);
  if (closest)
    g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s has no setting \"%s\": did you mean \"%s\"?", kinds[kind].name, key, closest);
  else
    g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s has no setting \"%s\": it can have %s", kinds[kind].name, key, all);
}

json_t *
ls_spec_text_to_json (LsKind kind, const char *key, const char *value, GError **error)
{
  const Key *known;
  for (gsize i = 0; (known = key_at (kind, i)); i++)
    {
      if (!g_str_equal (known->key, key))
        continue;
      json_t *json = known->read (value, error);
      if (!json)
        {
          g_prefix_error (error, "%s: ", key);
          return NULL;
        }
      return json_pack ("{s:o}", known->member, json);
    }
  refuse_key (kind, key, error);
  return NULL;
}

const char *const *
ls_spec_words (LsKind kind, const char *key)
{
  static const char *const ranges[] = { "auto", NULL };
  static const char *const rules[] = { "hourly", "daily", "@weekly", "@monthly", "@yearly", NULL };      /* those of one word */
  static const struct {
    Reader read;
    const char *const *words;
  } readers[] = {
    { read_balance, balances }, { read_readiness, readinesses }, { read_restart, restarts }, { read_stdin, stdins }, { read_flag, flags }, { read_range, ranges },
    { read_overlap, overlaps }, { read_missed, misses }, { read_when, rules }, { read_containment, containments },
  };
  const Key *known;
  for (gsize i = 0; (known = key_at (kind, i)); i++)
    for (gsize r = 0; r < G_N_ELEMENTS (readers); r++)
      if (g_str_equal (known->key, key) && known->read == readers[r].read)
        return readers[r].words;
  return NULL;
}

gboolean
ls_spec_kind_parse (const char *word, LsKind *ret_kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_prefix (kinds[i].name, "a ") && g_str_equal (kinds[i].name + strlen ("a "), word))
      {
        *ret_kind = (LsKind) i;
        return TRUE;
      }
  return FALSE;
}
