/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Everything known about one thing: a word and a value a row. Rows are made once and renewed in place; values can be selected and copied. */

#include <gtk/gtk.h>

#define LS_TYPE_FACTS (ls_facts_get_type ())
G_DECLARE_FINAL_TYPE (LsFacts, ls_facts, LS, FACTS, GtkGrid)

/* Between begin and end each add is one row, in order; what was there before and is not added again is hidden. */
void ls_facts_begin (LsFacts *facts);
/* @word is translated already; a NULL or empty @value leaves the row out. */
void ls_facts_add (LsFacts *facts, const char *word, const char *value);
void ls_facts_take (LsFacts *facts, const char *word, char *value);      /* (transfer full) @value */
void ls_facts_end (LsFacts *facts);
