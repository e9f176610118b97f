/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A connection to an agent: plain HTTP over its Unix socket, asynchronous on GLib's main context.
 *
 * Errors are LS_ERROR (base/error.h) with the agent's own sentence; LS_ERROR_NO_AGENT when nobody answers. */

#include <gio/gio.h>
#include <jansson.h>

#define LS_TYPE_CLIENT (ls_client_get_type ())
G_DECLARE_FINAL_TYPE (LsClient, ls_client, LS, CLIENT, GObject)

/* @address: a socket's path, or ssh://[user@]host; NULL: LINESHAFT_HOST, else the default socket of this user. */
LsClient *ls_client_new (const char *address);
const char *ls_client_address (LsClient *client);      /* as shown to people */
/* That of this user, or of this Flatpak: base/socket_path.h. (transfer full) */
char *ls_client_default_socket (void);

/* One call. @path begins with /v1/; @body may be NULL (borrowed). @headers: NULL or "Name", "value", …, NULL. */
void ls_client_call_async (LsClient *client, const char *method, const char *path, json_t *body, const char *const *headers,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* The answer's JSON (transfer full), json_null() for an empty one; NULL with an error for 4xx, 5xx and no agent. @ret_status may be NULL. */
json_t *ls_client_call_finish (LsClient *client, GAsyncResult *result, guint *ret_status, GError **error);

/* The answer as bytes: metrics, openapi.json, a task's output, followed logs (the stream ends with the answer). */
void ls_client_open_async (LsClient *client, const char *method, const char *path, GBytes *body, const char *content_type,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GInputStream *ls_client_open_finish (LsClient *client, GAsyncResult *result, GError **error);      /* (transfer full) */

/* A connection of its own for another protocol (`Upgrade: @protocol`): an attached terminal. GET @path; the agent answers 101, and from then on the
 * stream carries @protocol's bytes both ways, at the other end of ssh as well. Closing it is how one leaves. */
void ls_client_upgrade_async (LsClient *client, const char *path, const char *protocol, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
/* (transfer full); NULL with the agent's sentence for any other answer. */
GIOStream *ls_client_upgrade_finish (LsClient *client, GAsyncResult *result, GError **error);
