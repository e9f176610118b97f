/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/demo.h"

#include <glib/gi18n.h>

#include "config.h"
#include "gui/call.h"
#include "gui/window.h"

#define TRAFFIC "demo-traffic"

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

void
ls_demo_start (GtkWidget *widget, LsStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = read_config (&error);
  if (!text) {
    ls_window_notice (widget, error->message, TRUE);
    return;
  }
  ls_call (widget, ls_store_client (store), "POST", "/v1/apply", json_pack ("{s:s}", "text", text), _("The demo did not start"), NULL, NULL);
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
