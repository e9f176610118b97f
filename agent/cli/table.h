/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Aligned columns of text for a terminal of a given width. Pure. */

#include <glib.h>

/* How a cell is meant; its colour where there are colours. The words say the same. */
typedef enum { LS_TONE_PLAIN, LS_TONE_GOOD, LS_TONE_BUSY, LS_TONE_BAD, LS_TONE_DIM, LS_TONE_BOLD } LsTone;

typedef struct LsTable LsTable;

/* @titles: NULL-terminated; one that begins with ">" is aligned to the right, one with "~" may be cut short when the terminal is narrow. */
LsTable *ls_table_new (const char *const *titles);
void ls_table_free (LsTable *table);
/* The next cell; rows follow from the number of columns. Control characters become spaces. NULL is "–". */
void ls_table_add (LsTable *table, LsTone tone, const char *text);
void ls_table_take (LsTable *table, LsTone tone, char *text);      /* (transfer full) */
guint ls_table_rows (const LsTable *table);
/* @width 0: as wide as it gets. (transfer full), each line ends in "\n" */
char *ls_table_render (const LsTable *table, guint width, gboolean color);

/* Columns that a terminal needs for @text. */
guint ls_text_width (const char *text);
/* @text cut to @width columns, with "…" if something is missing. (transfer full) */
char *ls_text_cut (const char *text, guint width);
/* @text in the colour of @tone. (transfer full) */
char *ls_text_toned (const char *text, LsTone tone, gboolean color);
/* The tone of a state's word: "ready" is good, "failing" is bad. */
LsTone ls_state_tone (const char *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTable, ls_table_free)
