/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/header_layout.h"

#define GAP 12
#define ROW_GAP 4

struct _LsHeaderLayout {
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (LsHeaderLayout, ls_header_layout, GTK_TYPE_LAYOUT_MANAGER)

/* The last child is the legend; those before it, the title and what belongs to it, stay in one row. */
static int
title_width (GtkWidget *widget)
{
  int width = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && gtk_widget_get_next_sibling (child);
       child = gtk_widget_get_next_sibling (child)) {
    int natural = 0;
    if (!gtk_widget_should_layout (child))
      continue;
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
    width += natural + GAP;
  }
  return width;
}

static int
title_height (GtkWidget *widget)
{
  int height = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && gtk_widget_get_next_sibling (child);
       child = gtk_widget_get_next_sibling (child)) {
    int minimum = 0;
    if (gtk_widget_should_layout (child))
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, -1, &minimum, NULL, NULL, NULL);
    height = MAX (height, minimum);
  }
  return height;
}

/* Room for the legend in one row with the title; the least width in which it is one line is what its height at that width tells. */
static gboolean
fits_beside (GtkWidget *widget, int width, int *ret_room)
{
  GtkWidget *legend = gtk_widget_get_last_child (widget);
  int one_line = 0, here = 0;
  *ret_room = width - title_width (widget);
  if (*ret_room <= 0)
    return FALSE;
  gtk_widget_measure (legend, GTK_ORIENTATION_VERTICAL, G_MAXINT16, &one_line, NULL, NULL, NULL);
  gtk_widget_measure (legend, GTK_ORIENTATION_VERTICAL, *ret_room, &here, NULL, NULL, NULL);
  return here <= one_line;
}

static void
ls_header_layout_measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                          int *minimum_baseline, int *natural_baseline)
{
  GtkWidget *legend = gtk_widget_get_last_child (widget);
  int least = 0, wished = 0, height = 0, room = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    gtk_widget_measure (legend, orientation, -1, &least, &wished, NULL, NULL);
    *minimum = MAX (least, title_width (widget));
    *natural = title_width (widget) + wished;
    return;
  }
  gboolean beside = for_size < 0 || fits_beside (widget, for_size, &room);
  gtk_widget_measure (legend, orientation, beside ? G_MAXINT16 : for_size, &height, NULL, NULL, NULL);
  *minimum = *natural = beside ? MAX (height, title_height (widget)) : title_height (widget) + ROW_GAP + height;
}

static void
ls_header_layout_allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *legend = gtk_widget_get_last_child (widget);
  int room = 0, x = 0, row = title_height (widget);
  gboolean beside = fits_beside (widget, width, &room);
  row = beside ? height : row;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && child != legend; child = gtk_widget_get_next_sibling (child)) {
    int natural = 0;
    if (!gtk_widget_should_layout (child))
      continue;
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
    gtk_widget_size_allocate (child, &(GtkAllocation) { x, 0, natural, row }, -1);
    x += natural + GAP;
  }
  GtkAllocation below = { 0, row + ROW_GAP, width, MAX (1, height - row - ROW_GAP) };
  gtk_widget_size_allocate (legend, beside ? &(GtkAllocation) { width - room, 0, room, height } : &below, -1);
}

static GtkSizeRequestMode
ls_header_layout_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ls_header_layout_class_init (LsHeaderLayoutClass *klass)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);
  manager_class->measure = ls_header_layout_measure;
  manager_class->allocate = ls_header_layout_allocate;
  manager_class->get_request_mode = ls_header_layout_request_mode;
}

static void
ls_header_layout_init (LsHeaderLayout *self)
{
}

GtkLayoutManager *
ls_header_layout_new (void)
{
  return g_object_new (LS_TYPE_HEADER_LAYOUT, NULL);
}
