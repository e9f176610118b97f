/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A window over the window with a form in it: Cancel, a verb, and a line for what the agent says against it.
 *
 * The verb is the default: Enter in any entry is a click on it. While the agent is asked the verb waits; refused, the form stays open, as it was
 * typed, with the agent's own sentence. A subclass gives "verb", "title" and "form" in its template. */

#include <adwaita.h>

#include "gui/model/form.h"
#include "gui/model/store.h"

#define LS_TYPE_DIALOG (ls_dialog_get_type ())
G_DECLARE_DERIVABLE_TYPE (LsDialog, ls_dialog, LS, DIALOG, AdwWindow)

struct _LsDialogClass {
  AdwWindowClass parent_class;

  /* The verb was clicked: read the form, then ls_dialog_send or ls_dialog_refuse. */
  void (*submit) (LsDialog *dialog);
  /* The agent agreed; the dialog closes after it. May be NULL. */
  void (*agreed) (LsDialog *dialog, json_t *answer);
};

LsStore *ls_dialog_store (LsDialog *dialog);      /* borrowed */
/* What is wrong, and where: @at gets the focus. @at may be NULL. */
void ls_dialog_refuse (LsDialog *dialog, GtkWidget *at, const char *sentence);
/* @body: (transfer full). @headers: NULL, or as in ls_client_call_async. */
void ls_dialog_send (LsDialog *dialog, const char *method, const char *path, json_t *body, const char *const *headers);
/* Puts the text of @entry into @spec, or refuses it there. */
gboolean ls_dialog_read (LsDialog *dialog, AdwEntryRow *entry, json_t *spec, LsKind kind, const char *key);
/* The lines NAME=value of @view as "env" in @spec, or refused there. */
gboolean ls_dialog_read_variables (LsDialog *dialog, GtkTextView *view, json_t *spec);
/* A name for a new cluster, pool or schedule; NULL when it is none, or taken: refused there. */
const char *ls_dialog_read_name (LsDialog *dialog, AdwEntryRow *entry);
const char *ls_dialog_text (AdwEntryRow *entry);
char *ls_dialog_take_text (GtkTextView *view);    /* (transfer full) */
/* Opens the page @name of the window for the item @key as soon as it is in @list. */
void ls_dialog_show_later (LsDialog *dialog, const char *name, GListModel *list, const char *key);
