/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/buffer_item.h"

struct _LsBufferItem {
  LsItem parent_instance;
  LsSharedBuffer *buffer;
};

enum { PROP_NAME = 1, PROP_POOL, PROP_SIZE, PROP_PATH, PROP_STATE, PROP_REVISION, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LsBufferItem, ls_buffer_item, LS_TYPE_ITEM)

static char *
ls_buffer_item_key_of (json_t *json)
{
  return g_strdup (json_string_value (json_object_get (json, "name")));
}

static gboolean
ls_buffer_item_update (LsItem *item, json_t *json, GError **error)
{
  LsBufferItem *self = LS_BUFFER_ITEM (item);
  LsSharedBuffer *buffer = ls_shared_buffer_from_json (json, error);
  if (!buffer)
    return FALSE;
  ls_shared_buffer_free (self->buffer);
  self->buffer = buffer;
  return TRUE;
}

static void
ls_buffer_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  const LsSharedBuffer *buffer = LS_BUFFER_ITEM (object)->buffer;
  if (!buffer)
    return;
  switch (id) {
  case PROP_NAME: g_value_set_string (value, buffer->name); break;
  case PROP_POOL: g_value_set_string (value, buffer->pool); break;
  case PROP_SIZE: g_value_set_uint64 (value, buffer->size); break;
  case PROP_PATH: g_value_set_string (value, buffer->path); break;
  case PROP_STATE: g_value_set_string (value, ls_buffer_state_name (buffer->state)); break;
  case PROP_REVISION: g_value_set_uint64 (value, buffer->revision); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_buffer_item_finalize (GObject *object)
{
  ls_shared_buffer_free (LS_BUFFER_ITEM (object)->buffer);
  G_OBJECT_CLASS (ls_buffer_item_parent_class)->finalize (object);
}

static void
ls_buffer_item_class_init (LsBufferItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LsItemClass *item_class = LS_ITEM_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  object_class->finalize = ls_buffer_item_finalize;
  object_class->get_property = ls_buffer_item_get_property;
  item_class->key_of = ls_buffer_item_key_of;
  item_class->update = ls_buffer_item_update;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_POOL] = g_param_spec_string ("pool", NULL, NULL, NULL, flags);
  properties[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, flags);
  properties[PROP_REVISION] = g_param_spec_uint64 ("revision", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
ls_buffer_item_init (LsBufferItem *self)
{
}

const LsSharedBuffer *
ls_buffer_item_get (LsBufferItem *item)
{
  return item->buffer;
}
