/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window.h"

#include <math.h>

#include <glib/gi18n.h>

#include "gui/agent_strip.h"
#include "gui/close_question.h"
#include "gui/dialogs/dialogs.h"
#include "gui/model/format.h"
#include "gui/pages/page.h"
#include "gui/pages/pages.h"
#include "gui/settings.h"

#define NOTICE_MS 8000
#define NAME_FROM_WIDTH 900      /* below, the agent's name stands where the switcher was, or in the tooltip */

struct _LsWindow {
  AdwApplicationWindow parent_instance;
  LsStore *store;
  LsLauncher *launcher;        /* nullable */
  GSettings *settings;         /* nullable */
  guint notice_source;
  gboolean closing;            /* asked, and answered */
  char *footer_text;

  AdwToastOverlay *toasts;
  AdwViewSwitcherTitle *switcher;
  AdwViewStack *pages;
  GtkBox *agent_box;
  GtkImage *agent_icon;
  GtkLabel *agent_name;
  GtkToggleButton *pause_button;
  GtkSearchBar *search_bar;
  GtkSearchEntry *search_entry;
  GtkRevealer *notice_revealer;
  GtkBox *notice_box;
  GtkImage *notice_icon;
  GtkLabel *notice_label;
  LsAgentStrip *agent_strip;
  GtkInscription *footer;
};

G_DEFINE_FINAL_TYPE (LsWindow, ls_window, ADW_TYPE_APPLICATION_WINDOW)

static LsWindow *
window_of (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  if (LS_IS_WINDOW (root))
    return LS_WINDOW (root);
  GtkWindow *parent = GTK_IS_WINDOW (root) ? gtk_window_get_transient_for (GTK_WINDOW (root)) : NULL;
  return LS_IS_WINDOW (parent) ? LS_WINDOW (parent) : NULL;
}

/* --- notices and toasts --- */

static void
ls_window_close_notice (LsWindow *self)
{
  g_clear_handle_id (&self->notice_source, g_source_remove);
  gtk_revealer_set_reveal_child (self->notice_revealer, FALSE);
}

static gboolean
notice_is_old (gpointer user)
{
  LsWindow *self = user;
  self->notice_source = 0;
  ls_window_close_notice (self);
  return G_SOURCE_REMOVE;
}

static void
show_notice (LsWindow *self, const char *text, gboolean bad)
{
  GtkWidget *box = GTK_WIDGET (self->notice_box);
  gtk_label_set_text (self->notice_label, text);
  gtk_image_set_from_icon_name (self->notice_icon, bad ? "dialog-error-symbolic" : "dialog-information-symbolic");
  (bad ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (box, "bad");
  gtk_revealer_set_reveal_child (self->notice_revealer, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_clear_handle_id (&self->notice_source, g_source_remove);
  if (!bad)
    self->notice_source = g_timeout_add (NOTICE_MS, notice_is_old, self);
}

void
ls_window_notice (GtkWidget *widget, const char *text, gboolean bad)
{
  LsWindow *self = window_of (widget);
  if (self)
    show_notice (self, text, bad);
}

void
ls_window_toast (GtkWidget *widget, AdwToast *toast)
{
  LsWindow *self = window_of (widget);
  if (self)
    adw_toast_overlay_add_toast (self->toasts, toast);
  else
    g_object_unref (toast);
}

/* --- pages --- */

static LsPage *
visible_page (LsWindow *self)
{
  GtkWidget *child = adw_view_stack_get_visible_child (self->pages);
  return LS_IS_PAGE (child) ? LS_PAGE (child) : NULL;
}

void
ls_window_show (GtkWidget *widget, const char *name, const char *target)
{
  LsWindow *self = window_of (widget);
  GtkWidget *page = self ? adw_view_stack_get_child_by_name (self->pages, name) : NULL;
  if (!page)
    return;
  adw_view_stack_set_visible_child (self->pages, page);
  if (target)
    ls_page_show_target (LS_PAGE (page), target);
}

static void
ls_window_search_changed (LsWindow *self)
{
  LsPage *page = visible_page (self);
  if (page)
    ls_page_search (page, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static void
ls_window_page_changed (LsWindow *self)
{
  ls_window_search_changed (self);
}

static void
add_pages (LsWindow *self)
{
  for (const LsPageInfo *info = ls_pages; info->name; info++) {
    GtkWidget *page = g_object_new (info->type (), "store", self->store, NULL);
    adw_view_stack_add_titled (self->pages, page, info->name, _(info->title));
    AdwViewStackPage *entry = adw_view_stack_get_page (self->pages, page);
    adw_view_stack_page_set_icon_name (entry, info->icon);
  }
}

/* --- the agent --- */

static void
show_agent (LsWindow *self)
{
  static const struct { const char *icon, *style, *word; } looks[] = {
    [LS_STORE_CONNECTING] = { "content-loading-symbolic", "dim-label", N_("Connecting") },
    [LS_STORE_CONNECTED] = { "object-select-symbolic", "success", N_("Connected") },
    [LS_STORE_LOST] = { "network-offline-symbolic", "warning", N_("Lost, retrying") },
  };
  LsStoreState state = ls_store_state (self->store);
  const char *name = ls_store_agent_name (self->store), *address = NULL;
  if (ls_store_client (self->store))
    address = ls_client_address (ls_store_client (self->store));
  const char *version = ls_store_agent_version (self->store), *sandbox = ls_store_agent_sandbox (self->store);
  g_autofree char *where = g_strdup_printf ("%s: %s", _(looks[state].word), address ? address : name ? name : "");
  /* Translators: a version. */
  g_autofree char *what = version ? g_strdup_printf (sandbox ? _("Agent %s, in the sandbox") : _("Agent %s"), version) : NULL;
  g_autofree char *tip = g_strjoin ("\n", where, what, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->agent_icon), looks[i].style);
  gtk_image_set_from_icon_name (self->agent_icon, looks[state].icon);
  gtk_widget_add_css_class (GTK_WIDGET (self->agent_icon), looks[state].style);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->agent_icon), GTK_ACCESSIBLE_PROPERTY_LABEL, _(looks[state].word), -1);
  gtk_label_set_text (self->agent_name, name ? name : "");
  adw_view_switcher_title_set_title (self->switcher, name ? name : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->agent_box), tip);
}

/* By the width of the window alone: a rule that looked at what is left would change what is left. */
static void
width_changed (LsWindow *self)
{
  int width = 0, height = 0;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  gtk_widget_set_visible (GTK_WIDGET (self->agent_name), width >= NAME_FROM_WIDTH || gtk_window_is_maximized (GTK_WINDOW (self)));
}

/* What watching costs, in the watched one's own words. */
static void
show_footer (LsWindow *self)
{
  if (isnan (ls_store_agent_cpu (self->store)))
    return;
  g_autofree char *cpu = ls_text_percent (ls_store_agent_cpu (self->store));
  g_autofree char *rss = ls_text_bytes (ls_store_agent_rss (self->store));
  g_autofree char *every = ls_text_interval (ls_store_interval_ms (self->store));
  /* Translators: the agent's own CPU, its memory, and how often it takes a sample. */
  g_autofree char *text = g_strdup_printf (_("Lineshaft %s CPU · %s · %s"), cpu, rss, every);
  if (g_strcmp0 (text, self->footer_text) == 0)
    return;
  gtk_inscription_set_text (self->footer, text);
  g_free (self->footer_text);
  self->footer_text = g_steal_pointer (&text);
}

static void
noticed (LsWindow *self, const char *text, gboolean bad)
{
  show_notice (self, text, bad);
}

static void
agent_failed (LsWindow *self, const char *sentence)
{
  show_notice (self, sentence, TRUE);
}

static void
start_agent (GtkWidget *widget, const char *action, GVariant *parameter)
{
  LsWindow *self = LS_WINDOW (widget);
  g_autoptr (GError) error = NULL;
  if (!self->launcher)
    show_notice (self, _("The agent is on another computer; start it there."), TRUE);
  else if (!ls_launcher_start (self->launcher, &error))
    show_notice (self, error->message, TRUE);
  ls_store_retry_now (self->store);
}

static void
retry (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_store_retry_now (LS_WINDOW (widget)->store);
}

/* --- closing: an agent that we started may go on, or end with us --- */

static void
close_for_good (LsWindow *self)
{
  self->closing = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
agent_stopped (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsWindow) self = user;
  ls_launcher_stop_finish (LS_LAUNCHER (source), result, NULL);
  close_for_good (self);
}

static void
close_with (GtkWindow *window, const char *choice)
{
  LsWindow *self = LS_WINDOW (window);
  if (g_str_equal (choice, "stop")) {
    show_notice (self, _("Stopping everything in order …"), FALSE);
    ls_launcher_stop_async (self->launcher, agent_stopped, g_object_ref (self));
  } else if (g_str_equal (choice, "keep")) {
    close_for_good (self);
  }
}

static void
remember_size (LsWindow *self)
{
  int width = 0, height = 0;
  if (!self->settings)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
}

static gboolean
ls_window_close_request (GtkWindow *window)
{
  LsWindow *self = LS_WINDOW (window);
  if (!self->closing && self->launcher && ls_launcher_owns_agent (self->launcher)) {
    g_autofree char *choice = self->settings ? g_settings_get_string (self->settings, "on-close") : g_strdup ("ask");
    if (g_str_equal (choice, "ask") && ls_store_is_idle (self->store))
      close_with (window, "stop");      /* nothing would be kept */
    else if (g_str_equal (choice, "ask"))
      ls_close_question_ask (window, self->settings, ls_store_agent_sandbox (self->store) != NULL, close_with);
    else
      close_with (window, choice);
    return GDK_EVENT_STOP;
  }
  remember_size (self);
  return GTK_WINDOW_CLASS (ls_window_parent_class)->close_request (window);
}

/* --- actions --- */

static void
show_page (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ls_window_show (widget, g_variant_get_string (parameter, NULL), NULL);
}

static void
show_target (GtkWidget *widget, const char *action, GVariant *parameter)
{
  const char *name, *target;
  g_variant_get (parameter, "(&s&s)", &name, &target);
  ls_window_show (widget, name, target);
}

static void
toggle_search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  LsWindow *self = LS_WINDOW (widget);
  gtk_search_bar_set_search_mode (self->search_bar, !gtk_search_bar_get_search_mode (self->search_bar));
}

static void
toggle_pause (GtkWidget *widget, const char *action, GVariant *parameter)
{
  LsWindow *self = LS_WINDOW (widget);
  gtk_toggle_button_set_active (self->pause_button, !gtk_toggle_button_get_active (self->pause_button));
}

/* --- object --- */

static void
ls_window_dispose (GObject *object)
{
  LsWindow *self = LS_WINDOW (object);
  g_clear_handle_id (&self->notice_source, g_source_remove);
  g_clear_object (&self->store);
  g_clear_object (&self->launcher);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ls_window_parent_class)->dispose (object);
}

static void
ls_window_finalize (GObject *object)
{
  g_free (LS_WINDOW (object)->footer_text);
  G_OBJECT_CLASS (ls_window_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, LsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, switcher);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, agent_box);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, agent_icon);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, agent_name);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, pause_button);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, notice_revealer);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, notice_box);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, notice_icon);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, notice_label);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, agent_strip);
  gtk_widget_class_bind_template_child (widget_class, LsWindow, footer);
  gtk_widget_class_bind_template_callback (widget_class, ls_window_close_notice);
  gtk_widget_class_bind_template_callback (widget_class, ls_window_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, ls_window_page_changed);
}

static void
ls_window_class_init (LsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = ls_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = ls_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class, "/lineshaft/window.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "win.show-page", "s", show_page);
  gtk_widget_class_install_action (widget_class, "win.show", "(ss)", show_target);
  gtk_widget_class_install_action (widget_class, "win.retry", NULL, retry);
  gtk_widget_class_install_action (widget_class, "win.start-agent", NULL, start_agent);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, toggle_search);
  gtk_widget_class_install_action (widget_class, "win.pause", NULL, toggle_pause);
  ls_dialogs_install (widget_class);
}

static void
ls_window_init (LsWindow *self)
{
  g_type_ensure (LS_TYPE_AGENT_STRIP);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
}

static void
restore_size (LsWindow *self)
{
  int width = 0, height = 0;
  if (!self->settings)
    return;
  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  if (width > 0 && height > 0)
    gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings, "maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

LsWindow *
ls_window_new (GtkApplication *application, LsStore *store, LsLauncher *launcher)
{
  LsWindow *self = g_object_new (LS_TYPE_WINDOW, "application", application, NULL);
  self->store = g_object_ref (store);
  self->launcher = launcher ? g_object_ref (launcher) : NULL;
  self->settings = ls_settings_new ();
  ls_agent_strip_bind (self->agent_strip, store, launcher);
  add_pages (self);
  restore_size (self);
  g_signal_connect (self, "notify::default-width", G_CALLBACK (width_changed), NULL);
  g_signal_connect (self, "notify::maximized", G_CALLBACK (width_changed), NULL);
  width_changed (self);
  g_object_bind_property (self->pause_button, "active", store, "paused", G_BINDING_DEFAULT);
  g_signal_connect_object (store, "notify::state", G_CALLBACK (show_agent), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "notify::agent-version", G_CALLBACK (show_agent), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "notify::agent-name", G_CALLBACK (show_agent), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "sampled", G_CALLBACK (show_footer), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "notice", G_CALLBACK (noticed), self, G_CONNECT_SWAPPED);
  if (launcher)
    g_signal_connect_object (launcher, "failed", G_CALLBACK (agent_failed), self, G_CONNECT_SWAPPED);
  show_agent (self);
  show_footer (self);
  return self;
}

LsStore *
ls_window_store (LsWindow *window)
{
  return window->store;
}
