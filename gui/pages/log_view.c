/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/log_view.h"

#include <glib/gi18n.h>

#include "gui/model/log_feed.h"
#include "gui/model/log_line.h"

/* So near to the end counts as the end, in pixels. */
#define END_SLACK 24
#define CLOCK_CHARS 8
#define SOURCE_CHARS 10

struct _LsLogView {
  AdwBin parent_instance;
  LsLogFeed *feed;
  char *source, *stream, *search;
  gboolean show_source;
  gboolean following;
  gboolean live;                 /* the feed follows: only in view */
  guint scroll_source;
  GtkCustomFilter *filter;
  GtkMultiSelection *selection;
  GtkStack *stack;
  GtkLabel *none_label;
  GtkScrolledWindow *scroller;
  GtkListView *list;
  GtkRevealer *end_revealer;
};

G_DEFINE_FINAL_TYPE (LsLogView, ls_log_view, ADW_TYPE_BIN)

/* --- rows --- */

static GtkWidget *
add_cell (GtkWidget *row, guint chars, const char *css)
{
  GtkWidget *cell = gtk_inscription_new (NULL);
  if (chars > 0) {
    gtk_inscription_set_min_chars (GTK_INSCRIPTION (cell), chars);
    gtk_inscription_set_nat_chars (GTK_INSCRIPTION (cell), chars);
  } else {
    gtk_inscription_set_min_chars (GTK_INSCRIPTION (cell), 10);
    gtk_widget_set_hexpand (cell, TRUE);
  }
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (cell), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  if (css)
    gtk_widget_add_css_class (cell, css);
  gtk_box_append (GTK_BOX (row), cell);
  return cell;
}

static void
row_setup (GtkSignalListItemFactory *factory, GtkListItem *item, LsLogView *view)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  add_cell (row, CLOCK_CHARS, "dim-label");
  if (view->show_source)
    add_cell (row, SOURCE_CHARS, "dim-label");
  add_cell (row, 0, NULL);
  gtk_list_item_set_child (item, row);
}

static void
row_bind (GtkSignalListItemFactory *factory, GtkListItem *item, LsLogView *view)
{
  LsLogLine *line = gtk_list_item_get_item (item);
  GtkWidget *row = gtk_list_item_get_child (item);
  GtkWidget *text = gtk_widget_get_last_child (row), *source = gtk_widget_get_prev_sibling (text);
  g_autofree char *clock = NULL;
  g_object_get (line, "clock", &clock, NULL);
  gtk_inscription_set_text (GTK_INSCRIPTION (gtk_widget_get_first_child (row)), clock);
  if (view->show_source)
    gtk_inscription_set_text (GTK_INSCRIPTION (source), ls_log_line_source (line));
  gtk_inscription_set_text (GTK_INSCRIPTION (text), ls_log_line_text (line));
  gtk_widget_set_tooltip_text (text, ls_log_line_is_stderr (line) ? _("Written to standard error") : NULL);
  if (ls_log_line_is_stderr (line))
    gtk_widget_add_css_class (row, "stderr");
  else
    gtk_widget_remove_css_class (row, "stderr");
}

/* --- staying at the end --- */

static gboolean
is_at_end (LsLogView *view)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (view->scroller);
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
  return gtk_adjustment_get_value (adjustment) >= end - END_SLACK;
}

static gboolean
scroll_to_end (gpointer user)
{
  LsLogView *view = user;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (view->selection));
  view->scroll_source = 0;
  if (n > 0)
    gtk_widget_activate_action (GTK_WIDGET (view->list), "list.scroll-to-item", "u", n - 1);
  return G_SOURCE_REMOVE;
}

static void
set_following (LsLogView *view, gboolean following)
{
  view->following = following;
  gtk_revealer_set_reveal_child (view->end_revealer, !following);
  if (following && view->scroll_source == 0)
    view->scroll_source = g_idle_add (scroll_to_end, view);
}

/* A person scrolled: by wheel, bar or key. The list's own growth never moves the value backwards. */
static void
scrolled (LsLogView *view, GtkAdjustment *adjustment)
{
  if (view->scroll_source == 0)
    set_following (view, is_at_end (view));
}

static void
go_to_end (LsLogView *view)
{
  set_following (view, TRUE);
}

static void
show_lines_or_none (LsLogView *view)
{
  gboolean any = g_list_model_get_n_items (G_LIST_MODEL (view->selection)) > 0;
  gboolean searching = view->search && *view->search;
  gtk_label_set_text (view->none_label, searching ? _("No line contains what you search for.") : _("Nothing was written."));
  gtk_stack_set_visible_child_name (view->stack, any ? "lines" : "none");
}

static void
lines_changed (LsLogView *view)
{
  show_lines_or_none (view);
  if (view->following && view->scroll_source == 0)
    view->scroll_source = g_idle_add (scroll_to_end, view);
}

/* --- what is selected --- */

static gboolean
copy_selection (GtkWidget *widget, GVariant *arguments, gpointer user)
{
  LsLogView *view = LS_LOG_VIEW (widget);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (view->selection));
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint64 i = 0; i < gtk_bitset_get_size (selected); i++) {
    g_autoptr (LsLogLine) line = g_list_model_get_item (G_LIST_MODEL (view->selection), gtk_bitset_get_nth (selected, (guint) i));
    g_autofree char *row = ls_log_line_copy_text (line);
    g_string_append_printf (text, "%s\n", row);
  }
  if (text->len > 0)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text->str);
  return TRUE;
}

static gboolean
matches (gpointer item, gpointer user)
{
  LsLogView *view = user;
  return !view->search || ls_log_line_matches (item, view->search);
}

/* --- only in view --- */

static void
start (LsLogView *view)
{
  view->live = TRUE;
  set_following (view, TRUE);
  ls_log_feed_follow (view->feed, view->source, view->stream);
}

static void
ls_log_view_map (GtkWidget *widget)
{
  LsLogView *view = LS_LOG_VIEW (widget);
  GTK_WIDGET_CLASS (ls_log_view_parent_class)->map (widget);
  if (view->feed && !view->live)
    start (view);
}

static void
ls_log_view_unmap (GtkWidget *widget)
{
  LsLogView *view = LS_LOG_VIEW (widget);
  if (view->feed)
    ls_log_feed_stop (view->feed);
  view->live = FALSE;
  GTK_WIDGET_CLASS (ls_log_view_parent_class)->unmap (widget);
}

/* --- object --- */

static void
ls_log_view_dispose (GObject *object)
{
  LsLogView *view = LS_LOG_VIEW (object);
  g_clear_handle_id (&view->scroll_source, g_source_remove);
  if (view->feed)
    ls_log_feed_stop (view->feed);
  g_clear_object (&view->feed);
  g_clear_object (&view->selection);
  g_clear_object (&view->filter);
  G_OBJECT_CLASS (ls_log_view_parent_class)->dispose (object);
}

static void
ls_log_view_finalize (GObject *object)
{
  LsLogView *view = LS_LOG_VIEW (object);
  g_free (view->source);
  g_free (view->stream);
  g_free (view->search);
  G_OBJECT_CLASS (ls_log_view_parent_class)->finalize (object);
}

static void
ls_log_view_class_init (LsLogViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->dispose = ls_log_view_dispose;
  object_class->finalize = ls_log_view_finalize;
  widget_class->map = ls_log_view_map;
  widget_class->unmap = ls_log_view_unmap;
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/log_view.ui");
  gtk_widget_class_bind_template_child (widget_class, LsLogView, stack);
  gtk_widget_class_bind_template_child (widget_class, LsLogView, none_label);
  gtk_widget_class_bind_template_child (widget_class, LsLogView, scroller);
  gtk_widget_class_bind_template_child (widget_class, LsLogView, list);
  gtk_widget_class_bind_template_child (widget_class, LsLogView, end_revealer);
  gtk_widget_class_bind_template_callback (widget_class, row_setup);
  gtk_widget_class_bind_template_callback (widget_class, row_bind);
  gtk_widget_class_bind_template_callback (widget_class, go_to_end);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, copy_selection, NULL);
}

static void
ls_log_view_init (LsLogView *view)
{
  gtk_widget_init_template (GTK_WIDGET (view));
  view->show_source = TRUE;
  view->following = TRUE;
  view->filter = gtk_custom_filter_new (matches, view, NULL);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (view->scroller), "value-changed", G_CALLBACK (scrolled), view,
                           G_CONNECT_SWAPPED);
  gtk_stack_set_visible_child_name (view->stack, "none");
}

/* --- for pages --- */

/* Lines → those that match → what is selected. Made once, when the client is known. */
static void
make_list (LsLogView *view, LsClient *client)
{
  view->feed = ls_log_feed_new (client);
  GtkFilterListModel *filtered =
    gtk_filter_list_model_new (g_object_ref (ls_log_feed_lines (view->feed)), GTK_FILTER (g_object_ref (view->filter)));
  view->selection = gtk_multi_selection_new (G_LIST_MODEL (filtered));
  gtk_list_view_set_model (view->list, GTK_SELECTION_MODEL (view->selection));
  g_signal_connect_object (view->selection, "items-changed", G_CALLBACK (lines_changed), view, G_CONNECT_SWAPPED);
}

void
ls_log_view_follow (LsLogView *view, LsClient *client, const char *source, const char *stream)
{
  if (!view->feed)
    make_list (view, client);
  char *new_source = g_strdup (source), *new_stream = g_strdup (stream);
  g_free (view->source);
  g_free (view->stream);
  view->source = new_source;
  view->stream = new_stream;
  show_lines_or_none (view);
  if (gtk_widget_get_mapped (GTK_WIDGET (view)))
    start (view);
}

void
ls_log_view_reload (LsLogView *view)
{
  if (view->feed && gtk_widget_get_mapped (GTK_WIDGET (view)))
    start (view);
}

void
ls_log_view_search (LsLogView *view, const char *text)
{
  g_free (view->search);
  view->search = g_utf8_casefold (text, -1);
  gtk_filter_changed (GTK_FILTER (view->filter), GTK_FILTER_CHANGE_DIFFERENT);
  if (view->selection)
    show_lines_or_none (view);
}

void
ls_log_view_set_show_source (LsLogView *view, gboolean show)
{
  view->show_source = show;
}
