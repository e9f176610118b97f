/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/service.h"

#include "base/error.h"
#include "logs/log.h"
#include "service/endpoint.h"
#include "service/attach.h"
#include "service/logs.h"
#include "service/nouns.h"
#include "service/routes.h"
#include "service/state.h"

#include <fcntl.h>
#include <string.h>

#define IDEMPOTENCY_KEYS 1024u
#define MESSAGES 256u
#define MESSAGES_BYTES (256u * 1024)
/* A line that has begun has so long to end before those who follow lines are told of it as it is: a question that waits for its answer. */
#define LINE_PATIENCE_MS 500

static const LsHttpLimits limits = {
  .head_bytes = 16 * 1024,
  .target_bytes = 8 * 1024,
  .body_bytes = 1024 * 1024,
  .connections = 64,
  .head_timeout_ms = 30000,
  .request_timeout_ms = 30000,
  .idle_timeout_ms = 60000,
  .write_timeout_ms = 30000,
};

static bool
on_opened (void *user, LsHttpConnection *connection, void **ret_context)
{
  LsService *service = user;

  if (ls_access_admit (service->access, connection, ret_context))
    return true;
  ls_log (LS_LOG_WARNING, "refused a connection to the API: only this user, root and the members of allow-group may call");
  return false;
}

static void
on_observe (void *user, const LsHttpRecord *record)
{
  if (record->refusal != NULL)
    ls_log (LS_LOG_INFO, "API: refused a request with %u: %s", record->status, record->refusal);
  else
    ls_log (LS_LOG_DEBUG, "API: %s %s: %u in %" G_GUINT64_FORMAT " µs", record->method, record->target, record->status, record->latency_us);
}

/* --- ending --- */

static void
parts_clear (LsServiceParts *parts)
{
  g_free ((char *) parts->epoch);
  g_free ((char *) parts->allow_group);
}

static void
on_part_closed (void *user)
{
  LsService *service = user;
  void (*closed) (void *user) = service->closed;
  void *closed_user = service->closed_user;

  if (--service->closing > 0)
    return;
  g_ptr_array_unref (service->endpoints);
  g_ptr_array_unref (service->outputs);
  g_ptr_array_unref (service->attached);
  ls_access_free (service->access);
  ls_idempotency_free (service->idempotency);
  ls_messages_free (service->messages);
  parts_clear (&service->parts);
  g_free (service);
  if (closed != NULL)
    closed (closed_user);
}

static void
on_timer_closed (uv_handle_t *handle)
{
  on_part_closed (handle->data);
}

/* The server goes first: it ends all exchanges, and with them the streams that use the others. */
static void
on_server_closed (void *user)
{
  LsService *service = user;

  ls_events_close (service->events, on_part_closed, service);
  ls_outlets_close (service->outlets, on_part_closed, service);
  ls_brakes_close (service->brakes, on_part_closed, service);
  ls_log_store_on_unfinished (service->parts.logs, NULL, NULL);
  uv_close ((uv_handle_t *) &service->unfinished, on_timer_closed);
}

void
ls_service_close (LsService *service, void (*closed) (void *user), void *user)
{
  service->closed = closed;
  service->closed_user = user;
  service->closing = 4;
  ls_http_server_close (service->server, on_server_closed, service);
}

/* --- beginning --- */

static gboolean
listen_on_fd (LsService *service, int fd, const char *what, GError **error)
{
  int failure = ls_http_server_listen (service->server, fd);

  if (failure == 0)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "Cannot listen on %s: %s.", what, g_strerror (-failure));
  return FALSE;
}

static LsEndpoint *
open_or_adopt (LsService *service, const char *path, GError **error)
{
  const LsServiceParts *parts = &service->parts;

  for (guint i = 0; i < parts->n_adopted; i++)
    if (strcmp (parts->adopted[i].path, path) == 0)
      return ls_endpoint_adopt (path, parts->adopted[i].fd, parts->adopted[i].lock, service->access, error);
  return ls_endpoint_open (path, service->access, error);
}

static gboolean
listen_on_path (LsService *service, const char *path, GError **error)
{
  LsEndpoint *endpoint = open_or_adopt (service, path, error);

  if (endpoint == NULL)
    return FALSE;
  g_ptr_array_add (service->endpoints, endpoint);
  return listen_on_fd (service, ls_endpoint_steal_fd (endpoint), path, error);
}

static gboolean
listen_on_all (LsService *service, GError **error)
{
  const LsServiceParts *parts = &service->parts;
  g_autoptr (GError) spare = NULL;

  for (guint i = 0; i < parts->n_listen_fds; i++)
    if (!listen_on_fd (service, parts->listen_fds[i], "the socket handed over by the service manager", error))
      return FALSE;
  for (const char *const *path = parts->sockets; path != NULL && *path != NULL; path++)
    if (!listen_on_path (service, *path, error))
      return FALSE;
  if (parts->spare_socket != NULL && !listen_on_path (service, parts->spare_socket, &spare))
    ls_log (LS_LOG_WARNING, "a window in a Flatpak will not find this agent: %s", spare->message);
  return TRUE;
}

static void
endpoint_free (gpointer endpoint)
{
  ls_endpoint_free (endpoint);
}

static gboolean
find_process (void *self, const char *id, LsInstance *ret_instance)
{
  const LsService *service = self;
  const LsTask *task = ls_supervisor_find_task (service->parts.supervisor, id);

  if (task == NULL || task->instance.pid == 0)
    return FALSE;
  *ret_instance = task->instance;
  return TRUE;
}

static void
hold_process (void *self, LsInstance instance, gboolean hold)
{
  const LsService *service = self;

  service->parts.hold (service->parts.self, instance, hold);
}

static void
on_line_patience (uv_timer_t *timer)
{
  LsService *service = timer->data;

  ls_log_store_show_unfinished (service->parts.logs);
}

static void
on_unfinished_line (void *user)
{
  LsService *service = user;

  uv_timer_start (&service->unfinished, on_line_patience, LINE_PATIENCE_MS, 0);
}

LsService *
ls_service_new (const LsServiceParts *parts, GError **error)
{
  static const LsHttpHandlers handlers = { .request = ls_routes_dispatch, .observe = on_observe, .opened = on_opened };
  g_autoptr (LsAccess) access = ls_access_new (parts->allow_group, parts->peer, error);
  LsBrakesParts brakes = { .loop = parts->loop, .patience_ms = LS_BRAKE_PATIENCE_MS, .find = find_process, .hold = hold_process };
  LsService *service;
  int failure;

  if (access == NULL)
    return NULL;
  service = brakes.self = g_new0 (LsService, 1);
  service->parts = *parts;
  service->parts.epoch = g_strdup (parts->epoch);
  service->parts.allow_group = g_strdup (parts->allow_group);
  service->access = g_steal_pointer (&access);
  service->endpoints = g_ptr_array_new_with_free_func (endpoint_free);
  service->outputs = g_ptr_array_new ();
  service->attached = g_ptr_array_new ();
  service->idempotency = ls_idempotency_new (IDEMPOTENCY_KEYS);
  service->messages = ls_messages_new (MESSAGES, MESSAGES_BYTES);
  service->outlets = ls_outlets_new (parts->loop);
  service->brakes = ls_brakes_new (&brakes);
  service->events = ls_events_new (service);
  uv_timer_init (parts->loop, &service->unfinished);
  service->unfinished.data = service;
  ls_log_store_on_unfinished (parts->logs, on_unfinished_line, service);
  failure = ls_http_server_new (parts->loop, &limits, &handlers, service, &service->server);
  if (failure < 0)
    g_error ("cannot make the API's server: %s", g_strerror (-failure));
  if (listen_on_all (service, error))
    return service;
  ls_service_close (service, NULL, NULL);
  return NULL;
}

void
ls_service_hand_over (LsService *service, void (*each) (void *user, const char *path, int fd, int lock), void *user)
{
  const LsServiceParts *parts = &service->parts;
  int fd, lock;

  for (guint i = 0; i < service->endpoints->len; i++)
    if (ls_endpoint_hand_over (g_ptr_array_index (service->endpoints, i), &fd, &lock))
      each (user, ls_endpoint_path (g_ptr_array_index (service->endpoints, i)), fd, lock);
  for (guint i = 0; i < parts->n_listen_fds; i++)
    if ((fd = fcntl (parts->listen_fds[i], F_DUPFD_CLOEXEC, 3)) >= 0)
      each (user, NULL, fd, -1);
}

/* --- what happens --- */

void
ls_service_changed (LsService *service, LsNoun noun, LsChangeOp op, gconstpointer resource)
{
  static const char *const ops[] = { [LS_CHANGE_ADDED] = "added", [LS_CHANGE_CHANGED] = "changed", [LS_CHANGE_REMOVED] = "removed" };

  if (ls_events_are_read (service->events))
    ls_events_push (service->events, LS_TOPIC_CHANGE,
                    json_pack ("{s:s, s:s, s:o}", "kind", ls_noun_kinds[noun].kind, "op", ops[op], "resource",
                               ls_noun_to_brief_json (service->parts.supervisor, noun, resource)));
  else
    ls_events_skip (service->events);
  if (noun == LS_NOUN_TASK)
    {
      const LsTask *task = resource;

      if (op != LS_CHANGE_REMOVED && !ls_task_state_is_final (task->state))
        return;
      ls_logs_task_ended (service, task->id);
      ls_attach_task_ended (service, task);
    }
}

void
ls_service_message (LsService *service, LsNoun noun, const char *id, json_t *message)
{
  ls_events_push (service->events, LS_TOPIC_MESSAGE,
                  ls_messages_add (service->messages, ls_noun_kinds[noun].kind, id, g_get_real_time () / 1000, message));
}

void
ls_service_sample (LsService *service, const LsSample *sample)
{
  ls_events_sample (service->events, sample);
}

guint
ls_service_readers (LsService *service)
{
  return ls_events_readers (service->events);
}
