/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/keyboard.h"
#include "cli/screen.h"
#include "cli/settings.h"
#include "cli/verbs.h"

#include "base/error.h"
#include "base/text.h"
#include "client/events.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  LsCli *cli;
  LsEventStream *events;
  LsKeyboard *keyboard;      /* NULL: plain text */
  LsSnapshot *snapshot;      /* NULL: none yet */
  LsScreenWish wish;
  char *selected, *notice;
  guint64 frames_left;       /* plain text: 0 is without end */
  gboolean over, lost;
  int status;
} Top;

static void
draw (Top *top)
{
  if (!top->snapshot)
    return;
  if (top->keyboard)
    ls_cli_terminal_size (&top->wish.width, &top->wish.height);
  top->wish.selected = top->keyboard ? top->selected : NULL;
  top->wish.notice = top->notice;
  g_autofree char *text = ls_screen_render (top->snapshot, &top->wish, g_get_real_time () / 1000);
  if (top->keyboard)
    ls_keyboard_draw (top->keyboard, text);
  else
    {
      puts (text);
      fflush (stdout);
    }
}

static void
notice (Top *top, char *text)
{
  g_free (top->notice);
  top->notice = text;
}

/* Keeps the selection on a cluster that is there. */
static void
select_cluster (Top *top, gboolean next)
{
  GPtrArray *clusters = top->snapshot->clusters;
  guint index = 0;
  for (guint i = 0; i < clusters->len; i++)
    if (g_strcmp0 (((const LsCluster *) g_ptr_array_index (clusters, i))->name, top->selected) == 0)
      index = next ? (i + 1) % clusters->len : i;
  g_clear_pointer (&top->selected, g_free);
  if (clusters->len > 0)
    top->selected = g_strdup (((const LsCluster *) g_ptr_array_index (clusters, index))->name);
}

static void
scaled (GObject *source, GAsyncResult *result, gpointer data)
{
  Top *top = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) answer = ls_client_call_finish (LS_CLIENT (source), result, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error)
    notice (top, g_strdup (error->message));
  draw (top);
}

static void
scale (Top *top, const char *step)
{
  const LsCluster *cluster = top->selected ? ls_snapshot_find_cluster (top->snapshot, top->selected) : NULL;
  g_autoptr (GError) error = NULL;
  if (!cluster)
    return;
  json_t *workers = ls_settings_scale (step, cluster->spec.workers.min, cluster->spec.workers.max, "workers", &error);
  if (!workers)
    {
      notice (top, g_strdup (error->message));
      return;
    }
  g_autoptr (json_t) body = json_pack ("{s:o}", "workers", workers);
  g_autofree char *path = ls_target_path (LS_TARGET_NAME, cluster->name, "clusters", NULL);
  ls_client_call_async (top->cli->client, "PATCH", path, body, NULL, top->cli->deadline, scaled, top);
}

static void
on_key (void *user, char key)
{
  Top *top = user;
  static const char sorts[] = "ncmr";      /* in the order of LsSort */
  const char *sort = key ? strchr (sorts, key) : NULL;
  if (key == 'q' || key == 'Q')
    {
      top->over = TRUE;
      return;
    }
  if (!top->snapshot)
    return;
  if (key)
    notice (top, NULL);
  if (sort)
    top->wish.sort = (LsSort) (sort - sorts);
  else if (key == 'p' || key == ' ')
    top->wish.paused = !top->wish.paused;
  else if (key == '\t')
    select_cluster (top, TRUE);
  else if (key == '+' || key == '-')
    scale (top, key == '+' ? "+1" : "-1");
  draw (top);
}

/* A plain frame is one sample's. */
static void
count_frame (Top *top)
{
  draw (top);
  if (top->frames_left > 0 && --top->frames_left == 0)
    top->over = TRUE;
}

static void
on_event (LsEventStream *stream, const char *type, gpointer json, gpointer user)
{
  Top *top = user;
  if (g_str_equal (type, "snapshot"))
    {
      LsSnapshot *snapshot = ls_snapshot_from_json (json, NULL);
      if (!snapshot)
        return;
      ls_snapshot_free (top->snapshot);
      top->snapshot = snapshot;
      select_cluster (top, FALSE);
    }
  /* Paused: what is on the screen stays. The stream goes on, so that nothing has to be caught up. */
  if (!top->snapshot || (top->wish.paused && !g_str_equal (type, "change")) || !ls_snapshot_apply (top->snapshot, type, json, NULL))
    return;
  select_cluster (top, FALSE);
  if (top->keyboard && !top->wish.paused)
    draw (top);
  else if (!top->keyboard && g_str_equal (type, "sample"))
    count_frame (top);
}

static void
on_lost (LsEventStream *stream, const GError *why, gpointer user)
{
  Top *top = user;
  if (!top->snapshot || !top->keyboard)
    {
      top->status = ls_cli_fail (top->cli, why);
      top->over = TRUE;
      return;
    }
  top->lost = TRUE;
  notice (top, g_strdup_printf ("%s · trying again …", why->message));
  draw (top);
}

static void
on_connected (LsEventStream *stream, gpointer user)
{
  Top *top = user;
  if (top->lost)
    notice (top, NULL);
  top->lost = FALSE;
}

static gboolean
read_options (Top *top, gint64 *ret_interval, GError **error)
{
  LsArguments *arguments = top->cli->arguments;
  const char *count = ls_arguments_text (arguments, "count"), *interval = ls_arguments_text (arguments, "interval");
  g_autoptr (GError) why = NULL;
  if ((count && !ls_parse_uint (count, "-n", 1, G_MAXINT32, &top->frames_left, &why)) || (interval && !ls_parse_duration_ms (interval, ret_interval, &why)))
    {
      g_set_error_literal (error, LS_USAGE_ERROR, 0, why->message);
      return FALSE;
    }
  *ret_interval = CLAMP (*ret_interval, 100, 3600000);
  top->wish.only = ls_cli_word (top->cli, 0);
  top->wish.color = top->cli->color;
  top->wish.agent = ls_client_address (top->cli->client);
  return TRUE;
}

static gboolean
check_target (Top *top, GError **error)
{
  g_autoptr (json_t) resource = top->wish.only ? ls_cli_find (top->cli, top->wish.only, NULL, error) : json_null ();
  if (resource && top->wish.only)
    top->selected = g_strndup (top->wish.only, strcspn (top->wish.only, "."));
  return resource != NULL;
}

int
ls_verb_top (LsCli *cli)
{
  Top top = { .cli = cli };
  g_autoptr (GError) error = NULL;
  gint64 interval = 1000;
  if (!read_options (&top, &interval, &error) || !check_target (&top, &error))
    return ls_cli_fail (cli, error);
  gboolean screen = top.frames_left == 0 && ls_cli_is_terminal (STDIN_FILENO) && ls_cli_is_terminal (STDOUT_FILENO);
  g_autoptr (LsEventStream) events = ls_event_stream_new (cli->client, "sample,change", (guint) interval);
  g_signal_connect (events, "event", G_CALLBACK (on_event), &top);
  g_signal_connect (events, "lost", G_CALLBACK (on_lost), &top);
  g_signal_connect (events, "connected", G_CALLBACK (on_connected), &top);
  /* Nobody answers: said on the screen that stays. */
  g_autoptr (json_t) agent = ls_cli_call (cli, "GET", "/v1/agent", NULL, &error);
  if (!agent)
    return ls_cli_fail (cli, error);
  top.keyboard = screen ? ls_keyboard_new (on_key, &top) : NULL;
  ls_event_stream_start (events);
  while (!top.over && !g_cancellable_is_cancelled (cli->deadline))
    g_main_context_iteration (NULL, TRUE);
  ls_event_stream_stop (events);
  ls_keyboard_free (top.keyboard);
  g_cancellable_cancel (cli->deadline);      /* a PATCH under way has nobody left to tell */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  ls_snapshot_free (top.snapshot);
  g_free (top.selected);
  g_free (top.notice);
  return top.status;
}
