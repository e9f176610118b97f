/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/worker_strip.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gui/charts/cell.h"
#include "gui/charts/palette.h"
#include "gui/model/format.h"
#include "gui/model/worker_item.h"

#define CELL_WIDTH 10
#define CELL_HEIGHT 18
#define CELL_LEAST 4
#define GAP 2
#define SINGLE_UP_TO 64
#define FADE_US 200000

/* Where the cells are: @group slots each. */
typedef struct {
  guint slots, group, cells;
  float width;
} LsStripLayout;

struct _LsWorkerStrip {
  GtkWidget parent_instance;
  GListModel *workers;         /* nullable */
  GHashTable *born;            /* item → frame time in µs at which it came, while it fades in */
  guint tick;
};

G_DEFINE_FINAL_TYPE (LsWorkerStrip, ls_worker_strip, GTK_TYPE_WIDGET)

static LsWorkerItem *
item_at (LsWorkerStrip *self, guint i)
{
  LsWorkerItem *item = g_list_model_get_item (self->workers, i);
  g_object_unref (item);      /* the list holds it */
  return item;
}

static guint
n_items (LsWorkerStrip *self)
{
  return self->workers ? g_list_model_get_n_items (self->workers) : 0;
}

static gboolean
same_slot (LsWorkerStrip *self, guint a, guint b)
{
  return ls_worker_item_get (item_at (self, a))->slot == ls_worker_item_get (item_at (self, b))->slot;
}

static guint
count_slots (LsWorkerStrip *self)
{
  guint slots = 0;
  for (guint i = 0; i < n_items (self); i++)
    slots += i == 0 || !same_slot (self, i - 1, i);
  return slots;
}

static LsStripLayout
lay_out (LsWorkerStrip *self)
{
  LsStripLayout layout = { .slots = count_slots (self), .group = 1, .width = CELL_WIDTH };
  guint room = MAX (1, (gtk_widget_get_width (GTK_WIDGET (self)) + GAP) / (CELL_LEAST + GAP));
  if (layout.slots > SINGLE_UP_TO || layout.slots > room)
    layout.group = (layout.slots + MIN (room, SINGLE_UP_TO) - 1) / MIN (room, SINGLE_UP_TO);
  layout.cells = MAX (1, (layout.slots + layout.group - 1) / layout.group);
  layout.width = CLAMP (floorf ((gtk_widget_get_width (GTK_WIDGET (self)) + GAP) / (float) layout.cells) - GAP, CELL_LEAST, CELL_WIDTH);
  return layout;
}

/* --- drawing --- */

static void
hatch (GtkSnapshot *snapshot, const graphene_rect_t *cell, const GdkRGBA *color)
{
  GdkRGBA none = { color->red, color->green, color->blue, 0 };
  const GskColorStop stops[] = { { 0, *color }, { 0.4f, *color }, { 0.4f, none }, { 1, none } };
  gtk_snapshot_append_repeating_linear_gradient (snapshot, cell, &cell->origin,
                                                 &GRAPHENE_POINT_INIT (cell->origin.x + 3, cell->origin.y + 3), stops, G_N_ELEMENTS (stops));
}

static void
fill (GtkWidget *widget, GtkSnapshot *snapshot, const graphene_rect_t *cell, double cpu)
{
  GdkRGBA ground = ls_palette_ink (widget, 0.12), blue = ls_palette (LS_COLOR_BLUE);
  float height = isnan (cpu) ? 0 : roundf (cell->size.height * CLAMP (cpu, 0, 1));
  gtk_snapshot_append_color (snapshot, &ground, cell);
  if (height >= 1)
    gtk_snapshot_append_color (snapshot, &blue,
                               &GRAPHENE_RECT_INIT (cell->origin.x, cell->origin.y + cell->size.height - height, cell->size.width, height));
}

static void
draw_state (GtkWidget *widget, GtkSnapshot *snapshot, const graphene_rect_t *cell, LsWorkerState state, double cpu)
{
  GdkRGBA ink = ls_palette_ink (widget, 0.55), failed = ls_palette (LS_COLOR_FAILED);
  switch (state) {
  case LS_WORKER_READY:
    fill (widget, snapshot, cell, cpu);
    break;
  case LS_WORKER_DRAINING:
    hatch (snapshot, cell, &ink);
    ls_cell_outline (snapshot, cell, &ink);
    break;
  case LS_WORKER_FAILED:
    ls_cell_outline (snapshot, cell, &failed);
    ls_cell_cross (snapshot, cell, &failed);
    break;
  default:
    ls_cell_outline (snapshot, cell, &ink);
  }
}

static double
opacity_of (LsWorkerStrip *self, LsWorkerItem *item)
{
  gint64 *born = g_hash_table_lookup (self->born, item);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  if (!born || !clock)
    return 1;
  if (*born == 0)
    *born = gdk_frame_clock_get_frame_time (clock);
  return CLAMP ((gdk_frame_clock_get_frame_time (clock) - *born) / (double) FADE_US, 0, 1);
}

/* The processes @first … @last - 1 of one slot side by side in its cell. */
static void
draw_slot (LsWorkerStrip *self, GtkSnapshot *snapshot, graphene_rect_t cell, guint first, guint last)
{
  float width = cell.size.width / (last - first);
  for (guint i = first; i < last; i++) {
    LsWorkerItem *item = item_at (self, i);
    double opacity = opacity_of (self, item);
    graphene_rect_t part = GRAPHENE_RECT_INIT (cell.origin.x + (i - first) * width, cell.origin.y, width, cell.size.height);
    if (opacity < 1)
      gtk_snapshot_push_opacity (snapshot, opacity);
    draw_state (GTK_WIDGET (self), snapshot, &part, ls_worker_item_get (item)->state, ls_worker_item_cpu (item));
    if (opacity < 1)
      gtk_snapshot_pop (snapshot);
  }
}

/* How much a state is to be seen when it shares a cell with others. */
static int
weight (LsWorkerState state)
{
  static const int weights[] = {
    [LS_WORKER_READY] = 0, [LS_WORKER_STOPPED] = 1, [LS_WORKER_STARTING] = 2, [LS_WORKER_DRAINING] = 3, [LS_WORKER_FAILED] = 4,
  };
  return weights[state];
}

/* A group shows the mean CPU of its ready workers, or its most telling state. */
static void
draw_group (LsWorkerStrip *self, GtkSnapshot *snapshot, const graphene_rect_t *cell, guint first, guint last)
{
  LsWorkerState telling = LS_WORKER_READY;
  double sum = 0;
  guint known = 0;
  for (guint i = first; i < last; i++) {
    LsWorkerState state = ls_worker_item_get (item_at (self, i))->state;
    double cpu = ls_worker_item_cpu (item_at (self, i));
    if (weight (state) > weight (telling))
      telling = state;
    if (!isnan (cpu)) {
      sum += cpu;
      known++;
    }
  }
  draw_state (GTK_WIDGET (self), snapshot, cell, telling, known > 0 ? sum / known : NAN);
}

static void
ls_worker_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LsWorkerStrip *self = LS_WORKER_STRIP (widget);
  LsStripLayout layout = lay_out (self);
  guint n = n_items (self), slot = 0;
  for (guint first = 0, last; first < n; first = last) {
    guint slots = 1;
    for (last = first + 1; last < n && (same_slot (self, last - 1, last) || slots < layout.group); last++)
      slots += !same_slot (self, last - 1, last);
    graphene_rect_t cell = GRAPHENE_RECT_INIT (slot++ * (layout.width + GAP), 0, layout.width, CELL_HEIGHT);
    if (layout.group == 1)
      draw_slot (self, snapshot, cell, first, last);
    else
      draw_group (self, snapshot, &cell, first, last);
  }
}

static void
ls_worker_strip_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                         int *natural_baseline)
{
  gboolean horizontal = orientation == GTK_ORIENTATION_HORIZONTAL;
  *minimum = horizontal ? 16 * CELL_LEAST : CELL_HEIGHT;
  *natural = horizontal ? 16 * (CELL_WIDTH + GAP) : CELL_HEIGHT;
}

/* --- fading in --- */

static gboolean
fade (GtkWidget *widget, GdkFrameClock *clock, gpointer unused)
{
  LsWorkerStrip *self = LS_WORKER_STRIP (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  GHashTableIter iter;
  gpointer born;
  g_hash_table_iter_init (&iter, self->born);
  while (g_hash_table_iter_next (&iter, NULL, &born))
    if (*(gint64 *) born != 0 && now - *(gint64 *) born >= FADE_US)
      g_hash_table_iter_remove (&iter);
  gtk_widget_queue_draw (widget);
  if (g_hash_table_size (self->born) > 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static gboolean
is_animated (GtkWidget *widget)
{
  gboolean enabled = FALSE;
  g_object_get (gtk_widget_get_settings (widget), "gtk-enable-animations", &enabled, NULL);
  return enabled && gtk_widget_get_mapped (widget);
}

static void
items_changed (LsWorkerStrip *self, guint position, guint removed, guint added)
{
  GtkWidget *widget = GTK_WIDGET (self);
  for (guint i = position; i < position + added; i++)
    g_signal_connect_object (item_at (self, i), "notify::state", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  if (removed > 0)
    g_hash_table_remove_all (self->born);
  for (guint i = position; i < position + added && is_animated (widget); i++)
    g_hash_table_insert (self->born, item_at (self, i), g_new0 (gint64, 1));
  if (g_hash_table_size (self->born) > 0 && self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (widget, fade, NULL, NULL);
  gtk_widget_queue_draw (widget);
}

/* --- what is under the pointer --- */

static LsWorkerItem *
item_under (LsWorkerStrip *self, double x)
{
  LsStripLayout layout = lay_out (self);
  guint wanted = (guint) (MAX (0, x) / (layout.width + GAP)) * layout.group, slot = 0;
  for (guint i = 0; i < n_items (self); i++) {
    slot += i > 0 && !same_slot (self, i - 1, i);
    if (slot == wanted)
      return item_at (self, i);
  }
  return NULL;
}

static gboolean
ls_worker_strip_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  LsWorkerItem *item = keyboard ? NULL : item_under (LS_WORKER_STRIP (widget), x);
  if (!item)
    return FALSE;
  const LsWorker *worker = ls_worker_item_get (item);
  g_autofree char *cpu = ls_text_percent (ls_worker_item_cpu (item));
  g_autofree char *text = g_strdup_printf (_("%s · %s · %s CPU · pid %d"), worker->id, ls_worker_state_name (worker->state), cpu,
                                           (int) worker->instance.pid);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
clicked (LsWorkerStrip *self, int n_press, double x, double y)
{
  LsWorkerItem *item = item_under (self, x);
  if (item)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show", "(ss)", "clusters", ls_worker_item_get (item)->id);
}

/* --- object --- */

static void
forget_workers (LsWorkerStrip *self)
{
  for (guint i = 0; i < n_items (self); i++)
    g_signal_handlers_disconnect_by_data (item_at (self, i), self);
  if (self->workers)
    g_signal_handlers_disconnect_by_data (self->workers, self);
  g_clear_object (&self->workers);
  g_hash_table_remove_all (self->born);
}

static void
ls_worker_strip_dispose (GObject *object)
{
  forget_workers (LS_WORKER_STRIP (object));
  G_OBJECT_CLASS (ls_worker_strip_parent_class)->dispose (object);
}

static void
ls_worker_strip_finalize (GObject *object)
{
  g_hash_table_unref (LS_WORKER_STRIP (object)->born);
  G_OBJECT_CLASS (ls_worker_strip_parent_class)->finalize (object);
}

static void
ls_worker_strip_class_init (LsWorkerStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_worker_strip_dispose;
  G_OBJECT_CLASS (klass)->finalize = ls_worker_strip_finalize;
  widget_class->snapshot = ls_worker_strip_snapshot;
  widget_class->measure = ls_worker_strip_measure;
  widget_class->query_tooltip = ls_worker_strip_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "strip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ls_worker_strip_init (LsWorkerStrip *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  self->born = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_signal_connect_swapped (click, "released", G_CALLBACK (clicked), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

GtkWidget *
ls_worker_strip_new (void)
{
  return g_object_new (LS_TYPE_WORKER_STRIP, NULL);
}

void
ls_worker_strip_set_workers (LsWorkerStrip *strip, GListModel *workers)
{
  forget_workers (strip);
  if (!workers)
    return;
  strip->workers = g_object_ref (workers);
  g_signal_connect_swapped (workers, "items-changed", G_CALLBACK (items_changed), strip);
  items_changed (strip, 0, 0, n_items (strip));
}

void
ls_worker_strip_step (LsWorkerStrip *strip)
{
  gtk_widget_queue_draw (GTK_WIDGET (strip));
}
