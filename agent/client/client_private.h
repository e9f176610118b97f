/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside client only. */

#include "client/client.h"

/* No answer came: @cause in words, with what to do about it. (transfer full) */
GError *ls_client_failure (LsClient *client, const GError *cause);
/* As ls_client_open_async, with request headers ("Name", "value", …, NULL; NULL: none). Finish with ls_client_open_finish. */
void ls_client_stream_async (LsClient *client, const char *method, const char *path, GBytes *body, const char *content_type,
                             const char *const *headers, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/* The socket to connect to: the agent's, or that of the bridge to another computer. NULL with an error: the address cannot be used. */
const char *ls_client_socket_path (LsClient *client, GError **error);
