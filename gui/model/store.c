/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/store_private.h"

#include <math.h>

enum { PROP_STATE = 1, PROP_ERROR, PROP_AGENT_NAME, PROP_AGENT_VERSION, PROP_PAUSED, N_PROPERTIES };
enum { SIGNAL_SAMPLED, SIGNAL_NOTICE, N_SIGNALS };

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LsStore, ls_store, G_TYPE_OBJECT)

/* --- state --- */

void
ls_store_change_state (LsStore *self, LsStoreState state, const char *error)
{
  if (g_strcmp0 (self->error, error) != 0) {
    g_free (self->error);
    self->error = g_strdup (error);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  }
  if (self->state != state) {
    self->state = state;
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  }
}

void
ls_store_change_agent_name (LsStore *self, const char *name)
{
  if (!name || g_strcmp0 (self->agent_name, name) == 0)
    return;
  g_free (self->agent_name);
  self->agent_name = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AGENT_NAME]);
}

static void
take_text (char **text, json_t *from, const char *member)
{
  g_free (*text);
  *text = g_strdup (json_string_value (json_object_get (from, member)));
}

void
ls_store_change_agent (LsStore *self, json_t *agent)
{
  take_text (&self->agent_version, agent, "version");
  take_text (&self->agent_sandbox, agent, "sandbox");
  take_text (&self->agent_time_zone, agent, "time_zone");
  take_text (&self->agent_epoch, agent, "epoch");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AGENT_VERSION]);
}

void
ls_store_tell_sampled (LsStore *self)
{
  g_signal_emit (self, signals[SIGNAL_SAMPLED], 0);
}

void
ls_store_tell_notice (LsStore *self, const char *text, gboolean bad)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, text, bad);
}

/* --- the stream --- */

void
ls_store_set_connected (LsStore *store)
{
  store->last_seen = g_get_real_time () / 1000;
  /* Resumed without a gap: no snapshot follows. */
  if (store->has_data)
    ls_store_change_state (store, LS_STORE_CONNECTED, NULL);
  ls_store_ask_for_history (store);
}

void
ls_store_set_lost (LsStore *store, const GError *error)
{
  ls_store_change_state (store, LS_STORE_LOST, error ? error->message : NULL);
}

static void
stream_event (LsEventStream *stream, const char *type, json_t *event, LsStore *self)
{
  ls_store_apply (self, type, event);
}

static void
stream_lost (LsEventStream *stream, GError *error, LsStore *self)
{
  ls_store_set_lost (self, error);
}

static void
stream_connected (LsEventStream *stream, LsStore *self)
{
  ls_store_set_connected (self);
}

LsStore *
ls_store_new (LsClient *client)
{
  LsStore *self = g_object_new (LS_TYPE_STORE, NULL);
  if (!client)
    return self;
  self->client = g_object_ref (client);
  self->agent_name = g_strdup (ls_client_address (client));
  self->stream = ls_event_stream_new (client, "sample,change", 1000);
  g_signal_connect (self->stream, "event", G_CALLBACK (stream_event), self);
  g_signal_connect (self->stream, "lost", G_CALLBACK (stream_lost), self);
  g_signal_connect (self->stream, "connected", G_CALLBACK (stream_connected), self);
  return self;
}

void
ls_store_start (LsStore *store)
{
  if (store->stream)
    ls_event_stream_start (store->stream);
}

void
ls_store_stop (LsStore *store)
{
  if (store->stream)
    ls_event_stream_stop (store->stream);
}

void
ls_store_retry_now (LsStore *store)
{
  if (store->stream)
    ls_event_stream_retry_now (store->stream);
}

void
ls_store_set_paused (LsStore *store, gboolean paused)
{
  if (store->paused == paused)
    return;
  store->paused = paused;
  if (!paused && store->missed) {
    store->missed = FALSE;
    ls_store_ask_for_history (store);
  }
  g_object_notify_by_pspec (G_OBJECT (store), properties[PROP_PAUSED]);
}

/* --- object --- */

static void
ls_store_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LsStore *self = LS_STORE (object);
  switch (id) {
  case PROP_STATE: g_value_set_int (value, self->state); break;
  case PROP_ERROR: g_value_set_string (value, self->error); break;
  case PROP_AGENT_NAME: g_value_set_string (value, self->agent_name); break;
  case PROP_AGENT_VERSION: g_value_set_string (value, self->agent_version); break;
  case PROP_PAUSED: g_value_set_boolean (value, self->paused); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_store_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PAUSED)
    ls_store_set_paused (LS_STORE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ls_store_dispose (GObject *object)
{
  LsStore *self = LS_STORE (object);
  g_cancellable_cancel (self->cancellable);
  if (self->stream) {
    g_signal_handlers_disconnect_by_data (self->stream, self);
    ls_event_stream_stop (self->stream);
  }
  g_clear_object (&self->stream);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (ls_store_parent_class)->dispose (object);
}

static void
ls_store_finalize (GObject *object)
{
  LsStore *self = LS_STORE (object);
  for (guint kind = 0; kind < N_KINDS; kind++)
    ls_keyed_list_free (self->lists[kind]);
  ls_host_clear (&self->host);
  g_hash_table_unref (self->progress);
  g_clear_object (&self->cancellable);
  g_free (self->error);
  g_free (self->agent_name);
  g_free (self->agent_version);
  g_free (self->agent_sandbox);
  g_free (self->agent_time_zone);
  g_free (self->agent_epoch);
  G_OBJECT_CLASS (ls_store_parent_class)->finalize (object);
}

static void
ls_store_class_init (LsStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  object_class->get_property = ls_store_get_property;
  object_class->set_property = ls_store_set_property;
  object_class->dispose = ls_store_dispose;
  object_class->finalize = ls_store_finalize;
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, LS_STORE_CONNECTING, LS_STORE_LOST, LS_STORE_CONNECTING, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_AGENT_NAME] = g_param_spec_string ("agent-name", NULL, NULL, NULL, flags);
  properties[PROP_AGENT_VERSION] = g_param_spec_string ("agent-version", NULL, NULL, NULL, flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[SIGNAL_SAMPLED] = g_signal_new ("sampled", LS_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", LS_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
ls_store_init (LsStore *self)
{
  const GType types[N_KINDS] = { LS_TYPE_CLUSTER_ITEM, LS_TYPE_WORKER_ITEM, LS_TYPE_POOL_ITEM, LS_TYPE_JOB_ITEM, LS_TYPE_TASK_ITEM,
                                  LS_TYPE_SCHEDULE_ITEM, LS_TYPE_BUFFER_ITEM };
  for (guint kind = 0; kind < N_KINDS; kind++)
    self->lists[kind] = ls_keyed_list_new (types[kind]);
  ls_host_init (&self->host);
  self->progress = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_decref);
  self->cancellable = g_cancellable_new ();
  self->agent_cpu = self->agent_rss = NAN;
  self->interval_ms = 1000;
}

/* --- what there is --- */

LsClient *
ls_store_client (LsStore *store)
{
  return store->client;
}

LsStoreState
ls_store_state (LsStore *store)
{
  return store->state;
}

gboolean
ls_store_has_data (LsStore *store)
{
  return store->has_data;
}

gint64
ls_store_last_seen (LsStore *store)
{
  return store->last_seen;
}

const char *
ls_store_error (LsStore *store)
{
  return store->error;
}

const char *
ls_store_agent_name (LsStore *store)
{
  return store->agent_name;
}

const char *
ls_store_agent_version (LsStore *store)
{
  return store->agent_version;
}

const char *
ls_store_agent_sandbox (LsStore *store)
{
  return store->agent_sandbox;
}

const char *
ls_store_agent_time_zone (LsStore *store)
{
  return store->agent_time_zone;
}

const char *
ls_store_agent_epoch (LsStore *store)
{
  return store->agent_epoch;
}

gboolean
ls_store_paused (LsStore *store)
{
  return store->paused;
}

const LsHost *
ls_store_host (LsStore *store)
{
  return &store->host;
}

double
ls_store_agent_cpu (LsStore *store)
{
  return store->agent_cpu;
}

double
ls_store_agent_rss (LsStore *store)
{
  return store->agent_rss;
}

gint64
ls_store_interval_ms (LsStore *store)
{
  return store->interval_ms;
}
