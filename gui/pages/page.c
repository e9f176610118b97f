/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/page.h"

#include <glib/gi18n.h>

#include "gui/model/format.h"

#define SPINNER_AFTER_MS 300
#define LOST_OPACITY 0.5

typedef struct {
  LsStore *store;
  gulong sampled_handler;      /* only while in view */
  guint spinner_source;
  gboolean waited;             /* long enough for a spinner */
  GtkStack *stack;
  GtkSpinner *spinner;
  GtkRevealer *lost_revealer;
  GtkLabel *lost_label;
  AdwBin *content_bin;
  AdwStatusPage *empty_page, *error_page;
  GtkButton *empty_button, *empty_second;
} LsPagePrivate;

enum {
  PROP_STORE = 1, PROP_CONTENT, PROP_EMPTY_ICON, PROP_EMPTY_TITLE, PROP_EMPTY_TEXT, PROP_EMPTY_BUTTON, PROP_EMPTY_ACTION,
  PROP_EMPTY_SECOND_BUTTON, PROP_EMPTY_SECOND_ACTION,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LsPage, ls_page, ADW_TYPE_BIN)

#define PRIVATE(page) ((LsPagePrivate *) ls_page_get_instance_private (page))

/* --- which state --- */

static const char *
state_name (LsPage *page)
{
  LsPagePrivate *self = PRIVATE (page);
  LsPageClass *klass = LS_PAGE_GET_CLASS (page);
  if (!ls_store_has_data (self->store)) {
    if (ls_store_state (self->store) == LS_STORE_LOST && self->waited)
      return "error";
    return self->waited ? "loading" : "waiting";
  }
  return klass->is_empty && klass->is_empty (page) ? "empty" : "content";
}

static void
show_lost (LsPagePrivate *self, gboolean lost)
{
  if (lost) {
    g_autofree char *clock = ls_text_clock (ls_store_last_seen (self->store));
    /* Translators: the time of day when the agent last answered. */
    g_autofree char *text = g_strdup_printf (_("Last seen %s · Retrying"), clock);
    gtk_label_set_text (self->lost_label, text);
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->lost_label), ls_store_error (self->store));
  }
  gtk_revealer_set_reveal_child (self->lost_revealer, lost);
  gtk_widget_set_opacity (GTK_WIDGET (self->content_bin), lost ? LOST_OPACITY : 1);
}

/* The agent's or the client's own words, which begin small since a terminal puts a name before them. */
static void
show_error (LsPagePrivate *self)
{
  const char *error = ls_store_error (self->store);
  g_autofree char *text = g_strdup (error ? error : "");
  text[0] = g_ascii_toupper (text[0]);
  adw_status_page_set_description (self->error_page, text);
}

void
ls_page_refresh (LsPage *page)
{
  LsPagePrivate *self = PRIVATE (page);
  const char *state = state_name (page);
  gboolean loading = g_str_equal (state, "loading");
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), state) != 0)
    gtk_stack_set_visible_child_name (self->stack, state);
  if (gtk_spinner_get_spinning (self->spinner) != loading)
    gtk_spinner_set_spinning (self->spinner, loading);
  if (g_str_equal (state, "error"))
    show_error (self);
  show_lost (self, ls_store_has_data (self->store) && ls_store_state (self->store) == LS_STORE_LOST);
}

static gboolean
waited_enough (gpointer user)
{
  LsPagePrivate *self = PRIVATE (user);
  self->spinner_source = 0;
  self->waited = TRUE;
  ls_page_refresh (user);
  return G_SOURCE_REMOVE;
}

/* --- samples, only while in view --- */

static void
sampled (LsPage *page)
{
  LsPageClass *klass = LS_PAGE_GET_CLASS (page);
  if (klass->sampled)
    klass->sampled (page);
}

static void
ls_page_map (GtkWidget *widget)
{
  LsPagePrivate *self = PRIVATE (LS_PAGE (widget));
  GTK_WIDGET_CLASS (ls_page_parent_class)->map (widget);
  if (!self->store)
    return;
  self->sampled_handler = g_signal_connect_swapped (self->store, "sampled", G_CALLBACK (sampled), widget);
  ls_page_refresh (LS_PAGE (widget));
  sampled (LS_PAGE (widget));
}

static void
ls_page_unmap (GtkWidget *widget)
{
  LsPagePrivate *self = PRIVATE (LS_PAGE (widget));
  g_clear_signal_handler (&self->sampled_handler, self->store);
  GTK_WIDGET_CLASS (ls_page_parent_class)->unmap (widget);
}

/* --- object --- */

static void
ls_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LsPagePrivate *self = PRIVATE (LS_PAGE (object));
  switch (id) {
  case PROP_STORE: g_value_set_object (value, self->store); break;
  case PROP_CONTENT: g_value_set_object (value, adw_bin_get_child (self->content_bin)); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  LsPagePrivate *self = PRIVATE (LS_PAGE (object));
  switch (id) {
  case PROP_STORE: self->store = g_value_dup_object (value); break;
  case PROP_CONTENT: adw_bin_set_child (self->content_bin, g_value_get_object (value)); break;
  case PROP_EMPTY_ICON: adw_status_page_set_icon_name (self->empty_page, g_value_get_string (value)); break;
  case PROP_EMPTY_TITLE: adw_status_page_set_title (self->empty_page, g_value_get_string (value)); break;
  case PROP_EMPTY_TEXT: adw_status_page_set_description (self->empty_page, g_value_get_string (value)); break;
  case PROP_EMPTY_BUTTON: gtk_button_set_label (self->empty_button, g_value_get_string (value)); break;
  case PROP_EMPTY_ACTION: gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->empty_button), g_value_get_string (value)); break;
  case PROP_EMPTY_SECOND_BUTTON:
    gtk_button_set_label (self->empty_second, g_value_get_string (value));
    gtk_widget_set_visible (GTK_WIDGET (self->empty_second), g_value_get_string (value) != NULL);
    break;
  case PROP_EMPTY_SECOND_ACTION: gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->empty_second), g_value_get_string (value)); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_page_constructed (GObject *object)
{
  LsPagePrivate *self = PRIVATE (LS_PAGE (object));
  G_OBJECT_CLASS (ls_page_parent_class)->constructed (object);
  if (!self->store)
    return;
  if (LS_PAGE_GET_CLASS (object)->bind)
    LS_PAGE_GET_CLASS (object)->bind (LS_PAGE (object), self->store);
  g_signal_connect_object (self->store, "notify::state", G_CALLBACK (ls_page_refresh), object, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->store, "notify::error", G_CALLBACK (ls_page_refresh), object, G_CONNECT_SWAPPED);
  self->spinner_source = g_timeout_add (SPINNER_AFTER_MS, waited_enough, object);
  ls_page_refresh (LS_PAGE (object));
}

static void
ls_page_dispose (GObject *object)
{
  LsPagePrivate *self = PRIVATE (LS_PAGE (object));
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  if (self->store)
    g_clear_signal_handler (&self->sampled_handler, self->store);
  G_OBJECT_CLASS (ls_page_parent_class)->dispose (object);
}

static void
ls_page_finalize (GObject *object)
{
  LsPagePrivate *self = PRIVATE (LS_PAGE (object));
  g_clear_object (&self->store);
  G_OBJECT_CLASS (ls_page_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags words = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;
  static const char *const names[] = {
    "empty-icon", "empty-title", "empty-text", "empty-button", "empty-action", "empty-second-button", "empty-second-action",
  };
  properties[PROP_STORE] = g_param_spec_object ("store", NULL, NULL, LS_TYPE_STORE,
                                                G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    properties[PROP_EMPTY_ICON + i] = g_param_spec_string (names[i], NULL, NULL, NULL, words);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
ls_page_class_init (LsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->get_property = ls_page_get_property;
  object_class->set_property = ls_page_set_property;
  object_class->constructed = ls_page_constructed;
  object_class->dispose = ls_page_dispose;
  object_class->finalize = ls_page_finalize;
  widget_class->map = ls_page_map;
  widget_class->unmap = ls_page_unmap;
  install_properties (object_class);
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/pages/page.ui");
  gtk_widget_class_bind_template_child_private (widget_class, LsPage, stack);
  gtk_widget_class_bind_template_child_private (widget_class, LsPage, spinner);
  gtk_widget_class_bind_template_child_private (widget_class, LsPage, lost_revealer);
  gtk_widget_class_bind_template_child_private (widget_class, LsPage, lost_label);
  gtk_widget_class_bind_template_child_private (widget_class, LsPage, content_bin);
  gtk_widget_class_bind_template_child_private (widget_class, LsPage, empty_page);
  gtk_widget_class_bind_template_child_private (widget_class, LsPage, error_page);
  gtk_widget_class_bind_template_child_private (widget_class, LsPage, empty_button);
  gtk_widget_class_bind_template_child_private (widget_class, LsPage, empty_second);
}

static void
ls_page_init (LsPage *page)
{
  gtk_widget_init_template (GTK_WIDGET (page));
}

/* --- for subclasses and the window --- */

LsStore *
ls_page_store (LsPage *page)
{
  return PRIVATE (page)->store;
}

LsClient *
ls_page_client (LsPage *page)
{
  return ls_store_client (PRIVATE (page)->store);
}

void
ls_page_search (LsPage *page, const char *text)
{
  LsPageClass *klass = LS_PAGE_GET_CLASS (page);
  if (klass->search)
    klass->search (page, text);
}

void
ls_page_show_target (LsPage *page, const char *target)
{
  LsPageClass *klass = LS_PAGE_GET_CLASS (page);
  if (klass->show_target)
    klass->show_target (page, target);
}
