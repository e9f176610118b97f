/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/verbs.h"

#include "base/error.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define AGENT_SOURCE "agent"

/* "5min" ago, or a moment: "2026-11-23T14:00". To Unix ms. */
static gboolean
parse_since (const char *text, gint64 *ret_since, GError **error)
{
  gint64 ms;
  if (ls_parse_duration_ms (text, &ms, NULL))
    {
      *ret_since = g_get_real_time () / 1000 - ms;
      return TRUE;
    }
  g_autoptr (GTimeZone) here = g_time_zone_new_local ();
  /* GLib wants the seconds. */
  g_autofree char *with_seconds = g_strconcat (text, ":00", NULL);
  g_autoptr (GDateTime) moment = g_date_time_new_from_iso8601 (text, here);
  if (!moment)
    moment = g_date_time_new_from_iso8601 (with_seconds, here);
  if (!moment)
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "--since: \"%s\" is no time: write how long ago (5min, 2h) or when (2026-11-23T14:00)", text);
      return FALSE;
    }
  *ret_since = g_date_time_to_unix (moment) * 1000;
  return TRUE;
}

static void
add_parameter (GString *path, const char *key, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);
  g_string_append_printf (path, "%s%s=%s", strchr (path->str, '?') ? "&" : "?", key, escaped);
}

static gboolean
add_lines (LsCli *cli, GString *path, gboolean follow, GError **error)
{
  const char *text = ls_arguments_text (cli->arguments, "lines");
  g_autoptr (GError) why = NULL;
  guint64 lines = follow ? 20 : 1000;
  if (text && !ls_parse_uint (text, "-n", 0, 100000, &lines, &why))
    {
      g_set_error_literal (error, LS_USAGE_ERROR, 0, why->message);
      return FALSE;
    }
  /* To the agent, 0 is all of them. */
  g_string_append_printf (path, "%slast=%" G_GUINT64_FORMAT, strchr (path->str, '?') ? "&" : "?", MAX (lines, 1));
  return TRUE;
}

static char *
logs_path (LsCli *cli, gboolean follow, GError **error)
{
  g_autoptr (GString) path = g_string_new ("/v1/logs");
  const char *since = ls_arguments_text (cli->arguments, "since"), *grep = ls_arguments_text (cli->arguments, "grep");
  const char *stream = ls_arguments_text (cli->arguments, "stream");
  for (const char *const *word = ls_arguments_words (cli->arguments); *word; word++)
    add_parameter (path, "source", *word);
  if (!add_lines (cli, path, follow, error))
    return NULL;
  gint64 from;
  if (since && !parse_since (since, &from, error))
    return NULL;
  if (since)
    g_string_append_printf (path, "&since=%" G_GINT64_FORMAT, MAX (from, 0));
  if (grep)
    add_parameter (path, "grep", grep);
  if (stream)
    add_parameter (path, "stream", stream);
  if (follow)
    g_string_append (path, "&follow=1");
  return g_string_free (g_steal_pointer (&path), FALSE);
}

/* Lines of which only the beginning has been printed: who asks for a name and waits has written no line end. */
typedef struct {
  GHashTable *begun;      /* "SOURCE STREAM" */
  char *here;             /* the one behind which the output stands; NULL: at the beginning of a line */
} Begun;

static void
print_prefix (LsCli *cli, json_t *entry)
{
  const char *source = json_string_value (json_object_get (entry, "source")), *stream = json_string_value (json_object_get (entry, "stream"));
  gint64 at = json_integer_value (json_object_get (entry, "at"));
  if (cli->quiet)
    return;
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at / 1000);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_local (utc) : NULL;
  g_autofree char *clock = local ? g_date_time_format (local, "%H:%M:%S") : g_strdup ("?");
  g_autofree char *time = g_strdup_printf ("%s.%03d", clock, (int) (at % 1000));
  g_autofree char *toned_time = ls_text_toned (time, LS_TONE_DIM, cli->color);
  g_autofree char *toned_source = ls_text_toned (source ? source : "?", g_strcmp0 (stream, "stderr") == 0 ? LS_TONE_BAD : LS_TONE_BOLD, cli->color);
  printf ("%s %s  ", toned_time, toned_source);
}

static void
print_json (json_t *entry)
{
  g_autofree char *line = ls_json_to_text (entry);
  puts (line);
}

static void
print_entry (LsCli *cli, json_t *entry)
{
  const char *text = json_string_value (json_object_get (entry, "text"));
  if (cli->format != LS_FORMAT_TABLE)
    {
      print_json (entry);
      return;
    }
  print_prefix (cli, entry);
  puts (text ? text : "");
}

/* The rest of a line is printed behind its beginning; on a line of its own if something else was printed meanwhile. */
static void
print_live_entry (LsCli *cli, json_t *entry, Begun *begun)
{
  const char *text = json_string_value (json_object_get (entry, "text"));
  if (cli->format != LS_FORMAT_TABLE)
    {
      print_json (entry);
      return;
    }
  g_autofree char *key = g_strdup_printf ("%s %s", json_string_value (json_object_get (entry, "source")),
                                          json_string_value (json_object_get (entry, "stream")));
  gboolean partial = json_is_true (json_object_get (entry, "partial"));
  gboolean goes_on = g_hash_table_contains (begun->begun, key), is_here = g_strcmp0 (begun->here, key) == 0;
  if (partial)
    g_hash_table_add (begun->begun, g_strdup (key));
  else
    g_hash_table_remove (begun->begun, key);
  if (goes_on && !is_here && (!text || *text == '\0'))
    return;      /* it only ended */
  if (begun->here && !is_here)
    putchar ('\n');
  if (!is_here)
    print_prefix (cli, entry);
  fputs (text ? text : "", stdout);
  if (!partial)
    putchar ('\n');
  g_free (begun->here);
  begun->here = partial ? g_strdup (key) : NULL;
}

/* Names that the agent does not know: their old lines may still be there. NULL: all are known, or an error other than that in *@error. */
static GError *
first_unknown (LsCli *cli, GError **error)
{
  for (const char *const *word = ls_arguments_words (cli->arguments); *word; word++)
    {
      g_autoptr (GError) why = NULL;
      g_autoptr (json_t) resource = g_str_equal (*word, AGENT_SOURCE) ? json_null () : ls_cli_find (cli, *word, NULL, &why);
      if (resource)
        continue;
      if (g_error_matches (why, LS_ERROR, LS_ERROR_UNKNOWN))
        return g_steal_pointer (&why);
      g_propagate_error (error, g_steal_pointer (&why));
      return NULL;
    }
  return NULL;
}

static int
print_once (LsCli *cli, const char *path, const GError *unknown)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) answer = ls_cli_call (cli, "GET", path, NULL, &error);
  if (!answer)
    return ls_cli_fail (cli, error);
  json_t *items = json_object_get (answer, "items"), *entry;
  size_t index;
  if (unknown && json_array_size (items) == 0)
    return ls_cli_fail (cli, unknown);
  if (cli->format == LS_FORMAT_JSON)
    ls_cli_print_json (cli, items);
  else
    json_array_foreach (items, index, entry)
      print_entry (cli, entry);
  return LS_EXIT_OK;
}

typedef struct {
  LsCli *cli;
  Begun begun;
  gboolean over;
  GError *error;
} Follow;

static void
line_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Follow *follow = data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, &follow->error);
  if (!line)
    {
      follow->over = TRUE;
      return;
    }
  g_autoptr (json_t) entry = ls_json_parse (line, strlen (line), NULL);
  if (entry)
    print_live_entry (follow->cli, entry, &follow->begun);
  fflush (stdout);
  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (source), G_PRIORITY_DEFAULT, follow->cli->deadline, line_read, follow);
}

static int
follow_on (LsCli *cli, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = ls_cli_open (cli, "GET", path, NULL, &error);
  if (!stream)
    return ls_cli_fail (cli, error);
  g_autoptr (GHashTable) begun = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Follow follow = { .cli = cli, .begun.begun = begun };
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (stream);
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, cli->deadline, line_read, &follow);
  while (!follow.over)
    g_main_context_iteration (NULL, TRUE);
  if (follow.begun.here)
    putchar ('\n');
  g_clear_pointer (&follow.begun.here, g_free);
  g_clear_error (&follow.error);
  if (g_cancellable_is_cancelled (cli->deadline))
    return LS_EXIT_OK;      /* --timeout: it was to end then */
  ls_cli_complain (cli, "the agent on %s has gone", ls_client_address (cli->client));
  return LS_EXIT_NO_AGENT;
}

int
ls_verb_logs (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  gboolean follow = ls_arguments_has (cli->arguments, "follow");
  g_autofree char *path = logs_path (cli, follow, &error);
  if (!path)
    return ls_cli_fail (cli, error);
  g_autoptr (GError) unknown = first_unknown (cli, &error);
  if (error)
    return ls_cli_fail (cli, error);
  if (!follow)
    return print_once (cli, path, unknown);
  return unknown ? ls_cli_fail (cli, unknown) : follow_on (cli, path);
}
