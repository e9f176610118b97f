/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A table of items: columns of text that sort, whose figures are renewed once a sample for the rows in view only.
 *
 * Rows move at most every five seconds, and never while the pointer or the focus is inside, so that nobody clicks on what has just moved away. Columns
 * of lesser weight give way, one by one, when there is less room.
 *
 * Signals: "selected" (item or NULL), "activated" (item). */

#include <adwaita.h>

typedef struct {
  const char *title;                       /* translatable */
  guint chars;                             /* width, in digits; 0: takes what is left */
  gboolean numeric;                        /* to the right, digits of one width */
  int from;                                /* shown from this width of the table on; 0: always */
  char *(*text) (gpointer item);           /* (transfer full) */
  const char *(*css) (gpointer item);      /* a style class for the cell, NULL: none. May be NULL */
  GCompareDataFunc compare;                /* NULL: the text decides */
} LsColumn;

#define LS_TYPE_TABLE (ls_table_get_type ())
G_DECLARE_FINAL_TYPE (LsTable, ls_table, LS, TABLE, AdwBin)

/* @columns stay the caller's and must live as long as the table. The first column is the name: it sorts at first. */
void ls_table_set_columns (LsTable *table, const LsColumn *columns, guint n_columns);
/* Sorts by the @column-th, as a click on its title would. */
void ls_table_sort (LsTable *table, guint column, GtkSortType order);
void ls_table_set_model (LsTable *table, GListModel *model);      /* borrowed; its order is that of an unsorted table */
/* Only items for which @matches says TRUE; NULL: all. Call it again when the answer may have changed. */
void ls_table_set_filter (LsTable *table, gboolean (*matches) (gpointer item, gpointer user), gpointer user);
/* A sample has come: renews what is in view. */
void ls_table_renew (LsTable *table);
gpointer ls_table_selected (LsTable *table);                      /* borrowed; NULL: none */
void ls_table_select (LsTable *table, gpointer item);                /* NULL: none */
