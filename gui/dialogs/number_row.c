/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/dialogs/number_row.h"

struct _LsNumberRow {
  AdwActionRow parent_instance;
  GtkSpinButton *spin;
};

enum { PROP_ADJUSTMENT = 1, PROP_DIGITS, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LsNumberRow, ls_number_row, ADW_TYPE_ACTION_ROW)

static void
ls_number_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  LsNumberRow *row = LS_NUMBER_ROW (object);
  switch (id) {
  case PROP_ADJUSTMENT: gtk_spin_button_set_adjustment (row->spin, g_value_get_object (value)); break;
  case PROP_DIGITS: gtk_spin_button_set_digits (row->spin, g_value_get_uint (value)); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

/* The row's title is the number's name. */
static void
title_changed (LsNumberRow *row)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->spin), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), -1);
}

static void
ls_number_row_class_init (LsNumberRowClass *klass)
{
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;
  G_OBJECT_CLASS (klass)->set_property = ls_number_row_set_property;
  properties[PROP_ADJUSTMENT] = g_param_spec_object ("adjustment", NULL, NULL, GTK_TYPE_ADJUSTMENT, flags);
  properties[PROP_DIGITS] = g_param_spec_uint ("digits", NULL, NULL, 0, 6, 0, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPERTIES, properties);
}

static void
ls_number_row_init (LsNumberRow *row)
{
  row->spin = GTK_SPIN_BUTTON (gtk_spin_button_new (NULL, 1, 0));
  GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (row->spin));
  gtk_spin_button_set_numeric (row->spin, TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (row->spin), 5);
  gtk_widget_set_valign (GTK_WIDGET (row->spin), GTK_ALIGN_CENTER);
  if (GTK_IS_TEXT (text))      /* the button has no such property before GTK 4.14 */
    gtk_text_set_activates_default (GTK_TEXT (text), TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), GTK_WIDGET (row->spin));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), GTK_WIDGET (row->spin));
  g_signal_connect (row, "notify::title", G_CALLBACK (title_changed), NULL);
}

double
ls_number_row_value (LsNumberRow *row)
{
  gtk_spin_button_update (row->spin);      /* what was typed and not yet entered */
  return gtk_spin_button_get_value (row->spin);
}

guint
ls_number_row_count (LsNumberRow *row)
{
  return (guint) ls_number_row_value (row);
}

void
ls_number_row_set_value (LsNumberRow *row, double value)
{
  gtk_spin_button_set_value (row->spin, value);
}
