/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A list of items that is also found by key. Rows that stay keep their place and their object, so that a view keeps its selection. */

#include "gui/model/item.h"

typedef struct LsKeyedList LsKeyedList;

LsKeyedList *ls_keyed_list_new (GType item_type);
void ls_keyed_list_free (LsKeyedList *list);
GType ls_keyed_list_item_type (LsKeyedList *list);
GListModel *ls_keyed_list_model (LsKeyedList *list);                       /* borrowed */
gpointer ls_keyed_list_find (LsKeyedList *list, const char *key);          /* borrowed; NULL: not there */
/* Adds or updates the noun in @json; NULL with an error when it is none. *@ret_added may be NULL. (transfer none) */
gpointer ls_keyed_list_put (LsKeyedList *list, json_t *json, gboolean *ret_added, GError **error);
/* (transfer full) what was taken out, NULL if there was none. */
gpointer ls_keyed_list_take (LsKeyedList *list, const char *key);
/* Takes out whatever is not in @keys, a set of keys. (transfer full) items */
GPtrArray *ls_keyed_list_keep_only (LsKeyedList *list, GHashTable *keys);
