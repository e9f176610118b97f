/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One row of a list: an object around a noun of the API, whose properties notify when they change.
 *
 * Each kind derives from LsItem and says how to read its noun; the store keeps them in lists by key. */

#include <gio/gio.h>
#include <jansson.h>

#define LS_TYPE_ITEM (ls_item_get_type ())
G_DECLARE_DERIVABLE_TYPE (LsItem, ls_item, LS, ITEM, GObject)

struct _LsItemClass {
  GObjectClass parent_class;

  /* The key of the noun in @json (transfer full); NULL when it is not one. Two resources with one key are the same row. */
  char *(*key_of) (json_t *json);
  /* Takes the new form of the noun. Nothing changes on failure. */
  gboolean (*update) (LsItem *item, json_t *json, GError **error);
  /* Where rows stand in their list; NULL: in the order in which they come. */
  gint (*compare) (gconstpointer a, gconstpointer b, gpointer unused);
};

const char *ls_item_key (LsItem *item);
char *ls_item_key_of (GType type, json_t *json);
/* NULL with an error when @json is not such a noun. (transfer full) */
LsItem *ls_item_new (GType type, json_t *json, GError **error);
/* Takes @json and notifies exactly the properties whose values are others now. */
gboolean ls_item_update (LsItem *item, json_t *json, GError **error);
/* For subclasses: runs @apply and notifies what it changed. */
void ls_item_change (LsItem *item, void (*apply) (LsItem *item, gpointer user), gpointer user);
