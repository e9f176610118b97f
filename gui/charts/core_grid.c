/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/core_grid.h"

#include <math.h>

#include "gui/charts/palette.h"
#include "gui/model/format.h"

#define SPARKLINES_UP_TO 16
#define CELLS_UP_TO 64
#define POINTS 60
#define GAP 6

/* How cells of a kind are laid out: their least size and whether they grow. */
typedef struct {
  int width, height, gap;
  gboolean grows;
} LsCellKind;

struct _LsCoreGrid {
  GtkWidget parent_instance;
  const LsSeries *series;
  guint cores;
  PangoLayout *texts[CELLS_UP_TO];      /* by core; laid out again only when the words change */
};

G_DEFINE_FINAL_TYPE (LsCoreGrid, ls_core_grid, GTK_TYPE_WIDGET)

static LsCellKind
kind_for (guint cores)
{
  if (cores <= SPARKLINES_UP_TO)
    return (LsCellKind) { 84, 44, GAP + 4, TRUE };
  if (cores <= CELLS_UP_TO)
    return (LsCellKind) { 56, 32, GAP, FALSE };
  return (LsCellKind) { 8, 28, 1, FALSE };
}

/* Rows are filled evenly: six cores in a place for five are three and three. */
static void
divide (const LsCellKind *kind, guint cores, int width, guint *ret_columns, guint *ret_rows)
{
  guint fit = MAX (1, (width + kind->gap) / (kind->width + kind->gap));
  guint columns = CLAMP (cores, 1, fit), rows = (MAX (1, cores) + columns - 1) / columns;
  *ret_columns = kind->grows ? (MAX (1, cores) + rows - 1) / rows : columns;
  *ret_rows = rows;
}

static void
ls_core_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                      int *natural_baseline)
{
  LsCoreGrid *self = LS_CORE_GRID (widget);
  LsCellKind kind = kind_for (self->cores);
  guint columns, rows;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = kind.width;
    *natural = 4 * kind.width;
    return;
  }
  divide (&kind, self->cores, for_size < 0 ? 4 * kind.width : for_size, &columns, &rows);
  *minimum = *natural = rows * kind.height + (rows - 1) * kind.gap;
}

static GtkSizeRequestMode
ls_core_grid_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* --- drawing --- */

static PangoLayout *
text_of (LsCoreGrid *self, guint core, gboolean with_name)
{
  g_autofree char *percent = ls_text_percent (ls_series_get (self->series, 0, core));
  g_autofree char *text = with_name ? g_strdup_printf ("%u   %s", core, percent) : g_steal_pointer (&percent);
  if (!self->texts[core])
    self->texts[core] = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  else if (g_strcmp0 (pango_layout_get_text (self->texts[core]), text) != 0)
    pango_layout_set_text (self->texts[core], text, -1);
  return self->texts[core];
}

static void
draw_text (LsCoreGrid *self, GtkSnapshot *snapshot, PangoLayout *text, float x, float y)
{
  GdkRGBA ink = ls_palette_ink (GTK_WIDGET (self), 1);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, text, &ink);
  gtk_snapshot_restore (snapshot);
}

static void
draw_ground (LsCoreGrid *self, GtkSnapshot *snapshot, const graphene_rect_t *cell)
{
  GdkRGBA ground = ls_palette_ink (GTK_WIDGET (self), 0.06);
  gtk_snapshot_append_color (snapshot, &ground, cell);
}

static void
draw_sparkline (LsCoreGrid *self, GtkSnapshot *snapshot, guint core, const graphene_rect_t *cell)
{
  PangoLayout *text = text_of (self, core, TRUE);
  GdkRGBA blue = ls_palette (LS_COLOR_BLUE);
  int text_height = 0;
  pango_layout_get_pixel_size (text, NULL, &text_height);
  float top = cell->origin.y + text_height + 2, height = cell->size.height - text_height - 2;
  float pitch = cell->size.width / POINTS, right = cell->origin.x + cell->size.width;
  draw_text (self, snapshot, text, cell->origin.x, cell->origin.y);
  draw_ground (self, snapshot, &GRAPHENE_RECT_INIT (cell->origin.x, top, cell->size.width, height));
  for (guint age = 0; age < MIN (POINTS, ls_series_length (self->series)); age++) {
    float value = ls_series_get (self->series, age, core);
    float column = roundf (height * CLAMP (value, 0, 1)), x0 = floorf (right - (age + 1) * pitch), x1 = floorf (right - age * pitch);
    if (!isnan (value) && column >= 1)
      gtk_snapshot_append_color (snapshot, &blue,
                                 &GRAPHENE_RECT_INIT (x0, top + height - column, MAX (1, x1 - x0 - (pitch >= 4 ? 1 : 0)), column));
  }
}

static void
draw_cell (LsCoreGrid *self, GtkSnapshot *snapshot, guint core, const graphene_rect_t *cell)
{
  PangoLayout *text = text_of (self, core, FALSE);
  GdkRGBA blue = ls_palette (LS_COLOR_BLUE);
  float value = ls_series_get (self->series, 0, core), height = isnan (value) ? 0 : roundf (cell->size.height * CLAMP (value, 0, 1));
  int text_width = 0, text_height = 0;
  blue.alpha = 0.45f;
  draw_ground (self, snapshot, cell);
  gtk_snapshot_append_color (snapshot, &blue,
                             &GRAPHENE_RECT_INIT (cell->origin.x, cell->origin.y + cell->size.height - height, cell->size.width, height));
  pango_layout_get_pixel_size (text, &text_width, &text_height);
  draw_text (self, snapshot, text, cell->origin.x + (cell->size.width - text_width) / 2, cell->origin.y + (cell->size.height - text_height) / 2);
}

static void
draw_heat (LsCoreGrid *self, GtkSnapshot *snapshot, guint core, const graphene_rect_t *cell)
{
  float value = ls_series_get (self->series, 0, core);
  GdkRGBA color = isnan (value) ? ls_palette_ink (GTK_WIDGET (self), 0.06) : ls_palette_heat (value);
  gtk_snapshot_append_color (snapshot, &color, cell);
}

static void
ls_core_grid_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LsCoreGrid *self = LS_CORE_GRID (widget);
  LsCellKind kind = kind_for (self->cores);
  float width = kind.width, height = kind.height;
  guint columns, rows;
  if (!self->series || self->cores == 0)
    return;
  divide (&kind, self->cores, gtk_widget_get_width (widget), &columns, &rows);
  if (kind.grows) {
    width = floorf ((gtk_widget_get_width (widget) - (columns - 1) * kind.gap) / (float) columns);
    height = floorf ((gtk_widget_get_height (widget) - (rows - 1) * kind.gap) / (float) rows);
  }
  for (guint core = 0; core < self->cores; core++) {
    graphene_rect_t cell = GRAPHENE_RECT_INIT ((core % columns) * (width + kind.gap), (core / columns) * (height + kind.gap), width, height);
    if (self->cores <= SPARKLINES_UP_TO)
      draw_sparkline (self, snapshot, core, &cell);
    else if (self->cores <= CELLS_UP_TO)
      draw_cell (self, snapshot, core, &cell);
    else
      draw_heat (self, snapshot, core, &cell);
  }
}

/* --- object --- */

static void
forget_texts (LsCoreGrid *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->texts); i++)
    g_clear_object (&self->texts[i]);
}

static void
ls_core_grid_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (ls_core_grid_parent_class)->css_changed (widget, change);
  forget_texts (LS_CORE_GRID (widget));
}

static void
ls_core_grid_finalize (GObject *object)
{
  forget_texts (LS_CORE_GRID (object));
  G_OBJECT_CLASS (ls_core_grid_parent_class)->finalize (object);
}

static void
ls_core_grid_class_init (LsCoreGridClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_core_grid_finalize;
  widget_class->measure = ls_core_grid_measure;
  widget_class->get_request_mode = ls_core_grid_request_mode;
  widget_class->snapshot = ls_core_grid_snapshot;
  widget_class->css_changed = ls_core_grid_css_changed;
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ls_core_grid_init (LsCoreGrid *self)
{
}

GtkWidget *
ls_core_grid_new (void)
{
  return g_object_new (LS_TYPE_CORE_GRID, NULL);
}

void
ls_core_grid_step (LsCoreGrid *grid, const LsSeries *series)
{
  guint cores = series ? ls_series_columns (series) : 0;
  grid->series = series;
  if (grid->cores != cores) {
    grid->cores = cores;
    forget_texts (grid);
    gtk_widget_queue_resize (GTK_WIDGET (grid));
  }
  gtk_widget_queue_draw (GTK_WIDGET (grid));
}
