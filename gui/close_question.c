/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/close_question.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct {
  GtkWindow *window;
  GSettings *settings;
  LsCloseAnswered answered;
} Question;

static void
question_free (gpointer user, GClosure *closure)
{
  Question *question = user;
  g_object_unref (question->window);
  g_clear_object (&question->settings);
  g_free (question);
}

static void
answered (AdwMessageDialog *dialog, const char *response, Question *question)
{
  if (question->settings && (g_str_equal (response, "stop") || g_str_equal (response, "keep")))
    g_settings_set_string (question->settings, "on-close", response);
  question->answered (question->window, response);
}

void
ls_close_question_ask (GtkWindow *window, GSettings *settings, gboolean in_sandbox, LsCloseAnswered callback)
{
  GtkWidget *dialog = adw_message_dialog_new (window, _("Keep running what runs?"), NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);
  Question *question = g_new0 (Question, 1);
  question->window = g_object_ref (window);
  question->settings = settings ? g_object_ref (settings) : NULL;
  question->answered = callback;
  adw_message_dialog_set_body (message, in_sandbox ? _("This window started the agent. Its workers and tasks can go on without the window, in the "
                                                       "application’s sandbox, or stop with it. The answer is remembered.")
                                                   : _("This window started the agent. Its workers and tasks can go on without the window, or stop with it. "
                                                       "The answer is remembered."));
  adw_message_dialog_add_responses (message, "cancel", _("_Cancel"), "stop", _("_Stop everything"), "keep", _("_Keep running"), NULL);
  adw_message_dialog_set_response_appearance (message, "stop", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (message, "keep", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (message, "keep");
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (answered), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
