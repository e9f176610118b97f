/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/item.h"

typedef struct {
  char *key;
} LsItemPrivate;

enum { PROP_KEY = 1, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LsItem, ls_item, G_TYPE_OBJECT)

static void
ls_item_finalize (GObject *object)
{
  LsItemPrivate *self = ls_item_get_instance_private (LS_ITEM (object));
  g_free (self->key);
  G_OBJECT_CLASS (ls_item_parent_class)->finalize (object);
}

static void
ls_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_KEY)
    g_value_set_string (value, ls_item_key (LS_ITEM (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ls_item_class_init (LsItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->finalize = ls_item_finalize;
  object_class->get_property = ls_item_get_property;
  properties[PROP_KEY] = g_param_spec_string ("key", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
ls_item_init (LsItem *self)
{
}

const char *
ls_item_key (LsItem *item)
{
  LsItemPrivate *self = ls_item_get_instance_private (item);
  return self->key;
}

char *
ls_item_key_of (GType type, json_t *json)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (type);
  return LS_ITEM_CLASS (klass)->key_of (json);
}

LsItem *
ls_item_new (GType type, json_t *json, GError **error)
{
  g_autoptr (LsItem) item = g_object_new (type, NULL);
  if (!LS_ITEM_GET_CLASS (item)->update (item, json, error))
    return NULL;
  LsItemPrivate *self = ls_item_get_instance_private (item);
  self->key = LS_ITEM_GET_CLASS (item)->key_of (json);
  return g_steal_pointer (&item);
}

typedef struct {
  json_t *json;
  gboolean done;
  GError *error;
} LsUpdate;

static void
apply_json (LsItem *item, gpointer user)
{
  LsUpdate *update = user;
  update->done = LS_ITEM_GET_CLASS (item)->update (item, update->json, &update->error);
}

gboolean
ls_item_update (LsItem *item, json_t *json, GError **error)
{
  LsUpdate update = { .json = json };
  ls_item_change (item, apply_json, &update);
  if (update.error)
    g_propagate_error (error, update.error);
  return update.done;
}

/* Objects in properties are lists that stay the same; everything else is compared by value. */
static gboolean
is_compared (const GParamSpec *pspec)
{
  return (pspec->flags & G_PARAM_READABLE) && !G_IS_PARAM_SPEC_OBJECT (pspec);
}

void
ls_item_change (LsItem *item, void (*apply) (LsItem *item, gpointer user), gpointer user)
{
  GObject *object = G_OBJECT (item);
  guint n = 0;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);
  g_autofree GValue *before = g_new0 (GValue, n);
  for (guint i = 0; i < n; i++) {
    g_value_init (&before[i], pspecs[i]->value_type);
    if (is_compared (pspecs[i]))
      g_object_get_property (object, pspecs[i]->name, &before[i]);
  }
  apply (item, user);
  g_object_freeze_notify (object);
  for (guint i = 0; i < n; i++) {
    if (is_compared (pspecs[i])) {
      g_auto (GValue) after = G_VALUE_INIT;
      g_value_init (&after, pspecs[i]->value_type);
      g_object_get_property (object, pspecs[i]->name, &after);
      if (g_param_values_cmp (pspecs[i], &before[i], &after) != 0)
        g_object_notify_by_pspec (object, pspecs[i]);
    }
    g_value_unset (&before[i]);
  }
  g_object_thaw_notify (object);
}
