/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/client.h"

#include "client/client_private.h"
#include "client/failure.h"
#include "client/ssh_bridge.h"
#include "client/start_hint.h"

#include "base/error.h"
#include "base/socket_path.h"
#include "config.h"
#include "model/json.h"

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>
#include <string.h>
#include <unistd.h>

#define CALL_TIMEOUT_S 30
#define IDLE_TIMEOUT_S 30      /* less than the agent's 60 s: a POST never meets a connection that is just being closed */
#define CONNECTIONS_MAX 48     /* streams hold one each; the agent takes 64 */
#define SOCKET_PATH_MAX 107    /* sun_path, with its end */
#define PROBLEM_MAX (1024 * 1024)

struct _LsClient {
  GObject parent;
  char *address;
  char *refusal;          /* why this address cannot be used, or NULL */
  LsSshBridge *bridge;    /* to another computer; NULL: the socket is on this one */
  SoupSession *session;
};

G_DEFINE_FINAL_TYPE (LsClient, ls_client, G_TYPE_OBJECT)

char *
ls_client_default_socket (void)
{
  gboolean in_flatpak = g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
  return ls_socket_path_default (in_flatpak, geteuid () == 0, g_get_user_runtime_dir (), LS_APP_ID);
}

static void
ls_client_finalize (GObject *object)
{
  LsClient *client = LS_CLIENT (object);
  g_clear_object (&client->session);
  g_clear_pointer (&client->bridge, ls_ssh_bridge_free);
  g_free (client->address);
  g_free (client->refusal);
  G_OBJECT_CLASS (ls_client_parent_class)->finalize (object);
}

static void
ls_client_class_init (LsClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_client_finalize;
}

static void
ls_client_init (LsClient *client)
{
}

static SoupSession *
session_on_socket (const char *path)
{
  g_autoptr (GSocketAddress) socket_address = g_unix_socket_address_new (path);
  SoupSession *session = g_object_new (SOUP_TYPE_SESSION, "remote-connectable", socket_address, "max-conns", CONNECTIONS_MAX, "max-conns-per-host",
                                       CONNECTIONS_MAX, "timeout", 0, "idle-timeout", IDLE_TIMEOUT_S, "user-agent", "lineshaft/" LS_VERSION, NULL);
  /* Nothing between us and a socket of this computer. */
  soup_session_set_proxy_resolver (session, NULL);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

static void
connect_by_ssh (LsClient *client)
{
  g_autoptr (GError) error = NULL;
  client->bridge = ls_ssh_bridge_new (client->address, &error);
  if (client->bridge)
    client->session = session_on_socket (ls_ssh_bridge_path (client->bridge));
  else
    client->refusal = g_strdup (error->message);
}

static void
connect_to (LsClient *client)
{
  const char *path = client->address + (g_str_has_prefix (client->address, "unix:") ? strlen ("unix:") : 0);
  if (g_str_has_prefix (path, "ssh://"))
    connect_by_ssh (client);
  else if (strstr (path, "://"))
    client->refusal = g_strdup_printf ("\"%s\" is no address of an agent: give the path of a socket, or ssh://[user@]host", path);
  else if (strlen (path) > SOCKET_PATH_MAX || !*path)
    client->refusal = g_strdup_printf ("\"%s\" cannot be the path of a Unix socket: it has 1 to %d bytes", path, SOCKET_PATH_MAX);
  else
    client->session = session_on_socket (path);
}

LsClient *
ls_client_new (const char *address)
{
  LsClient *client = g_object_new (LS_TYPE_CLIENT, NULL);
  const char *from_environment = g_getenv ("LINESHAFT_HOST");
  if (!address && from_environment && *from_environment)
    address = from_environment;
  client->address = address ? g_strdup (address) : ls_client_default_socket ();
  connect_to (client);
  return client;
}

const char *
ls_client_address (LsClient *client)
{
  return client->address;
}

const char *
ls_client_socket_path (LsClient *client, GError **error)
{
  if (client->refusal)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, client->refusal);
      return NULL;
    }
  if (client->bridge)
    return ls_ssh_bridge_path (client->bridge);
  return client->address + (g_str_has_prefix (client->address, "unix:") ? strlen ("unix:") : 0);
}

/* One call in the making. */
typedef struct {
  SoupMessage *message;
  GCancellable *cancellable;      /* our own; the caller's cancels it */
  GCancellable *outer;
  gulong outer_handler;
  guint timer;
  gboolean timed_out;
  guint status;
} Call;

static void
call_free (Call *call)
{
  if (call->outer_handler)
    g_cancellable_disconnect (call->outer, call->outer_handler);
  g_clear_handle_id (&call->timer, g_source_remove);
  g_clear_object (&call->outer);
  g_clear_object (&call->cancellable);
  g_clear_object (&call->message);
  g_free (call);
}

static gboolean
call_timed_out (gpointer data)
{
  Call *call = data;
  call->timer = 0;
  call->timed_out = TRUE;
  g_cancellable_cancel (call->cancellable);
  return G_SOURCE_REMOVE;
}

static void
outer_cancelled (GCancellable *outer, gpointer inner)
{
  g_cancellable_cancel (inner);
}

static SoupMessage *
make_message (const char *method, const char *path, GBytes *body, const char *content_type, const char *const *headers)
{
  g_autofree char *uri = g_strconcat ("http://lineshaft", path, NULL);
  SoupMessage *message = soup_message_new (method, uri);
  if (!message)
    return NULL;
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (body)
    soup_message_set_request_body_from_bytes (message, content_type, body);
  for (; headers && headers[0]; headers += 2)
    soup_message_headers_replace (soup_message_get_request_headers (message), headers[0], headers[1]);
  return message;
}

/* A task with its call, or NULL after having returned the error. */
static GTask *
begin (LsClient *client, const char *method, const char *path, GBytes *body, const char *content_type, const char *const *headers, guint timeout_s,
       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (client, NULL, callback, user_data);
  Call *call = g_new0 (Call, 1);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  if (client->refusal)
    {
      g_task_return_new_error (task, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s", client->refusal);
      return NULL;
    }
  call->message = make_message (method, path, body, content_type, headers);
  if (!call->message)
    {
      g_task_return_new_error (task, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" cannot be a path of the API", path);
      return NULL;
    }
  call->cancellable = g_cancellable_new ();
  if (cancellable)
    {
      call->outer = g_object_ref (cancellable);
      call->outer_handler = g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled), g_object_ref (call->cancellable), g_object_unref);
    }
  if (timeout_s)
    call->timer = g_timeout_add_seconds (timeout_s, call_timed_out, call);
  return g_steal_pointer (&task);
}

GError *
ls_client_failure (LsClient *client, const GError *cause)
{
  const LsStartPlace place = ls_start_place (client->address);
  g_autofree char *hint = ls_start_hint (&place, client->address);
  return ls_failure_from_transport (cause, client->address, hint);
}

static GError *
transport_failure (LsClient *client, const Call *call, const GError *cause)
{
  if (call->timed_out)
    return g_error_new (LS_ERROR, LS_ERROR_TIMED_OUT, "the agent on %s did not answer within %d s", client->address, CALL_TIMEOUT_S);
  return ls_client_failure (client, cause);
}

static gboolean
is_success (guint status)
{
  return status >= 200 && status < 300;
}

static void
answer_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_clear_handle_id (&call->timer, g_source_remove);
  if (!body)
    {
      g_task_return_error (task, transport_failure (g_task_get_source_object (task), call, error));
      return;
    }
  call->status = soup_message_get_status (call->message);
  if (!is_success (call->status))
    {
      g_task_return_error (task, ls_failure_from_answer (call->status, soup_message_get_reason_phrase (call->message), body));
      return;
    }
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  json_t *json = length > 0 ? ls_json_parse (text, length, &error) : json_null ();
  if (json)
    g_task_return_pointer (task, json, (GDestroyNotify) json_decref);
  else
    g_task_return_new_error (task, LS_ERROR, LS_ERROR_FAILED, "the agent's answer is %s", error->message);
}

void
ls_client_call_async (LsClient *client, const char *method, const char *path, json_t *body, const char *const *headers, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GBytes) bytes = NULL;
  if (body)
    {
      char *text = ls_json_to_text (body);
      bytes = g_bytes_new_take (text, strlen (text));
    }
  /* A merge-patch says that it is one. */
  const char *content_type = g_str_equal (method, "PATCH") ? "application/merge-patch+json" : "application/json";
  GTask *task = begin (client, method, path, bytes, content_type, headers, CALL_TIMEOUT_S, cancellable, callback, user_data);
  if (!task)
    return;
  Call *call = g_task_get_task_data (task);
  soup_session_send_and_read_async (client->session, call->message, G_PRIORITY_DEFAULT, call->cancellable, answer_read, task);
}

json_t *
ls_client_call_finish (LsClient *client, GAsyncResult *result, guint *ret_status, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  Call *call = g_task_get_task_data (G_TASK (result));
  if (ret_status)
    *ret_status = call->status;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
problem_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Call *call = g_task_get_task_data (task);
  g_autoptr (GBytes) body = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  g_task_return_error (task, ls_failure_from_answer (call->status, soup_message_get_reason_phrase (call->message), body));
}

static void
answer_begun (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  g_clear_handle_id (&call->timer, g_source_remove);
  if (!stream)
    {
      g_task_return_error (task, transport_failure (g_task_get_source_object (task), call, error));
      return;
    }
  call->status = soup_message_get_status (call->message);
  if (is_success (call->status))
    g_task_return_pointer (task, g_steal_pointer (&stream), g_object_unref);
  else
    g_input_stream_read_bytes_async (stream, PROBLEM_MAX, G_PRIORITY_DEFAULT, call->cancellable, problem_read, g_steal_pointer (&task));
}

void
ls_client_stream_async (LsClient *client, const char *method, const char *path, GBytes *body, const char *content_type, const char *const *headers,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = begin (client, method, path, body, content_type, headers, CALL_TIMEOUT_S, cancellable, callback, user_data);
  if (!task)
    return;
  Call *call = g_task_get_task_data (task);
  soup_session_send_async (client->session, call->message, G_PRIORITY_DEFAULT, call->cancellable, answer_begun, task);
}

void
ls_client_open_async (LsClient *client, const char *method, const char *path, GBytes *body, const char *content_type, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  ls_client_stream_async (client, method, path, body, content_type, NULL, cancellable, callback, user_data);
}

GInputStream *
ls_client_open_finish (LsClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
