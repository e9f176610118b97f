/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/tasks_page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/call.h"
#include "gui/cards/state_icon.h"
#include "gui/model/format.h"
#include "gui/pages/facts.h"
#include "gui/pages/log_view.h"
#include "gui/pages/signal_button.h"
#include "gui/pages/table.h"

struct _LsTasksPage {
  LsPage parent_instance;
  LsTaskItem *shown;           /* nullable */
  gulong shown_handler;
  char *search;
  AdwLeaflet *leaflet;
  LsTable *table;
  GtkStack *detail_stack;
  GtkImage *state_icon;
  GtkLabel *name_label;
  GtkButton *stop_button, *remove_button;
  LsSignalButton *signal_button;
  LsFacts *facts;
  GtkBox *input_box;
  GtkEntry *input_entry;
  LsLogView *output;
};

G_DEFINE_FINAL_TYPE (LsTasksPage, ls_tasks_page, LS_TYPE_PAGE)

/* --- the table --- */

static const LsTask *
task_of (gpointer item)
{
  return ls_task_item_get (LS_TASK_ITEM (item));
}

static char *
text_of (gpointer item, const char *property)
{
  char *text = NULL;
  g_object_get (item, property, &text, NULL);
  return text ? text : g_strdup ("");
}

static char *name_text (gpointer item) { return g_strdup (task_of (item)->name); }
static char *id_text (gpointer item) { return g_strdup (task_of (item)->id); }
static char *command_text (gpointer item) { return text_of (item, "command-text"); }

static char *
state_text (gpointer item)
{
  g_autofree char *exit_text = text_of (item, "exit-text");
  const LsTask *task = task_of (item);
  if (task->state == LS_TASK_FAILED && *exit_text)
    return g_steal_pointer (&exit_text);
  return g_strdup (ls_task_state_name (task->state));
}

static const char *
state_css (gpointer item)
{
  switch (task_of (item)->state) {
  case LS_TASK_RUNNING: return "success";
  case LS_TASK_FAILED:
  case LS_TASK_TIMED_OUT: return "error";
  default: return "dim-label";
  }
}

static char *
cpu_text (gpointer item)
{
  double cpu;
  g_object_get (item, "cpu", &cpu, NULL);
  return ls_text_percent (cpu);
}

static char *
memory_text (gpointer item)
{
  double rss;
  g_object_get (item, "rss", &rss, NULL);
  return ls_text_bytes (rss);
}

static gint64
elapsed_ms (const LsTask *task)
{
  gint64 end = task->ended_at > 0 ? task->ended_at : g_get_real_time () / 1000;
  return task->started_at > 0 ? end - task->started_at : 0;
}

static char *
elapsed_text (gpointer item)
{
  return ls_text_elapsed (elapsed_ms (task_of (item)));
}

static int
compare_property (gconstpointer a, gconstpointer b, const char *property)
{
  double value_a, value_b;
  g_object_get ((gpointer) a, property, &value_a, NULL);
  g_object_get ((gpointer) b, property, &value_b, NULL);
  return (value_a > value_b) - (value_a < value_b);
}

static int
compare_cpu (gconstpointer a, gconstpointer b, gpointer unused)
{
  return compare_property (a, b, "cpu");
}

static int
compare_memory (gconstpointer a, gconstpointer b, gpointer unused)
{
  return compare_property (a, b, "rss");
}

static int
compare_elapsed (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 elapsed_a = elapsed_ms (task_of ((gpointer) a)), elapsed_b = elapsed_ms (task_of ((gpointer) b));
  return (elapsed_a > elapsed_b) - (elapsed_a < elapsed_b);
}

/* "t9" before "t10". */
static int
compare_id (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 id_a = g_ascii_strtoll (task_of ((gpointer) a)->id + 1, NULL, 10), id_b = g_ascii_strtoll (task_of ((gpointer) b)->id + 1, NULL, 10);
  return (id_a > id_b) - (id_a < id_b);
}

static const LsColumn columns[] = {
  { N_("ID"), 5, FALSE, 560, id_text, NULL, compare_id },
  { N_("Name"), 12, FALSE, 0, name_text, NULL, NULL },
  { N_("State"), 12, FALSE, 0, state_text, state_css, NULL },
  { N_("CPU"), 6, TRUE, 0, cpu_text, NULL, compare_cpu },
  { N_("Memory"), 8, TRUE, 500, memory_text, NULL, compare_memory },
  { N_("Elapsed"), 8, TRUE, 500, elapsed_text, NULL, compare_elapsed },
  { N_("Command"), 0, FALSE, 560, command_text, NULL, NULL },
};

/* --- the detail --- */

static void
add_usage (LsTasksPage *page, const LsTask *task)
{
  if (!task->exit.at)
    return;
  ls_facts_take (page->facts, _("CPU time"), ls_text_us ((double) task->exit.cpu_ms * 1000));
  ls_facts_take (page->facts, _("Peak memory"), ls_text_bytes ((double) task->exit.max_rss));
}

static void
show_facts (LsTasksPage *page)
{
  const LsTask *task = ls_task_item_get (page->shown);
  g_autofree char *command = text_of (page->shown, "command-text"), *exit_text = text_of (page->shown, "exit-text");
  gboolean ended = ls_task_state_is_final (task->state);
  ls_facts_begin (page->facts);
  ls_facts_add (page->facts, _("State"), ls_task_state_name (task->state));
  ls_facts_add (page->facts, _("Why"), task->reason);
  ls_facts_add (page->facts, _("Exit"), exit_text);
  ls_facts_add (page->facts, _("Command"), command);
  ls_facts_add (page->facts, _("Folder"), task->spec.cwd);
  if (task->instance.pid > 0 && !ended)
    ls_facts_take (page->facts, _("Process"), g_strdup_printf ("%d", (int) task->instance.pid));
  if (task->started_at > 0)
    ls_facts_take (page->facts, _("Started"), ls_text_clock (task->started_at));
  ls_facts_take (page->facts, ended ? _("Ran for") : _("Runs for"), elapsed_text (page->shown));
  if (!ended) {
    ls_facts_take (page->facts, _("CPU"), cpu_text (page->shown));
    ls_facts_take (page->facts, _("Memory"), memory_text (page->shown));
  }
  add_usage (page, task);
  ls_facts_take (page->facts, _("Wrote"), ls_text_bytes ((double) (task->stdout_bytes + task->stderr_bytes)));
  ls_facts_end (page->facts);
}

static void
show_task (LsTasksPage *page)
{
  const LsTask *task = ls_task_item_get (page->shown);
  gboolean runs = !ls_task_state_is_final (task->state);
  g_autofree char *title = g_strdup_printf ("%s  %s", task->name, task->id);
  ls_state_icon_show (page->state_icon, ls_task_state_name (task->state));
  gtk_label_set_text (page->name_label, title);
  gtk_widget_set_sensitive (GTK_WIDGET (page->stop_button), runs);
  gtk_widget_set_tooltip_text (GTK_WIDGET (page->stop_button),
                               runs ? _("SIGTERM, then SIGKILL if it does not end in time") : _("It has ended already"));
  gtk_widget_set_sensitive (GTK_WIDGET (page->signal_button), runs);
  gtk_widget_set_visible (GTK_WIDGET (page->input_box), runs && task->spec.stdin_mode == LS_STDIN_OPEN);
  show_facts (page);
}

static void
choose (LsTasksPage *page, LsTaskItem *item)
{
  if (page->shown == item)
    return;
  if (page->shown)
    g_clear_signal_handler (&page->shown_handler, page->shown);
  g_set_object (&page->shown, item);
  gtk_stack_set_visible_child_name (page->detail_stack, item ? "task" : "none");
  if (!item)
    return;
  page->shown_handler = g_signal_connect_swapped (item, "notify::revision", G_CALLBACK (show_task), page);
  show_task (page);
  ls_log_view_follow (page->output, ls_page_client (LS_PAGE (page)), ls_item_key (LS_ITEM (item)), NULL);
}

static void
selected (LsTasksPage *page, LsTaskItem *item)
{
  if (!item)
    adw_leaflet_navigate (page->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
  choose (page, item);
}

static void
activated (LsTasksPage *page, LsTaskItem *item)
{
  choose (page, item);
  adw_leaflet_navigate (page->leaflet, ADW_NAVIGATION_DIRECTION_FORWARD);
}

static void
back (LsTasksPage *page)
{
  adw_leaflet_navigate (page->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

/* --- wishes --- */

/* POST, or DELETE when @verb is NULL, of the task @item; @refused says what did not happen. */
static void
ask (LsTasksPage *page, LsTaskItem *item, const char *verb, json_t *body, const char *refused)
{
  const LsTask *task = ls_task_item_get (item);
  g_autofree char *path = verb ? g_strdup_printf ("/v1/tasks/%s/%s", task->id, verb) : g_strdup_printf ("/v1/tasks/%s", task->id);
  ls_call (GTK_WIDGET (page), ls_page_client (LS_PAGE (page)), verb ? "POST" : "DELETE", path, body, refused, NULL, NULL);
}

static json_t *
with_instance (LsTaskItem *item)
{
  g_autofree char *instance = ls_task_item_instance (item);
  return instance ? json_pack ("{s:s}", "instance", instance) : json_object ();
}

static void
stop (LsTasksPage *page)
{
  ask (page, page->shown, "stop", with_instance (page->shown), _("The task was not stopped"));
}

static void
signal_picked (LsTasksPage *page, const char *name)
{
  json_t *body = with_instance (page->shown);
  json_object_set_new (body, "signal", json_string (name));
  ask (page, page->shown, "signal", body, _("The task was not signalled"));
}

static void
remove_task (LsTasksPage *page)
{
  ask (page, page->shown, NULL, NULL, _("The task was not removed"));
}

static void
remove_ended (GtkWidget *widget, const char *action, GVariant *parameter)
{
  LsTasksPage *page = LS_TASKS_PAGE (widget);
  GListModel *tasks = ls_store_tasks (ls_page_store (LS_PAGE (page)));
  for (guint i = 0; i < g_list_model_get_n_items (tasks); i++) {
    g_autoptr (LsTaskItem) item = g_list_model_get_item (tasks, i);
    if (ls_task_state_is_final (ls_task_item_get (item)->state))
      ask (page, item, NULL, NULL, _("The task was not removed"));
  }
}

static void
input_sent (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsTasksPage) page = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) answer = ls_client_open_finish (LS_CLIENT (source), result, &error);
  if (error)
    ls_call_refused (GTK_WIDGET (page), _("The input was not sent"), error);
}

static void
give_input (LsTasksPage *page, GBytes *bytes, gboolean close)
{
  g_autofree char *path = g_strdup_printf ("/v1/tasks/%s/input%s", ls_item_key (LS_ITEM (page->shown)), close ? "?close=1" : "");
  LsClient *client = ls_page_client (LS_PAGE (page));
  if (client)
    ls_client_open_async (client, "POST", path, bytes, "application/octet-stream", NULL, input_sent, g_object_ref (page));
}

static void
send_input (LsTasksPage *page)
{
  char *line = g_strdup_printf ("%s\n", gtk_editable_get_text (GTK_EDITABLE (page->input_entry)));
  g_autoptr (GBytes) bytes = g_bytes_new_take (line, strlen (line));
  give_input (page, bytes, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (page->input_entry), "");
}

static void
end_input (LsTasksPage *page)
{
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  give_input (page, nothing, TRUE);
}

/* --- page --- */

static gboolean
is_found (gpointer item, gpointer user)
{
  LsTasksPage *page = user;
  g_autofree char *command = command_text (item);
  return !page->search || !*page->search || strstr (command, page->search) || strstr (task_of (item)->name, page->search)
         || g_str_equal (task_of (item)->id, page->search);
}

static void
tasks_changed (LsTasksPage *page)
{
  ls_page_refresh (LS_PAGE (page));
  if (page->shown && !ls_store_find_task (ls_page_store (LS_PAGE (page)), ls_item_key (LS_ITEM (page->shown))))
    choose (page, NULL);
}

static gboolean
ls_tasks_page_is_empty (LsPage *page)
{
  return g_list_model_get_n_items (ls_store_tasks (ls_page_store (page))) == 0;
}

static void
ls_tasks_page_bind (LsPage *base, LsStore *store)
{
  LsTasksPage *page = LS_TASKS_PAGE (base);
  ls_table_set_filter (page->table, is_found, page);
  ls_table_set_model (page->table, ls_store_tasks (store));
  g_signal_connect_object (ls_store_tasks (store), "items-changed", G_CALLBACK (tasks_changed), page, G_CONNECT_SWAPPED);
}

static void
ls_tasks_page_sampled (LsPage *base)
{
  LsTasksPage *page = LS_TASKS_PAGE (base);
  ls_table_renew (page->table);
  if (page->shown)
    show_facts (page);
}

static void
ls_tasks_page_search (LsPage *base, const char *text)
{
  LsTasksPage *page = LS_TASKS_PAGE (base);
  g_free (page->search);
  page->search = g_strdup (text);
  ls_table_set_filter (page->table, is_found, page);
}

static void
ls_tasks_page_show_target (LsPage *base, const char *target)
{
  LsTasksPage *page = LS_TASKS_PAGE (base);
  LsTaskItem *item = target ? ls_store_find_task (ls_page_store (base), target) : NULL;
  if (!item)
    return;
  ls_table_select (page->table, item);
  activated (page, item);
}

static void
ls_tasks_page_dispose (GObject *object)
{
  LsTasksPage *page = LS_TASKS_PAGE (object);
  if (page->shown)
    g_clear_signal_handler (&page->shown_handler, page->shown);
  g_clear_object (&page->shown);
  g_clear_pointer (&page->search, g_free);
  G_OBJECT_CLASS (ls_tasks_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/tasks_page.ui");
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, table);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, detail_stack);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, state_icon);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, name_label);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, stop_button);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, remove_button);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, signal_button);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, facts);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, input_box);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, input_entry);
  gtk_widget_class_bind_template_child (widget_class, LsTasksPage, output);
  gtk_widget_class_bind_template_callback (widget_class, selected);
  gtk_widget_class_bind_template_callback (widget_class, activated);
  gtk_widget_class_bind_template_callback (widget_class, back);
  gtk_widget_class_bind_template_callback (widget_class, stop);
  gtk_widget_class_bind_template_callback (widget_class, signal_picked);
  gtk_widget_class_bind_template_callback (widget_class, remove_task);
  gtk_widget_class_bind_template_callback (widget_class, send_input);
  gtk_widget_class_bind_template_callback (widget_class, end_input);
}

static void
ls_tasks_page_class_init (LsTasksPageClass *klass)
{
  LsPageClass *page_class = LS_PAGE_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_tasks_page_dispose;
  page_class->bind = ls_tasks_page_bind;
  page_class->sampled = ls_tasks_page_sampled;
  page_class->is_empty = ls_tasks_page_is_empty;
  page_class->search = ls_tasks_page_search;
  page_class->show_target = ls_tasks_page_show_target;
  g_type_ensure (LS_TYPE_TABLE);
  g_type_ensure (LS_TYPE_FACTS);
  g_type_ensure (LS_TYPE_LOG_VIEW);
  g_type_ensure (LS_TYPE_SIGNAL_BUTTON);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "tasks.remove-ended", NULL, remove_ended);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
ls_tasks_page_init (LsTasksPage *page)
{
  gtk_widget_init_template (GTK_WIDGET (page));
  ls_table_set_columns (page->table, columns, G_N_ELEMENTS (columns));
  ls_log_view_set_show_source (page->output, FALSE);
}
