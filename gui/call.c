/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/call.h"

#include "gui/window.h"

typedef struct {
  GWeakRef widget;
  char *refused;
  LsCallDone done;
  gpointer user;
} LsCall;

static void
ls_call_free (LsCall *call)
{
  g_weak_ref_clear (&call->widget);
  g_free (call->refused);
  g_free (call);
}

void
ls_call_refused (GtkWidget *widget, const char *refused, const GError *error)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", refused, error->message);
  ls_window_notice (widget, text, TRUE);
}

static void
answered (GObject *source, GAsyncResult *result, gpointer user)
{
  LsCall *call = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&call->widget);
  json_t *answer = ls_client_call_finish (LS_CLIENT (source), result, NULL, &error);
  if (widget && error && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ls_call_refused (widget, call->refused, error);
  if (widget && call->done)
    call->done (widget, answer, call->user);
  json_decref (answer);
  ls_call_free (call);
}

void
ls_call (GtkWidget *widget, LsClient *client, const char *method, const char *path, json_t *body, const char *refused,
         LsCallDone done, gpointer user)
{
  if (!client) {
    json_decref (body);
    return;
  }
  LsCall *call = g_new0 (LsCall, 1);
  g_weak_ref_init (&call->widget, widget);
  call->refused = g_strdup (refused);
  call->done = done;
  call->user = user;
  ls_client_call_async (client, method, path, body, NULL, NULL, answered, call);
  json_decref (body);
}
