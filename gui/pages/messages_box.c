/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/messages_box.h"

#include <glib/gi18n.h>

#include "gui/model/format.h"
#include "gui/model/message_feed.h"
#include "model/json.h"

struct _LsMessagesBox {
  AdwBin parent_instance;
  char *path;                  /* NULL: of nothing */
  LsMessageFeed *feed;         /* NULL with it */
  gboolean open;               /* messages are taken */
  gboolean late;               /* no longer: what was said last is still to be asked for */
  char *instance;              /* nullable */
  GtkExpander *expander;
  GtkScrolledWindow *scroller;
  GtkListBox *list;
  GtkBox *send_box;
  GtkEntry *entry;
  GtkButton *send_button;
  GtkLabel *hint_label;
};

G_DEFINE_FINAL_TYPE (LsMessagesBox, ls_messages_box, ADW_TYPE_BIN)

/* --- what is shown --- */

static guint
n_messages (LsMessagesBox *self)
{
  return self->feed ? g_list_model_get_n_items (ls_message_feed_items (self->feed)) : 0;
}

static void
show_title (LsMessagesBox *self)
{
  guint n = n_messages (self);
  g_autofree char *title = n > 0 ? g_strdup_printf (_("Messages (%u)"), n) : g_strdup (_("Messages"));
  if (g_strcmp0 (gtk_expander_get_label (self->expander), title) != 0)
    gtk_expander_set_label (self->expander, title);
  gtk_widget_set_visible (GTK_WIDGET (self->scroller), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->send_box), self->open);
  gtk_widget_set_visible (GTK_WIDGET (self->hint_label), self->open);
  gtk_widget_set_visible (GTK_WIDGET (self), self->feed && (self->open || n > 0));
}

static GtkWidget *
make_row (gpointer object, gpointer user)
{
  LsMessageItem *item = object;
  gboolean sent = ls_message_item_is_sent (item);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  g_autofree char *clock = ls_text_clock (ls_message_item_at (item)), *when = g_strconcat (sent ? "→ " : "← ", clock, NULL);
  GtkWidget *when_label = gtk_label_new (when), *text_label = gtk_label_new (ls_message_item_text (item));
  gtk_widget_set_valign (when_label, GTK_ALIGN_START);
  gtk_widget_add_css_class (when_label, "numeric");
  gtk_widget_add_css_class (when_label, "dim-label");
  gtk_widget_set_tooltip_text (when_label, sent ? _("Sent from here") : _("Came from it"));
  gtk_label_set_xalign (GTK_LABEL (text_label), 0);
  gtk_label_set_wrap (GTK_LABEL (text_label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text_label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (text_label), 30);      /* long ones ask for no more room */
  gtk_label_set_selectable (GTK_LABEL (text_label), TRUE);
  gtk_widget_set_hexpand (text_label, TRUE);
  gtk_box_append (GTK_BOX (box), when_label);
  gtk_box_append (GTK_BOX (box), text_label);
  return box;
}

/* The newest stays in view. */
static void
scroll_down (GtkAdjustment *adjustment)
{
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment));
}

/* --- what is typed --- */

static void
say (LsMessagesBox *self, const char *sentence, gboolean bad)
{
  gtk_label_set_text (self->hint_label, sentence);
  (bad ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (GTK_WIDGET (self->hint_label), "error");
  (bad ? gtk_widget_remove_css_class : gtk_widget_add_css_class) (GTK_WIDGET (self->hint_label), "dim-label");
}

/* As the command line does it: JSON if it is, else the text itself; which of them is said before it goes. */
static void
ls_messages_box_typed (LsMessagesBox *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (GError) why = NULL;
  g_autoptr (json_t) message = ls_json_or_string (text, &why);
  gtk_widget_set_sensitive (GTK_WIDGET (self->send_button), *text != '\0');
  if (!*text)
    say (self, _("JSON, or a text"), FALSE);
  else if (!why)
    say (self, _("Goes as JSON"), FALSE);
  else if (*text == '{' || *text == '[' || *text == '"') {
    g_autofree char *sentence = g_strdup_printf (_("Goes as a text, since it is %s"), why->message);
    say (self, sentence, FALSE);
  } else
    say (self, _("Goes as a text"), FALSE);
}

static void
ls_messages_box_send (LsMessagesBox *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  if (!*text || !self->feed || !self->open || !gtk_widget_get_sensitive (GTK_WIDGET (self->send_button)))
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->send_button), FALSE);
  ls_message_feed_send (self->feed, text, self->instance);
}

static void
sent (LsMessagesBox *self, const char *refusal)
{
  if (!refusal) {
    gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
    return;
  }
  g_autofree char *sentence = g_strdup_printf (_("It was not sent: %s"), refusal);
  gtk_widget_set_sensitive (GTK_WIDGET (self->send_button), TRUE);
  say (self, sentence, TRUE);
}

/* --- of whom --- */

static void
forget (LsMessagesBox *self)
{
  if (self->feed)
    g_signal_handlers_disconnect_by_data (self->feed, self);
  gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->feed);
  g_clear_pointer (&self->path, g_free);
}

void
ls_messages_box_show (LsMessagesBox *box, LsClient *client, const char *path)
{
  if (g_strcmp0 (box->path, path) == 0)
    return;
  forget (box);
  gtk_editable_set_text (GTK_EDITABLE (box->entry), "");
  gtk_expander_set_expanded (box->expander, FALSE);
  box->late = TRUE;
  if (path && client) {
    box->path = g_strdup (path);
    box->feed = ls_message_feed_new (client, path);
    g_signal_connect_swapped (box->feed, "sent", G_CALLBACK (sent), box);
    g_signal_connect_object (ls_message_feed_items (box->feed), "items-changed", G_CALLBACK (show_title), box, G_CONNECT_SWAPPED);
    gtk_list_box_bind_model (box->list, ls_message_feed_items (box->feed), make_row, NULL, NULL);
    ls_message_feed_ask (box->feed);
  }
  show_title (box);
}

void
ls_messages_box_set_open (LsMessagesBox *box, gboolean open, const char *instance)
{
  if (g_strcmp0 (box->instance, instance) != 0) {
    g_free (box->instance);
    box->instance = g_strdup (instance);
  }
  if (box->open == open)
    return;
  box->open = open;
  box->late = TRUE;
  show_title (box);
}

/* What has ended says no more: it is asked once again, for its last words. */
void
ls_messages_box_renew (LsMessagesBox *box)
{
  if (!box->feed || (!box->open && !box->late))
    return;
  box->late = FALSE;
  ls_message_feed_ask (box->feed);
}

/* --- object --- */

static void
ls_messages_box_dispose (GObject *object)
{
  LsMessagesBox *self = LS_MESSAGES_BOX (object);
  if (self->feed)
    forget (self);
  G_OBJECT_CLASS (ls_messages_box_parent_class)->dispose (object);
}

static void
ls_messages_box_finalize (GObject *object)
{
  g_free (LS_MESSAGES_BOX (object)->instance);
  G_OBJECT_CLASS (ls_messages_box_parent_class)->finalize (object);
}

static void
ls_messages_box_class_init (LsMessagesBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_messages_box_dispose;
  G_OBJECT_CLASS (klass)->finalize = ls_messages_box_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/messages_box.ui");
  gtk_widget_class_bind_template_child (widget_class, LsMessagesBox, expander);
  gtk_widget_class_bind_template_child (widget_class, LsMessagesBox, scroller);
  gtk_widget_class_bind_template_child (widget_class, LsMessagesBox, list);
  gtk_widget_class_bind_template_child (widget_class, LsMessagesBox, send_box);
  gtk_widget_class_bind_template_child (widget_class, LsMessagesBox, entry);
  gtk_widget_class_bind_template_child (widget_class, LsMessagesBox, send_button);
  gtk_widget_class_bind_template_child (widget_class, LsMessagesBox, hint_label);
  gtk_widget_class_bind_template_callback (widget_class, ls_messages_box_typed);
  gtk_widget_class_bind_template_callback (widget_class, ls_messages_box_send);
}

static void
ls_messages_box_init (LsMessagesBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (gtk_scrolled_window_get_vadjustment (self->scroller), "changed", G_CALLBACK (scroll_down), NULL);
  ls_messages_box_typed (self);
  show_title (self);
}
