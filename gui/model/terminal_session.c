/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/terminal_session.h"

#include <string.h>

#include <glib/gi18n.h>

#define CHUNK (64 * 1024)
#define UNREAD_MAX (1024 * 1024)

struct _LsTerminalSession {
  GObject parent_instance;
  GCancellable *cancellable;
  LsTerminalReader *reader;
  GIOStream *stream;           /* NULL: not connected yet, or no longer */
  GString *unwritten;          /* frames */
  GString *writing;            /* those that are under way; NULL: none */
  gboolean over;               /* "ended" or "failed" was said */
};

enum { SIGNAL_OUTPUT, SIGNAL_ENDED, SIGNAL_FAILED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LsTerminalSession, ls_terminal_session, G_TYPE_OBJECT)

static void
fail (LsTerminalSession *self, const char *sentence)
{
  if (self->over)
    return;
  self->over = TRUE;
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, sentence);
}

/* --- from the task --- */

static void
frame_came (void *user, guint type, const char *payload, gsize length)
{
  LsTerminalSession *self = user;
  if (self->over)
    return;
  if (type == LS_FRAME_OUTPUT || type == LS_FRAME_ERRORS) {
    g_autoptr (GBytes) bytes = g_bytes_new (payload, length);
    g_signal_emit (self, signals[SIGNAL_OUTPUT], 0, bytes);
  } else if (type == LS_FRAME_EXIT) {
    g_autofree char *text = g_strndup (payload, length);
    self->over = TRUE;
    g_signal_emit (self, signals[SIGNAL_ENDED], 0, text);
  }
}

static void
chunk_came (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsTerminalSession) self = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gboolean good = bytes && g_bytes_get_size (bytes) > 0;
  if (good)
    good = ls_terminal_reader_feed (self->reader, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  if (good && !self->over)
    g_input_stream_read_bytes_async (G_INPUT_STREAM (source), CHUNK, G_PRIORITY_DEFAULT, self->cancellable, chunk_came, g_object_ref (self));
  else if (!good)
    fail (self, error ? error->message : _("The agent closed the connection."));
}

/* --- to the task --- */

static void write_more (LsTerminalSession *self);

static void
written (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsTerminalSession) self = user;
  g_autoptr (GError) error = NULL;
  gboolean good = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error);
  g_string_free (g_steal_pointer (&self->writing), TRUE);
  if (good)
    write_more (self);      /* a failure is seen by the reader, too, with what the agent had to say before */
}

static void
write_more (LsTerminalSession *self)
{
  if (!self->stream || self->writing || self->unwritten->len == 0)
    return;
  self->writing = self->unwritten;
  self->unwritten = g_string_new (NULL);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream), self->writing->str, self->writing->len, G_PRIORITY_DEFAULT,
                                   self->cancellable, written, g_object_ref (self));
}

gboolean
ls_terminal_session_type (LsTerminalSession *session, const char *bytes, gsize length)
{
  if (session->unwritten->len + length > UNREAD_MAX)
    return FALSE;
  ls_terminal_bytes_append (session->unwritten, LS_FRAME_INPUT, bytes, length);
  write_more (session);
  return TRUE;
}

void
ls_terminal_session_resize (LsTerminalSession *session, LsTerminalSize size)
{
  ls_terminal_window_append (session->unwritten, size);
  write_more (session);
}

/* --- object --- */

static void
connected (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsTerminalSession) self = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) stream = ls_client_upgrade_finish (LS_CLIENT (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_cancellable_is_cancelled (self->cancellable))
    return;
  if (!stream) {
    fail (self, error->message);
    return;
  }
  self->stream = g_steal_pointer (&stream);
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (self->stream), CHUNK, G_PRIORITY_DEFAULT, self->cancellable, chunk_came,
                                   g_object_ref (self));
  write_more (self);
}

void
ls_terminal_session_close (LsTerminalSession *session)
{
  session->over = TRUE;
  g_cancellable_cancel (session->cancellable);
}

static void
ls_terminal_session_finalize (GObject *object)
{
  LsTerminalSession *self = LS_TERMINAL_SESSION (object);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->reader, ls_terminal_reader_free);
  g_string_free (self->unwritten, TRUE);
  G_OBJECT_CLASS (ls_terminal_session_parent_class)->finalize (object);
}

static void
ls_terminal_session_class_init (LsTerminalSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ls_terminal_session_finalize;
  signals[SIGNAL_OUTPUT] = g_signal_new ("output", LS_TYPE_TERMINAL_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BYTES);
  signals[SIGNAL_ENDED] = g_signal_new ("ended", LS_TYPE_TERMINAL_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", LS_TYPE_TERMINAL_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ls_terminal_session_init (LsTerminalSession *self)
{
  self->cancellable = g_cancellable_new ();
  self->reader = ls_terminal_reader_new (frame_came, self);
  self->unwritten = g_string_new (NULL);
}

LsTerminalSession *
ls_terminal_session_new (LsClient *client, const char *task)
{
  LsTerminalSession *self = g_object_new (LS_TYPE_TERMINAL_SESSION, NULL);
  g_autofree char *path = g_strdup_printf ("/v1/tasks/%s/attach", task);
  ls_client_upgrade_async (client, path, LS_TERMINAL_PROTOCOL, self->cancellable, connected, g_object_ref (self));
  return self;
}
