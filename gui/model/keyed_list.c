/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/keyed_list.h"

struct LsKeyedList {
  GType type;
  GListStore *store;
  GHashTable *by_key;      /* the item's own key → the item, held by the store */
};

LsKeyedList *
ls_keyed_list_new (GType item_type)
{
  LsKeyedList *list = g_new0 (LsKeyedList, 1);
  list->type = item_type;
  list->store = g_list_store_new (item_type);
  list->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  return list;
}

void
ls_keyed_list_free (LsKeyedList *list)
{
  if (!list)
    return;
  g_clear_pointer (&list->by_key, g_hash_table_unref);
  g_clear_object (&list->store);
  g_free (list);
}

GType
ls_keyed_list_item_type (LsKeyedList *list)
{
  return list->type;
}

GListModel *
ls_keyed_list_model (LsKeyedList *list)
{
  return G_LIST_MODEL (list->store);
}

gpointer
ls_keyed_list_find (LsKeyedList *list, const char *key)
{
  return key ? g_hash_table_lookup (list->by_key, key) : NULL;
}

static void
insert (LsKeyedList *list, LsItem *item)
{
  GCompareDataFunc compare = LS_ITEM_GET_CLASS (item)->compare;
  g_hash_table_insert (list->by_key, (gpointer) ls_item_key (item), item);
  if (compare)
    g_list_store_insert_sorted (list->store, item, compare, NULL);
  else
    g_list_store_append (list->store, item);
}

gpointer
ls_keyed_list_put (LsKeyedList *list, json_t *json, gboolean *ret_added, GError **error)
{
  g_autofree char *key = ls_item_key_of (list->type, json);
  LsItem *known = ls_keyed_list_find (list, key);
  gboolean added = known == NULL;
  if (known) {
    if (!ls_item_update (known, json, error))
      return NULL;
  } else {
    g_autoptr (LsItem) item = ls_item_new (list->type, json, error);
    if (!item)
      return NULL;
    insert (list, item);
    known = item;      /* the store holds it */
  }
  if (ret_added)
    *ret_added = added;
  return known;
}

gpointer
ls_keyed_list_take (LsKeyedList *list, const char *key)
{
  LsItem *item = ls_keyed_list_find (list, key);
  guint position = 0;
  if (!item)
    return NULL;
  g_object_ref (item);
  g_hash_table_remove (list->by_key, key);
  if (g_list_store_find (list->store, item, &position))
    g_list_store_remove (list->store, position);
  return item;
}

GPtrArray *
ls_keyed_list_keep_only (LsKeyedList *list, GHashTable *keys)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (list->store)); i-- > 0;) {
    g_autoptr (LsItem) item = g_list_model_get_item (G_LIST_MODEL (list->store), i);
    if (!g_hash_table_contains (keys, ls_item_key (item)))
      g_ptr_array_add (taken, ls_keyed_list_take (list, ls_item_key (item)));
  }
  return taken;
}
