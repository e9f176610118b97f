/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/demo.h"

#include <glib/gi18n.h>

#include "base/error.h"
#include "config.h"
#include "gui/call.h"
#include "gui/window.h"

#define TRAFFIC "demo-traffic"
#define FIRST_PORT 8080u      /* as data/demo.conf has it */
#define LAST_PORT 8099u

static gboolean
is_traffic (LsTaskItem *item)
{
  const LsTask *task = ls_task_item_get (item);
  return g_strcmp0 (task->name, TRAFFIC) == 0 && !ls_task_state_is_final (task->state);
}

LsTaskItem *
ls_demo_task (LsStore *store)
{
  GListModel *tasks = ls_store_tasks (store);
  for (guint i = 0; i < g_list_model_get_n_items (tasks); i++) {
    g_autoptr (LsTaskItem) item = g_list_model_get_item (tasks, i);
    if (is_traffic (item))
      return item;      /* the list holds it */
  }
  return NULL;
}

/* The installed one, else the one of the source tree that this was built in. (transfer full) */
static char *
read_config (GError **error)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program ? g_path_get_dirname (program) : NULL;
  g_autofree char *in_tree = folder ? g_build_filename (folder, "..", "..", "data", "demo.conf", NULL) : NULL;
  char *text = NULL;
  if (g_file_get_contents (LS_DATA_DIR "/demo.conf", &text, NULL, NULL) || (in_tree && g_file_get_contents (in_tree, &text, NULL, NULL)))
    return text;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, _("The demo is not installed: there is no %s."), LS_DATA_DIR "/demo.conf");
  return NULL;
}

/* --- where it listens: its own port may be taken, on the computer of the agent --- */

typedef struct {
  GWeakRef widget;
  char *text;
  guint port;
} Attempt;

static void
attempt_free (Attempt *attempt)
{
  g_weak_ref_clear (&attempt->widget);
  g_free (attempt->text);
  g_free (attempt);
}

static void try_port (Attempt *attempt, LsClient *client);

static void
tried (GObject *source, GAsyncResult *result, gpointer user)
{
  Attempt *attempt = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&attempt->widget);
  g_autoptr (json_t) answer = ls_client_call_finish (LS_CLIENT (source), result, NULL, &error);
  if (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT) && attempt->port < LAST_PORT) {
    attempt->port++;
    try_port (attempt, LS_CLIENT (source));
    return;
  }
  if (widget && error) {
    ls_call_refused (widget, _("The demo did not start"), error);
  } else if (widget && attempt->port != FIRST_PORT) {
    g_autofree char *text = g_strdup_printf (_("Port %u is busy: the demo listens on %u"), FIRST_PORT, attempt->port);
    ls_window_notice (widget, text, FALSE);
  }
  attempt_free (attempt);
}

static void
try_port (Attempt *attempt, LsClient *client)
{
  g_autoptr (GString) text = g_string_new (attempt->text);
  g_autofree char *own = g_strdup_printf ("127.0.0.1:%u", FIRST_PORT), *now = g_strdup_printf ("127.0.0.1:%u", attempt->port);
  g_string_replace (text, own, now, 0);
  g_autoptr (json_t) body = json_pack ("{s:s}", "text", text->str);
  ls_client_call_async (client, "POST", "/v1/apply", body, NULL, NULL, tried, attempt);
}

void
ls_demo_start (GtkWidget *widget, LsStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = read_config (&error);
  if (!text) {
    ls_window_notice (widget, error->message, TRUE);
    return;
  }
  if (!ls_store_client (store))
    return;
  Attempt *attempt = g_new0 (Attempt, 1);
  g_weak_ref_init (&attempt->widget, widget);
  attempt->text = g_steal_pointer (&text);
  attempt->port = FIRST_PORT;
  try_port (attempt, ls_store_client (store));
}

void
ls_demo_stop (GtkWidget *widget, LsStore *store)
{
  GListModel *tasks = ls_store_tasks (store);
  for (guint i = 0; i < g_list_model_get_n_items (tasks); i++) {
    g_autoptr (LsTaskItem) item = g_list_model_get_item (tasks, i);
    if (!is_traffic (item))
      continue;
    g_autofree char *path = g_strdup_printf ("/v1/tasks/%s/stop", ls_task_item_get (item)->id);
    ls_call (widget, ls_store_client (store), "POST", path, NULL, _("The demo traffic was not stopped"), NULL, NULL);
  }
}

void
ls_demo_add_load (GtkWidget *widget, LsStore *store)
{
  LsTaskItem *item = ls_demo_task (store);
  if (!item)
    return;
  json_t *body = json_pack ("{s:s,s:o}", "name", TRAFFIC, "spec", ls_task_spec_to_json (&ls_task_item_get (item)->spec));
  ls_call (widget, ls_store_client (store), "POST", "/v1/tasks", body, _("No load was added"), NULL, NULL);
}
