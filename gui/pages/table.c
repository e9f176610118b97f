/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/table.h"

#include <glib/gi18n.h>

#define SORT_EVERY_US (5 * G_USEC_PER_SEC)
#define MINIMUM_WIDTH 300

/* One cell in view. */
typedef struct {
  const LsColumn *column;
  GtkInscription *label;
  gpointer item;           /* borrowed from the list item while bound */
  const char *css;         /* the class it has now */
} Cell;

struct _LsTable {
  AdwBin parent_instance;
  const LsColumn *columns;
  guint n_columns;
  GtkColumnView *view;
  GtkFilterListModel *filtered;
  GtkCustomFilter *filter;
  GtkSortListModel *sorted;
  GtkSingleSelection *selection;
  GPtrArray *cells;        /* Cell, bound ones; not owned */
  GtkEventController *pointer, *focus;
  gboolean (*matches) (gpointer item, gpointer user);
  gpointer matches_user;
  gint64 sorted_at;
  GtkAdjustment *scroll;   /* of the view */
  guint top_tick, top_frames;      /* while it goes back there */
  int width;
};

G_DEFINE_FINAL_TYPE (LsTable, ls_table, ADW_TYPE_BIN)

enum { SELECTED, ACTIVATED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- cells --- */

static void
cell_renew (Cell *cell)
{
  g_autofree char *text = cell->column->text (cell->item);
  const char *css = cell->column->css ? cell->column->css (cell->item) : NULL;
  if (g_strcmp0 (gtk_inscription_get_text (cell->label), text) != 0)
    gtk_inscription_set_text (cell->label, text);
  if (g_strcmp0 (cell->css, css) == 0)
    return;
  if (cell->css)
    gtk_widget_remove_css_class (GTK_WIDGET (cell->label), cell->css);
  if (css)
    gtk_widget_add_css_class (GTK_WIDGET (cell->label), css);
  cell->css = css;
}

static void
cell_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item, const LsColumn *column)
{
  Cell *cell = g_new0 (Cell, 1);
  cell->column = column;
  cell->label = GTK_INSCRIPTION (gtk_inscription_new (NULL));
  gtk_inscription_set_min_chars (cell->label, column->chars > 0 ? column->chars : 6);
  gtk_inscription_set_nat_chars (cell->label, column->chars > 0 ? column->chars : 12);
  gtk_inscription_set_text_overflow (cell->label, GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  if (column->numeric) {
    gtk_inscription_set_xalign (cell->label, 1);
    gtk_widget_add_css_class (GTK_WIDGET (cell->label), "numeric");
  }
  g_object_set_data_full (G_OBJECT (cell->label), "cell", cell, g_free);
  gtk_list_item_set_child (list_item, GTK_WIDGET (cell->label));
}

static Cell *
cell_of (GtkListItem *list_item)
{
  return g_object_get_data (G_OBJECT (gtk_list_item_get_child (list_item)), "cell");
}

static LsTable *
table_of (GtkSignalListItemFactory *factory)
{
  return g_object_get_data (G_OBJECT (factory), "table");
}

static void
cell_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  Cell *cell = cell_of (list_item);
  cell->item = gtk_list_item_get_item (list_item);
  g_ptr_array_add (table_of (factory)->cells, cell);
  cell_renew (cell);
}

static void
cell_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  Cell *cell = cell_of (list_item);
  g_ptr_array_remove_fast (table_of (factory)->cells, cell);
  cell->item = NULL;
}

/* --- columns --- */

static int
compare_text (gconstpointer a, gconstpointer b, gpointer user)
{
  const LsColumn *column = user;
  g_autofree char *text_a = column->text ((gpointer) a), *text_b = column->text ((gpointer) b);
  return g_utf8_collate (text_a, text_b);
}

static GtkColumnViewColumn *
make_column (LsTable *table, const LsColumn *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_object_set_data (G_OBJECT (factory), "table", table);
  g_signal_connect (factory, "setup", G_CALLBACK (cell_setup), (gpointer) column);
  g_signal_connect (factory, "bind", G_CALLBACK (cell_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (cell_unbind), NULL);
  GtkColumnViewColumn *made = gtk_column_view_column_new (_(column->title), factory);
  GtkSorter *sorter = GTK_SORTER (gtk_custom_sorter_new (column->compare ? column->compare : compare_text, (gpointer) column, NULL));
  gtk_column_view_column_set_sorter (made, sorter);
  gtk_column_view_column_set_expand (made, column->chars == 0);
  gtk_column_view_column_set_resizable (made, TRUE);
  g_object_unref (sorter);
  return made;
}

/* Titles stand over their figures. The view has no property for it: its first child is the row of titles, one a column. */
static void
align_titles (LsTable *table)
{
  GtkWidget *titles = gtk_widget_get_first_child (GTK_WIDGET (table->view));
  GtkWidget *title = titles ? gtk_widget_get_first_child (titles) : NULL;
  for (guint i = 0; i < table->n_columns && title; i++, title = gtk_widget_get_next_sibling (title)) {
    GtkWidget *box = gtk_widget_get_first_child (title);
    if (table->columns[i].numeric && box)
      gtk_widget_set_halign (box, GTK_ALIGN_END);
  }
}

void
ls_table_set_columns (LsTable *table, const LsColumn *columns, guint n_columns)
{
  table->columns = columns;
  table->n_columns = n_columns;
  for (guint i = 0; i < n_columns; i++) {
    g_autoptr (GtkColumnViewColumn) column = make_column (table, &columns[i]);
    gtk_column_view_append_column (table->view, column);
    if (i == 0)
      gtk_column_view_sort_by_column (table->view, column, GTK_SORT_ASCENDING);
  }
  align_titles (table);
}

void
ls_table_sort (LsTable *table, guint column, GtkSortType order)
{
  g_autoptr (GtkColumnViewColumn) by = g_list_model_get_item (gtk_column_view_get_columns (table->view), column);
  gtk_column_view_sort_by_column (table->view, by, order);
}

/* Whether a column comes or goes between these widths. */
static gboolean
changes_columns (LsTable *table, int before, int after)
{
  for (guint i = 0; i < table->n_columns; i++)
    if ((table->columns[i].from <= before) != (table->columns[i].from <= after))
      return TRUE;
  return FALSE;
}

/* Those that take what is left, where they are shown; else the last one of words: rows end where the table does. */
static gboolean
takes_the_rest (LsTable *table, guint at)
{
  guint last = 0;
  for (guint i = 0; i < table->n_columns; i++) {
    if (table->columns[i].from > table->width)
      continue;
    if (table->columns[i].chars == 0)
      return table->columns[at].chars == 0;
    if (!table->columns[i].numeric)
      last = i;
  }
  return at == last;
}

static void
show_columns (LsTable *table)
{
  GListModel *columns = gtk_column_view_get_columns (table->view);
  for (guint i = 0; i < table->n_columns; i++) {
    g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);
    gtk_column_view_column_set_visible (column, table->columns[i].from <= table->width);
    gtk_column_view_column_set_expand (column, takes_the_rest (table, i));
  }
}

/* The width is known only while sizes are given out, when nothing may be shown or hidden: so a moment later. */
static gboolean
apply_width (gpointer user)
{
  show_columns (user);
  return G_SOURCE_REMOVE;
}

static void
ls_table_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  LsTable *table = LS_TABLE (widget);
  gboolean changes = changes_columns (table, table->width, width);
  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (table)), width, height, baseline, NULL);
  table->width = width;
  if (changes)
    g_idle_add_full (G_PRIORITY_HIGH_IDLE, apply_width, g_object_ref (table), g_object_unref);
}

/* Wide columns go before the table would keep the window wide. */
static void
ls_table_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                  int *natural_baseline)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (*minimum, MINIMUM_WIDTH);
}

/* --- rows --- */

static gboolean
item_matches (gpointer item, gpointer user)
{
  LsTable *table = user;
  return !table->matches || table->matches (item, table->matches_user);
}

static void
selection_changed (LsTable *table)
{
  g_signal_emit (table, signals[SELECTED], 0, ls_table_selected (table));
}

static void
row_activated (LsTable *table, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (table->selection), position);
  g_signal_emit (table, signals[ACTIVATED], 0, item);
}

static gboolean
is_being_used (LsTable *table)
{
  return gtk_event_controller_motion_contains_pointer (GTK_EVENT_CONTROLLER_MOTION (table->pointer))
         || gtk_event_controller_focus_contains_focus (GTK_EVENT_CONTROLLER_FOCUS (table->focus));
}

static void
sort_again (LsTable *table)
{
  gint64 now = g_get_monotonic_time ();
  GtkSorter *sorter = gtk_column_view_get_sorter (table->view);
  if (now - table->sorted_at < SORT_EVERY_US || is_being_used (table) || !sorter)
    return;
  table->sorted_at = now;
  gtk_sorter_changed (sorter, GTK_SORTER_CHANGE_DIFFERENT);
}

void
ls_table_renew (LsTable *table)
{
  for (guint i = 0; i < table->cells->len; i++)
    cell_renew (g_ptr_array_index (table->cells, i));
  sort_again (table);
}

void
ls_table_set_model (LsTable *table, GListModel *model)
{
  gtk_filter_list_model_set_model (table->filtered, model);
}

void
ls_table_set_filter (LsTable *table, gboolean (*matches) (gpointer item, gpointer user), gpointer user)
{
  table->matches = matches;
  table->matches_user = user;
  gtk_filter_changed (GTK_FILTER (table->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

gpointer
ls_table_selected (LsTable *table)
{
  return gtk_single_selection_get_selected_item (table->selection);
}

void
ls_table_select (LsTable *table, gpointer item)
{
  GListModel *model = G_LIST_MODEL (table->selection);
  if (!item)
    gtk_single_selection_set_selected (table->selection, GTK_INVALID_LIST_POSITION);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (GObject) candidate = g_list_model_get_item (model, i);
    if ((gpointer) candidate == item) {
      gtk_single_selection_set_selected (table->selection, i);
      return;
    }
  }
}

/* --- the top stays the top: the view would rather keep the row that was there --- */

/* Each frame first calls this and then gives out places: so the second call comes when the rows have theirs. */
static gboolean
go_to_top (GtkWidget *widget, GdkFrameClock *clock, gpointer unused)
{
  LsTable *table = LS_TABLE (widget);
  if (++table->top_frames < 2)
    return G_SOURCE_CONTINUE;
  gtk_adjustment_set_value (table->scroll, gtk_adjustment_get_lower (table->scroll));
  table->top_tick = 0;
  return G_SOURCE_REMOVE;
}

static void
keep_top (LsTable *table)
{
  gboolean at_top = gtk_adjustment_get_value (table->scroll) <= gtk_adjustment_get_lower (table->scroll) + 1;
  if (!at_top && !table->top_tick)
    return;
  table->top_frames = 0;
  if (!table->top_tick)
    table->top_tick = gtk_widget_add_tick_callback (GTK_WIDGET (table), go_to_top, NULL, NULL);
}

static void
ls_table_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ls_table_parent_class)->map (widget);
  keep_top (LS_TABLE (widget));
}

/* --- object --- */

static void
ls_table_dispose (GObject *object)
{
  LsTable *table = LS_TABLE (object);
  if (table->top_tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (table), table->top_tick);
  table->top_tick = 0;
  if (table->view)
    gtk_column_view_set_model (table->view, NULL);
  table->view = NULL;
  g_clear_object (&table->selection);
  g_clear_object (&table->filter);
  G_OBJECT_CLASS (ls_table_parent_class)->dispose (object);
}

static void
ls_table_finalize (GObject *object)
{
  LsTable *table = LS_TABLE (object);
  g_ptr_array_unref (table->cells);
  G_OBJECT_CLASS (ls_table_parent_class)->finalize (object);
}

static void
ls_table_class_init (LsTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->dispose = ls_table_dispose;
  object_class->finalize = ls_table_finalize;
  widget_class->size_allocate = ls_table_size_allocate;
  widget_class->measure = ls_table_measure;
  widget_class->map = ls_table_map;
  signals[SELECTED] = g_signal_new ("selected", LS_TYPE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
  signals[ACTIVATED] = g_signal_new ("activated", LS_TYPE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
}

/* The model → what matches → sorted → selected. */
static void
make_models (LsTable *table)
{
  table->filter = gtk_custom_filter_new (item_matches, table, NULL);
  table->filtered = gtk_filter_list_model_new (NULL, GTK_FILTER (g_object_ref (table->filter)));
  GtkSorter *sorter = gtk_column_view_get_sorter (table->view);
  table->sorted = gtk_sort_list_model_new (G_LIST_MODEL (table->filtered), sorter ? g_object_ref (sorter) : NULL);
  table->selection = gtk_single_selection_new (G_LIST_MODEL (table->sorted));
  gtk_single_selection_set_autoselect (table->selection, FALSE);
  gtk_single_selection_set_can_unselect (table->selection, TRUE);
  gtk_column_view_set_model (table->view, GTK_SELECTION_MODEL (table->selection));
  g_signal_connect_object (table->selection, "notify::selected-item", G_CALLBACK (selection_changed), table, G_CONNECT_SWAPPED);
  g_signal_connect_object (table->selection, "items-changed", G_CALLBACK (keep_top), table, G_CONNECT_SWAPPED);
  g_signal_connect_object (table->view, "activate", G_CALLBACK (row_activated), table, G_CONNECT_SWAPPED);
}

static void
ls_table_init (LsTable *table)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  gtk_widget_set_overflow (GTK_WIDGET (table), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_layout_manager (GTK_WIDGET (table), NULL);      /* sizes are given out here, where the width is seen */
  table->cells = g_ptr_array_new ();
  table->width = G_MAXINT;      /* unknown yet: the columns are all there */
  table->view = GTK_COLUMN_VIEW (gtk_column_view_new (NULL));
  gtk_widget_add_css_class (GTK_WIDGET (table->view), "data-table");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (table->view));
  adw_bin_set_child (ADW_BIN (table), scroller);
  table->scroll = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  make_models (table);
  table->pointer = gtk_event_controller_motion_new ();
  table->focus = gtk_event_controller_focus_new ();
  gtk_widget_add_controller (GTK_WIDGET (table->view), table->pointer);
  gtk_widget_add_controller (GTK_WIDGET (table->view), table->focus);
}
