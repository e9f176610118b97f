/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/dialogs/dialog.h"

#include <glib/gi18n.h>

#include "base/text.h"
#include "gui/window.h"

#define WIDTH 480
#define SPARE_HEIGHT 160        /* of the window, for the header and what stands around */

typedef struct {
  LsStore *store;
  GCancellable *cancellable;
  GtkButton *verb_button;
  GtkSpinner *spinner;
  GtkRevealer *refusal_revealer;
  GtkLabel *refusal_label;
  GtkScrolledWindow *scroller;
  AdwBin *form_bin;
} LsDialogPrivate;

enum { PROP_STORE = 1, PROP_VERB, PROP_FORM, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LsDialog, ls_dialog, ADW_TYPE_WINDOW)

#define PRIVATE(dialog) ((LsDialogPrivate *) ls_dialog_get_instance_private (dialog))

LsStore *
ls_dialog_store (LsDialog *dialog)
{
  return PRIVATE (dialog)->store;
}

/* --- asking the agent --- */

/* The form stays as it is: what is typed on keeps its focus, and nothing is sent twice while the verb waits. */
static void
set_busy (LsDialogPrivate *self, gboolean busy)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->verb_button), !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
}

void
ls_dialog_refuse (LsDialog *dialog, GtkWidget *at, const char *sentence)
{
  LsDialogPrivate *self = PRIVATE (dialog);
  gtk_label_set_text (self->refusal_label, sentence);
  gtk_revealer_set_reveal_child (self->refusal_revealer, TRUE);
  if (at)
    gtk_widget_grab_focus (at);
}

static void
answered (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsDialog) dialog = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) answer = ls_client_call_finish (LS_CLIENT (source), result, NULL, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  set_busy (PRIVATE (dialog), FALSE);
  if (error) {
    ls_dialog_refuse (dialog, NULL, error->message);
    return;
  }
  if (LS_DIALOG_GET_CLASS (dialog)->agreed)
    LS_DIALOG_GET_CLASS (dialog)->agreed (dialog, answer);
  gtk_window_close (GTK_WINDOW (dialog));
}

void
ls_dialog_send (LsDialog *dialog, const char *method, const char *path, json_t *body, const char *const *headers)
{
  LsDialogPrivate *self = PRIVATE (dialog);
  LsClient *client = ls_store_client (self->store);
  g_autoptr (json_t) owned = body;
  if (!client)
    return;
  gtk_revealer_set_reveal_child (self->refusal_revealer, FALSE);
  set_busy (self, TRUE);
  ls_client_call_async (client, method, path, owned, headers, self->cancellable, answered, g_object_ref (dialog));
}

static void
ls_dialog_verb_clicked (LsDialog *dialog)
{
  LS_DIALOG_GET_CLASS (dialog)->submit (dialog);
}

/* --- reading the form --- */

const char *
ls_dialog_text (AdwEntryRow *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

/* What is plain to see here need not be asked. */
const char *
ls_dialog_read_name (LsDialog *dialog, AdwEntryRow *entry)
{
  LsStore *store = PRIVATE (dialog)->store;
  const char *name = ls_dialog_text (entry);
  gboolean is_cluster = ls_store_find_cluster (store, name) != NULL, is_pool = ls_store_find_pool (store, name) != NULL;
  gboolean is_schedule = ls_store_find_schedule (store, name) != NULL;
  g_autofree char *taken = g_strdup_printf (is_pool ? _("There is a pool “%s” already: choose another name.")
                                            : is_schedule ? _("There is a schedule “%s” already: choose another name, or edit that one.")
                                                          : _("There is a cluster “%s” already: choose another name, or edit that one."), name);
  if (!ls_name_is_valid (name))
    ls_dialog_refuse (dialog, GTK_WIDGET (entry), _("A name begins with a small letter and has small letters, digits and “-”, 32 at most."));
  else if (is_cluster || is_pool || is_schedule)
    ls_dialog_refuse (dialog, GTK_WIDGET (entry), taken);
  else
    return name;
  return NULL;
}

gboolean
ls_dialog_read (LsDialog *dialog, AdwEntryRow *entry, json_t *spec, LsKind kind, const char *key)
{
  g_autoptr (GError) error = NULL;
  if (ls_form_put (spec, kind, key, ls_dialog_text (entry), &error))
    return TRUE;
  ls_dialog_refuse (dialog, GTK_WIDGET (entry), error->message);
  return FALSE;
}

char *
ls_dialog_take_text (GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

gboolean
ls_dialog_read_variables (LsDialog *dialog, GtkTextView *view, json_t *spec)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *lines = ls_dialog_take_text (view);
  json_t *variables = ls_form_read_variables (lines, &error);
  if (variables)
    json_object_set_new (spec, "env", variables);
  else
    ls_dialog_refuse (dialog, GTK_WIDGET (view), error->message);
  return variables != NULL;
}

/* --- what came of it --- */

typedef struct {
  GtkWidget *window;           /* the signal's lifetime is its */
  GListModel *list;
  gulong handler;
  char *name, *key;
} Awaited;

static void
awaited_free (gpointer data, GClosure *closure)
{
  Awaited *awaited = data;
  g_free (awaited->name);
  g_free (awaited->key);
  g_free (awaited);
}

static gboolean
has_key (GListModel *list, const char *key)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (LsItem) item = g_list_model_get_item (list, i);
    if (g_strcmp0 (ls_item_key (item), key) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
list_changed (GListModel *list, guint position, guint removed, guint added, gpointer user)
{
  Awaited *awaited = user;
  if (!has_key (list, awaited->key))
    return;
  ls_window_show (awaited->window, awaited->name, awaited->key);
  g_signal_handler_disconnect (list, awaited->handler);
}

/* The answer may be here before the change that brings the row. */
void
ls_dialog_show_later (LsDialog *dialog, const char *name, GListModel *list, const char *key)
{
  GtkWidget *window = GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (dialog)));
  if (!window || !key)
    return;
  if (has_key (list, key)) {
    ls_window_show (window, name, key);
    return;
  }
  Awaited *awaited = g_new0 (Awaited, 1);
  awaited->window = window;
  awaited->name = g_strdup (name);
  awaited->key = g_strdup (key);
  GClosure *closure = g_cclosure_new (G_CALLBACK (list_changed), awaited, awaited_free);
  g_object_watch_closure (G_OBJECT (window), closure);
  awaited->handler = g_signal_connect_closure (list, "items-changed", closure, TRUE);
}

/* --- object --- */

/* As wide and high as the form needs, and never more than the window under it. */
static void
fit (LsDialog *dialog)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (dialog));
  int width = parent ? gtk_widget_get_width (GTK_WIDGET (parent)) : 0, height = parent ? gtk_widget_get_height (GTK_WIDGET (parent)) : 0;
  gtk_window_set_default_size (GTK_WINDOW (dialog), width > 0 ? MIN (WIDTH, width) : WIDTH, -1);
  if (height > 2 * SPARE_HEIGHT)
    gtk_scrolled_window_set_max_content_height (PRIVATE (dialog)->scroller, height - SPARE_HEIGHT);
}

static void
ls_dialog_realize (GtkWidget *widget)
{
  fit (LS_DIALOG (widget));
  GTK_WIDGET_CLASS (ls_dialog_parent_class)->realize (widget);
}

static gboolean
ls_dialog_close_request (GtkWindow *window)
{
  g_cancellable_cancel (PRIVATE (LS_DIALOG (window))->cancellable);
  return GTK_WINDOW_CLASS (ls_dialog_parent_class)->close_request (window);
}

static void
ls_dialog_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LsDialogPrivate *self = PRIVATE (LS_DIALOG (object));
  switch (id) {
  case PROP_STORE: g_value_set_object (value, self->store); break;
  case PROP_VERB: g_value_set_string (value, gtk_button_get_label (self->verb_button)); break;
  case PROP_FORM: g_value_set_object (value, adw_bin_get_child (self->form_bin)); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_dialog_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  LsDialogPrivate *self = PRIVATE (LS_DIALOG (object));
  switch (id) {
  case PROP_STORE: self->store = g_value_dup_object (value); break;
  case PROP_VERB: gtk_button_set_label (self->verb_button, g_value_get_string (value)); break;
  case PROP_FORM: adw_bin_set_child (self->form_bin, g_value_get_object (value)); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_dialog_finalize (GObject *object)
{
  LsDialogPrivate *self = PRIVATE (LS_DIALOG (object));
  g_clear_object (&self->store);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (ls_dialog_parent_class)->finalize (object);
}

static void
ls_dialog_class_init (LsDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  object_class->get_property = ls_dialog_get_property;
  object_class->set_property = ls_dialog_set_property;
  object_class->finalize = ls_dialog_finalize;
  widget_class->realize = ls_dialog_realize;
  GTK_WINDOW_CLASS (klass)->close_request = ls_dialog_close_request;
  properties[PROP_STORE] = g_param_spec_object ("store", NULL, NULL, LS_TYPE_STORE, flags | G_PARAM_CONSTRUCT_ONLY);
  properties[PROP_VERB] = g_param_spec_string ("verb", NULL, NULL, NULL, flags);
  properties[PROP_FORM] = g_param_spec_object ("form", NULL, NULL, GTK_TYPE_WIDGET, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/dialogs/dialog.ui");
  gtk_widget_class_bind_template_child_private (widget_class, LsDialog, verb_button);
  gtk_widget_class_bind_template_child_private (widget_class, LsDialog, spinner);
  gtk_widget_class_bind_template_child_private (widget_class, LsDialog, refusal_revealer);
  gtk_widget_class_bind_template_child_private (widget_class, LsDialog, refusal_label);
  gtk_widget_class_bind_template_child_private (widget_class, LsDialog, scroller);
  gtk_widget_class_bind_template_child_private (widget_class, LsDialog, form_bin);
  gtk_widget_class_bind_template_callback (widget_class, ls_dialog_verb_clicked);
}

static void
ls_dialog_init (LsDialog *dialog)
{
  PRIVATE (dialog)->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (dialog));
  gtk_window_set_default_widget (GTK_WINDOW (dialog), GTK_WIDGET (PRIVATE (dialog)->verb_button));
}
