/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/verbs.h"
#include "client/events.h"

#include <stdio.h>

typedef struct {
  LsCli *cli;
  GError *error;          /* why it never began */
  gboolean begun, over;
} Watch;

static char *
clock_time (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  return g_date_time_format (now, "%H:%M:%S");
}

/* "worker web.2 ready: killed by SIGKILL, replaced in 84 ms" */
static void
print_change (LsCli *cli, json_t *event)
{
  json_t *resource = json_object_get (event, "resource"), *status = json_object_get (resource, "status");
  const char *kind = json_string_value (json_object_get (event, "kind")), *op = json_string_value (json_object_get (event, "op"));
  json_t *of = json_object_get (resource, "state") ? resource : status;
  const char *state = json_string_value (json_object_get (of, "state")), *reason = json_string_value (json_object_get (of, "reason"));
  const char *instance = json_string_value (json_object_get (resource, "instance")), *verb = json_string_value (json_object_get (resource, "verb"));
  const char *target = json_string_value (json_object_get (resource, "target"));
  gboolean removed = g_strcmp0 (op, "removed") == 0;
  /* What it is about: the process of a worker, what an operation does. */
  g_autofree char *about = verb && target ? g_strdup_printf (" (%s of %s)", verb, target) : instance ? g_strdup_printf (" (%s)", instance) : g_strdup ("");
  const char *why = removed ? NULL : reason;
  g_autofree char *time = clock_time ();
  g_autofree char *word = ls_text_toned (removed ? "removed" : state ? state : "?", removed ? LS_TONE_DIM : ls_state_tone (state), cli->color);
  g_autofree char *dim = ls_text_toned (time, LS_TONE_DIM, cli->color);
  printf ("%s %s %s%s %s%s%s\n", dim, kind ? kind : "?", ls_cli_name_of (resource) ? ls_cli_name_of (resource) : "?", about, word, why ? ": " : "",
          why ? why : "");
}

static void
print_message (LsCli *cli, json_t *event)
{
  g_autofree char *time = clock_time ();
  g_autofree char *text = ls_json_to_text (json_object_get (event, "message"));
  const char *id = json_string_value (json_object_get (event, "id"));
  printf ("%s message from %s: %s\n", time, id ? id : "?", text ? text : "");
}

static void
on_event (LsEventStream *stream, const char *type, gpointer data, gpointer user)
{
  Watch *watch = user;
  json_t *event = data;
  watch->begun = TRUE;
  if (watch->cli->format != LS_FORMAT_TABLE)
    {
      g_autoptr (json_t) line = json_pack ("{s:s,s:O}", "type", type, "data", event);
      g_autofree char *text = ls_json_to_text (line);
      puts (text);
    }
  else if (g_str_equal (type, "change"))
    print_change (watch->cli, event);
  else if (g_str_equal (type, "message"))
    print_message (watch->cli, event);
  fflush (stdout);
}

static void
on_lost (LsEventStream *stream, const GError *why, gpointer user)
{
  Watch *watch = user;
  if (watch->begun)
    {
      ls_cli_complain (watch->cli, "%s; trying again …", why->message);
      return;
    }
  watch->error = g_error_copy (why);
  watch->over = TRUE;
}

int
ls_verb_events (LsCli *cli)
{
  Watch watch = { .cli = cli };
  g_autoptr (LsEventStream) stream = ls_event_stream_new (cli->client, "change,message", 0);
  g_signal_connect (stream, "event", G_CALLBACK (on_event), &watch);
  g_signal_connect (stream, "lost", G_CALLBACK (on_lost), &watch);
  ls_event_stream_start (stream);
  /* Until it is interrupted, or --timeout is over. */
  while (!watch.over && !g_cancellable_is_cancelled (cli->deadline))
    g_main_context_iteration (NULL, TRUE);
  ls_event_stream_stop (stream);
  if (!watch.error)
    return LS_EXIT_OK;
  g_autoptr (GError) error = watch.error;
  return ls_cli_fail (cli, error);
}
