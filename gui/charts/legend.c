/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/legend.h"

#include <glib/gi18n.h>

#include "gui/charts/line_chart.h"

#define SWATCH 9
#define LINE_SWATCH 14
#define SPACE 4
#define BETWEEN 12
#define ROW_GAP 3

struct _LsLegend {
  GtkWidget parent_instance;
  const LsLegendEntry *entries;
  guint n;
  char *widest;
  int value_width;
  PangoLayout *short_words[LS_LEGEND_ENTRIES], *long_words[LS_LEGEND_ENTRIES], *values[LS_LEGEND_ENTRIES];
};

G_DEFINE_FINAL_TYPE (LsLegend, ls_legend, GTK_TYPE_WIDGET)

static int
width_of (PangoLayout *layout)
{
  int width = 0;
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* Texts are laid out when first needed, and again when the font changes. */
static void
lay_out (LsLegend *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  if (self->n == 0 || self->short_words[0])
    return;
  g_autoptr (PangoLayout) widest = gtk_widget_create_pango_layout (widget, self->widest);
  self->value_width = width_of (widest);
  for (guint i = 0; i < self->n; i++) {
    self->short_words[i] = gtk_widget_create_pango_layout (widget, _(self->entries[i].short_word));
    self->long_words[i] = gtk_widget_create_pango_layout (widget, _(self->entries[i].long_word));
    if (!self->values[i])
      self->values[i] = gtk_widget_create_pango_layout (widget, "–");
    else
      pango_layout_context_changed (self->values[i]);
  }
}

static int
entry_width (LsLegend *self, guint i, PangoLayout *const *words)
{
  return (self->entries[i].line < 0 ? SWATCH : LINE_SWATCH) + SPACE + width_of (words[i]) + SPACE + self->value_width;
}

static int
whole_width (LsLegend *self, PangoLayout *const *words)
{
  int width = self->n > 0 ? (self->n - 1) * BETWEEN : 0;
  for (guint i = 0; i < self->n; i++)
    width += entry_width (self, i, words);
  return width;
}

/* How many entries stand in one row of @width; several rows are filled evenly. */
static guint
per_row (LsLegend *self, PangoLayout *const *words, int width)
{
  guint n = MAX (1, self->n);
  int widest = 1;
  if (whole_width (self, words) <= width)
    return n;
  for (guint i = 0; i < self->n; i++)
    widest = MAX (widest, entry_width (self, i, words));
  guint fit = CLAMP ((width + BETWEEN) / (widest + BETWEEN), 1, (int) n), rows = (n + fit - 1) / fit;
  return (n + rows - 1) / rows;
}

static PangoLayout *const *
words_for (LsLegend *self, int width)
{
  return whole_width (self, self->long_words) <= width ? self->long_words : self->short_words;
}

static int
row_height (LsLegend *self)
{
  int height = 0;
  if (self->n > 0)
    pango_layout_get_pixel_size (self->short_words[0], NULL, &height);
  return height;
}

static void
ls_legend_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  LsLegend *self = LS_LEGEND (widget);
  lay_out (self);
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = 0;
    for (guint i = 0; i < self->n; i++)
      *minimum = MAX (*minimum, entry_width (self, i, self->short_words));
    *natural = whole_width (self, self->long_words);
    return;
  }
  int width = for_size < 0 ? G_MAXINT16 : for_size;
  guint columns = per_row (self, words_for (self, width), width), rows = (MAX (1, self->n) + columns - 1) / columns;
  *minimum = *natural = rows * row_height (self) + (rows - 1) * ROW_GAP;
}

static GtkSizeRequestMode
ls_legend_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
draw_text (GtkSnapshot *snapshot, PangoLayout *layout, float x, float y, const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_sign (GtkSnapshot *snapshot, const LsLegendEntry *entry, float x, float middle)
{
  if (entry->line < 0) {
    GdkRGBA color = ls_palette (entry->color);
    gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (x, middle - SWATCH / 2, SWATCH, SWATCH));
    return;
  }
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (x, middle - 2, LINE_SWATCH, 4));
  cairo_move_to (cr, x, middle);
  cairo_line_to (cr, x + LINE_SWATCH, middle);
  ls_line_chart_set_pen (cr, entry->line);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
draw_entry (LsLegend *self, GtkSnapshot *snapshot, guint i, PangoLayout *const *words, float x, float y, const GdkRGBA *ink, const GdkRGBA *dim)
{
  float word = x + (self->entries[i].line < 0 ? SWATCH : LINE_SWATCH) + SPACE;
  draw_sign (snapshot, &self->entries[i], x, y + row_height (self) / 2);
  draw_text (snapshot, words[i], word, y, dim);
  draw_text (snapshot, self->values[i], word + width_of (words[i]) + SPACE, y, ink);
}

/* One row ends at the right; several are columns from the left. */
static void
ls_legend_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LsLegend *self = LS_LEGEND (widget);
  GdkRGBA ink = ls_palette_ink (widget, 1), dim = ls_palette_ink (widget, 0.65);
  int room = gtk_widget_get_width (widget);
  lay_out (self);
  PangoLayout *const *words = words_for (self, room);
  guint columns = per_row (self, words, room), rows = (MAX (1, self->n) + columns - 1) / columns;
  float x = rows == 1 ? room - whole_width (self, words) : 0;
  float y = (gtk_widget_get_height (widget) - (int) (rows * row_height (self) + (rows - 1) * ROW_GAP)) / 2;
  for (guint i = 0; i < self->n; i++) {
    draw_entry (self, snapshot, i, words, x, y, &ink, &dim);
    x += rows == 1 ? entry_width (self, i, words) + BETWEEN : (room + BETWEEN) / (int) columns;
    if (rows > 1 && (i + 1) % columns == 0) {
      x = 0;
      y += row_height (self) + ROW_GAP;
    }
  }
}

static void
forget_words (LsLegend *self)
{
  for (guint i = 0; i < LS_LEGEND_ENTRIES; i++) {
    g_clear_object (&self->short_words[i]);
    g_clear_object (&self->long_words[i]);
  }
}

static void
ls_legend_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (ls_legend_parent_class)->css_changed (widget, change);
  forget_words (LS_LEGEND (widget));
}

static void
ls_legend_finalize (GObject *object)
{
  LsLegend *self = LS_LEGEND (object);
  forget_words (self);
  for (guint i = 0; i < LS_LEGEND_ENTRIES; i++)
    g_clear_object (&self->values[i]);
  g_free (self->widest);
  G_OBJECT_CLASS (ls_legend_parent_class)->finalize (object);
}

static void
ls_legend_class_init (LsLegendClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_legend_finalize;
  widget_class->measure = ls_legend_measure;
  widget_class->get_request_mode = ls_legend_request_mode;
  widget_class->snapshot = ls_legend_snapshot;
  widget_class->css_changed = ls_legend_css_changed;
  gtk_widget_class_set_css_name (widget_class, "legend");
  /* Its words are the description of the chart. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
ls_legend_init (LsLegend *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self), "numeric");
}

GtkWidget *
ls_legend_new (void)
{
  return g_object_new (LS_TYPE_LEGEND, NULL);
}

void
ls_legend_set_entries (LsLegend *legend, const LsLegendEntry *entries, guint n_entries, const char *widest)
{
  forget_words (legend);
  g_free (legend->widest);
  legend->widest = g_strdup (widest);
  legend->entries = entries;
  legend->n = MIN (n_entries, LS_LEGEND_ENTRIES);
  gtk_widget_queue_resize (GTK_WIDGET (legend));
}

void
ls_legend_take_value (LsLegend *legend, guint entry, char *text)
{
  lay_out (legend);
  if (entry < legend->n && g_strcmp0 (pango_layout_get_text (legend->values[entry]), text) != 0) {
    pango_layout_set_text (legend->values[entry], text, -1);
    gtk_widget_queue_draw (GTK_WIDGET (legend));
  }
  g_free (text);
}

char *
ls_legend_to_text (LsLegend *legend)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < legend->n; i++)
    g_string_append_printf (text, "%s%s %s", i > 0 ? ", " : "", _(legend->entries[i].long_word),
                            legend->values[i] ? pango_layout_get_text (legend->values[i]) : "–");
  return g_string_free (text, FALSE);
}
