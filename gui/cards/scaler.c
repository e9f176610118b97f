/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/cards/scaler.h"

#include <glib/gi18n.h>

#include "gui/model/format.h"
#include "gui/model/scale_wish.h"

struct _LsScaler {
  GtkWidget parent_instance;
  LsScaleWish wish;
  guint wanted, least, most;
  guint source;                /* waits for the wish to be due */
  GtkButton *remove_button, *add_button;
  GtkLabel *count_label, *chip, *hint_label;
  GtkBox *hint;
  char *unit_one, *unit_many;
};

enum { SIGNAL_WISH, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LsScaler, ls_scaler, GTK_TYPE_WIDGET)

/* A button that does nothing says why. */
static void
set_usable (GtkButton *button, gboolean usable, const char *why)
{
  gtk_widget_set_sensitive (GTK_WIDGET (button), usable);
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), usable ? NULL : why);
}

static void
show (LsScaler *self)
{
  guint count = ls_scale_wish_shown (&self->wish, self->wanted);
  g_autofree char *text = g_strdup_printf ("%u", count);
  g_autofree char *most = g_strdup_printf (_("%u is the most that this one can have"), self->most);
  if (g_strcmp0 (gtk_label_get_text (self->count_label), text) != 0)
    gtk_label_set_text (self->count_label, text);
  (self->wish.open ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (GTK_WIDGET (self->count_label), "accent");
  set_usable (self->remove_button, count > self->least, _("There is none left to remove"));
  set_usable (self->add_button, count < self->most, most);
  g_autofree char *spoken = g_strdup_printf ("%u %s", count, count == 1 ? self->unit_one : self->unit_many);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->count_label), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

static gboolean
due (gpointer user)
{
  LsScaler *self = user;
  self->source = 0;
  if (ls_scale_wish_due (&self->wish, now_ms ()))
    g_signal_emit (self, signals[SIGNAL_WISH], 0, self->wish.from, self->wish.target);
  show (self);
  return G_SOURCE_REMOVE;
}

static void
click (LsScaler *self, int step)
{
  if (!ls_scale_wish_click (&self->wish, self->wanted, step, self->least, self->most, now_ms ()))
    return;
  g_clear_handle_id (&self->source, g_source_remove);
  self->source = g_timeout_add (LS_SCALE_WISH_MS + 1, due, self);
  show (self);
}

static void
ls_scaler_added (LsScaler *self)
{
  click (self, +1);
}

static void
ls_scaler_removed (LsScaler *self)
{
  click (self, -1);
}

static void
ls_scaler_dispose (GObject *object)
{
  LsScaler *self = LS_SCALER (object);
  GtkWidget *child;
  g_clear_handle_id (&self->source, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (ls_scaler_parent_class)->dispose (object);
}

static void
ls_scaler_finalize (GObject *object)
{
  g_free (LS_SCALER (object)->unit_one);
  g_free (LS_SCALER (object)->unit_many);
  G_OBJECT_CLASS (ls_scaler_parent_class)->finalize (object);
}

static void
ls_scaler_class_init (LsScalerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_scaler_dispose;
  G_OBJECT_CLASS (klass)->finalize = ls_scaler_finalize;
  signals[SIGNAL_WISH] = g_signal_new ("wish", LS_TYPE_SCALER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/cards/scaler.ui");
  gtk_widget_class_bind_template_child (widget_class, LsScaler, remove_button);
  gtk_widget_class_bind_template_child (widget_class, LsScaler, add_button);
  gtk_widget_class_bind_template_child (widget_class, LsScaler, count_label);
  gtk_widget_class_bind_template_child (widget_class, LsScaler, chip);
  gtk_widget_class_bind_template_child (widget_class, LsScaler, hint);
  gtk_widget_class_bind_template_child (widget_class, LsScaler, hint_label);
  gtk_widget_class_bind_template_callback (widget_class, ls_scaler_added);
  gtk_widget_class_bind_template_callback (widget_class, ls_scaler_removed);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ls_scaler_init (LsScaler *self)
{
  self->most = G_MAXUINT;
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ls_scaler_set_words (LsScaler *scaler, const char *add, const char *remove, const char *unit_one, const char *unit_many)
{
  g_free (scaler->unit_one);
  g_free (scaler->unit_many);
  scaler->unit_one = g_strdup (unit_one);
  scaler->unit_many = g_strdup (unit_many);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scaler->add_button), GTK_ACCESSIBLE_PROPERTY_LABEL, add, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scaler->remove_button), GTK_ACCESSIBLE_PROPERTY_LABEL, remove, -1);
  gtk_label_set_text (scaler->hint_label, _("Click to add a worker"));
}

void
ls_scaler_set_wanted (LsScaler *scaler, guint wanted, guint least, guint most, guint range_min, guint range_max)
{
  scaler->wanted = wanted;
  scaler->least = least;
  scaler->most = most;
  ls_scale_wish_agreed (&scaler->wish, wanted);
  gtk_widget_set_visible (GTK_WIDGET (scaler->chip), range_min != range_max);
  if (range_min != range_max) {
    g_autofree char *range = ls_text_range (range_min, range_max);
    g_autofree char *text = g_strdup_printf (_("auto %s"), range);
    gtk_label_set_text (scaler->chip, text);
  }
  show (scaler);
}

void
ls_scaler_refused (LsScaler *scaler)
{
  ls_scale_wish_failed (&scaler->wish);
  show (scaler);
}

void
ls_scaler_set_hint (LsScaler *scaler, gboolean shown)
{
  gtk_widget_set_visible (GTK_WIDGET (scaler->hint), shown);
}
