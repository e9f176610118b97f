/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/overview_layout.h"

#define WIDE_FROM 720
#define MARGIN_WIDE 24
#define MARGIN_NARROW 12
#define GAP 12
#define CARD_LEAST 360
#define CARD_MOST 590
#define CARD_HEIGHT 188
#define CHART_HEIGHT 190
#define CHART_MOST 300

struct _LsOverviewLayout {
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (LsOverviewLayout, ls_overview_layout, GTK_TYPE_LAYOUT_MANAGER)

/* One pass over the children for one width; allocates when @height is not negative, and returns the height that is needed. */
typedef struct {
  GtkWidget *charts[N_LS_PLACES];
  GPtrArray *cards;
  GtkWidget *strip;
  int width, left, margin;     /* the place for content */
  gboolean wide;
  int y;
  gboolean allocate;
} LsPass;

static GQuark
place_quark (void)
{
  return g_quark_from_static_string ("ls-overview-place");
}

void
ls_overview_layout_place (GtkWidget *child, LsOverviewPlace place)
{
  g_object_set_qdata (G_OBJECT (child), place_quark (), GUINT_TO_POINTER (place));
}

static void
collect (LsPass *pass, GtkWidget *widget)
{
  pass->cards = g_ptr_array_new ();
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child)) {
    LsOverviewPlace place = GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (child), place_quark ()));
    if (!gtk_widget_should_layout (child))
      continue;
    if (place == LS_PLACE_CARD)
      g_ptr_array_add (pass->cards, child);
    else if (place == LS_PLACE_STRIP)
      pass->strip = child;
    else
      pass->charts[place] = child;
  }
}

static int
height_of (GtkWidget *child, int width)
{
  int minimum = 0;
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &minimum, NULL, NULL, NULL);
  return minimum;
}

static void
put (LsPass *pass, GtkWidget *child, int x, int width, int height)
{
  if (pass->allocate)
    gtk_widget_size_allocate (child, &(GtkAllocation) { pass->left + x, pass->y, width, height }, -1);
}

static void
put_strip (LsPass *pass)
{
  if (!pass->strip)
    return;
  int height = height_of (pass->strip, pass->width);
  put (pass, pass->strip, 0, pass->width, height);
  if (height > 0)
    pass->y += height + GAP;
}

static void
put_cards (LsPass *pass)
{
  guint n = pass->cards->len, fit = MAX (1, (pass->width + GAP) / (CARD_LEAST + GAP));
  guint columns = MAX (1, MIN (n, fit));
  int width = (pass->width - (int) (columns - 1) * GAP) / (int) columns;
  if (pass->wide)
    width = MIN (width, CARD_MOST);
  for (guint i = 0; i < n; i += columns) {
    int height = CARD_HEIGHT;
    for (guint c = i; c < MIN (n, i + columns); c++)
      height = MAX (height, height_of (pass->cards->pdata[c], width));
    for (guint c = i; c < MIN (n, i + columns); c++)
      put (pass, pass->cards->pdata[c], (c - i) * (width + GAP), width, height);
    pass->y += height + GAP;
  }
}

/* Two charts beside each other, the first twice as wide. */
static void
put_row (LsPass *pass, GtkWidget *large, GtkWidget *small, int spare)
{
  int small_width = (pass->width - 2 * GAP) / 3, large_width = pass->width - GAP - small_width;
  int least = MAX (CHART_HEIGHT, MAX (height_of (large, large_width), height_of (small, small_width)));
  int height = MIN (least + spare, MAX (least, CHART_MOST));
  put (pass, large, 0, large_width, height);
  put (pass, small, large_width + GAP, small_width, height);
  pass->y += height + GAP;
}

static void
put_column (LsPass *pass)
{
  static const LsOverviewPlace order[] = { LS_PLACE_REQUESTS, LS_PLACE_CPU, LS_PLACE_MEMORY, LS_PLACE_LATENCY };
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    GtkWidget *chart = pass->charts[order[i]];
    int height = chart ? height_of (chart, pass->width) : 0;
    if (chart) {
      put (pass, chart, 0, pass->width, height);
      pass->y += height + GAP;
    }
  }
}

static int
run (GtkWidget *widget, int width, int spare, gboolean allocate)
{
  LsPass pass = { .allocate = allocate };
  pass.wide = width >= WIDE_FROM;
  pass.margin = pass.wide ? MARGIN_WIDE : MARGIN_NARROW;
  pass.left = pass.y = pass.margin;
  pass.width = MAX (1, width - 2 * pass.margin);
  collect (&pass, widget);
  put_strip (&pass);
  put_cards (&pass);
  if (!pass.wide) {
    put_column (&pass);
  } else if (pass.charts[LS_PLACE_REQUESTS]) {
    put_row (&pass, pass.charts[LS_PLACE_REQUESTS], pass.charts[LS_PLACE_LATENCY], spare / 2);
    put_row (&pass, pass.charts[LS_PLACE_CPU], pass.charts[LS_PLACE_MEMORY], spare / 2);
  }
  g_ptr_array_unref (pass.cards);
  return pass.y - GAP + pass.margin;
}

static void
ls_overview_layout_measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                            int *minimum_baseline, int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_VERTICAL) {
    *minimum = *natural = run (widget, for_size < 0 ? 1200 : for_size, 0, FALSE);
    return;
  }
  *minimum = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child)) {
    int least = 0;
    if (gtk_widget_should_layout (child))
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
    *minimum = MAX (*minimum, least + 2 * MARGIN_NARROW);
  }
  *natural = MAX (*minimum, 1200);
}

static void
ls_overview_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height, int baseline)
{
  int needed = run (widget, width, 0, FALSE);
  run (widget, width, MAX (0, height - needed), TRUE);
}

static GtkSizeRequestMode
ls_overview_layout_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ls_overview_layout_class_init (LsOverviewLayoutClass *klass)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);
  manager_class->measure = ls_overview_layout_measure;
  manager_class->allocate = ls_overview_layout_allocate;
  manager_class->get_request_mode = ls_overview_layout_request_mode;
}

static void
ls_overview_layout_init (LsOverviewLayout *self)
{
}

GtkLayoutManager *
ls_overview_layout_new (void)
{
  return g_object_new (LS_TYPE_OVERVIEW_LAYOUT, NULL);
}
