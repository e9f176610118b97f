/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/facts.h"

#include <pango/pango.h>

struct _LsFacts {
  GtkGrid parent_instance;
  GPtrArray *words, *values;      /* GtkLabel, owned by the grid */
  guint used;
};

G_DEFINE_FINAL_TYPE (LsFacts, ls_facts, GTK_TYPE_GRID)

static GtkWidget *
add_label (LsFacts *facts, int column, const char *css)
{
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_BASELINE);
  gtk_widget_add_css_class (label, css);
  gtk_grid_attach (GTK_GRID (facts), label, column, (int) facts->used, 1, 1);
  return label;
}

static void
add_row (LsFacts *facts)
{
  GtkWidget *word = add_label (facts, 0, "dim-label");
  GtkWidget *value = add_label (facts, 1, "numeric");
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (value), 22);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, word, NULL, -1);
  g_ptr_array_add (facts->words, word);
  g_ptr_array_add (facts->values, value);
}

static void
set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), TRUE);
}

void
ls_facts_begin (LsFacts *facts)
{
  facts->used = 0;
}

void
ls_facts_add (LsFacts *facts, const char *word, const char *value)
{
  if (!value || !*value)
    return;
  if (facts->used == facts->words->len)
    add_row (facts);
  set_text (g_ptr_array_index (facts->words, facts->used), word);
  set_text (g_ptr_array_index (facts->values, facts->used), value);
  facts->used++;
}

void
ls_facts_take (LsFacts *facts, const char *word, char *value)
{
  ls_facts_add (facts, word, value);
  g_free (value);
}

void
ls_facts_end (LsFacts *facts)
{
  for (guint i = facts->used; i < facts->words->len; i++) {
    gtk_widget_set_visible (g_ptr_array_index (facts->words, i), FALSE);
    gtk_widget_set_visible (g_ptr_array_index (facts->values, i), FALSE);
  }
}

static void
ls_facts_finalize (GObject *object)
{
  LsFacts *facts = LS_FACTS (object);
  g_ptr_array_unref (facts->words);
  g_ptr_array_unref (facts->values);
  G_OBJECT_CLASS (ls_facts_parent_class)->finalize (object);
}

static void
ls_facts_class_init (LsFactsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_facts_finalize;
}

static void
ls_facts_init (LsFacts *facts)
{
  facts->words = g_ptr_array_new ();
  facts->values = g_ptr_array_new ();
  gtk_grid_set_column_spacing (GTK_GRID (facts), 12);
  gtk_grid_set_row_spacing (GTK_GRID (facts), 4);
}
