/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/application.h"

#include <glib/gi18n.h>

#include "config.h"
#include "gui/model/launcher.h"
#include "gui/model/store.h"
#include "gui/window.h"

struct _LsApplication {
  AdwApplication parent_instance;
  LsStore *store;
  LsLauncher *launcher;        /* nullable: the agent is elsewhere */
  char *host;                  /* --host, --socket; NULL: the default */
  gboolean start_agent;        /* when none answers */
  gboolean never_start_agent;
};

G_DEFINE_FINAL_TYPE (LsApplication, ls_application, ADW_TYPE_APPLICATION)

static gboolean
is_local (const char *address)
{
  return address && !strstr (address, "://");
}

/* None ever answered: start one, if that is wanted. One of ours that fails later is the launcher's business. */
static void
store_changed (LsApplication *self)
{
  g_autoptr (GError) error = NULL;
  if (ls_store_state (self->store) == LS_STORE_CONNECTED)
    self->start_agent = FALSE;
  if (ls_store_state (self->store) != LS_STORE_LOST || !self->start_agent || !self->launcher)
    return;
  self->start_agent = FALSE;
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  if (!ls_launcher_start (self->launcher, &error) && window)
    ls_window_notice (GTK_WIDGET (window), error->message, TRUE);
  ls_store_retry_now (self->store);
}

/* Another socket than the usual one is asked for by name: then the agent is to be there, and not somewhere on the host. */
static LsSandbox *
find_sandbox (LsApplication *self)
{
  g_autoptr (GError) error = NULL;
  LsSandbox *sandbox = self->host ? NULL : ls_sandbox_read ("/.flatpak-info", g_get_user_data_dir (), &error);
  if (error)
    g_message ("The agent will run in the sandbox: %s", error->message);
  return sandbox;
}

static void
connect_store (LsApplication *self)
{
  g_autoptr (LsClient) client = ls_client_new (self->host);
  const char *address = ls_client_address (client);
  g_autoptr (LsSandbox) sandbox = find_sandbox (self);
  self->store = ls_store_new (client);
  if (is_local (address))
    self->launcher = ls_launcher_new (address, sandbox);
  if (!self->host && !g_getenv ("LINESHAFT_HOST"))
    self->start_agent = TRUE;
  if (self->never_start_agent)
    self->start_agent = FALSE;
  g_signal_connect_object (self->store, "notify::state", G_CALLBACK (store_changed), self, G_CONNECT_SWAPPED);
}

static void
ls_application_activate (GApplication *application)
{
  LsApplication *self = LS_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  if (!window) {
    connect_store (self);
    window = GTK_WINDOW (ls_window_new (GTK_APPLICATION (self), self->store, self->launcher));
    ls_store_start (self->store);
  }
  gtk_window_present (window);
}

static void
show_about (GSimpleAction *action, GVariant *parameter, gpointer user)
{
  /* Asked for over the bus it may be the first. */
  if (!gtk_application_get_active_window (GTK_APPLICATION (user)))
    g_application_activate (G_APPLICATION (user));
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (user)),
                         "application-name", "Lineshaft",
                         "application-icon", LS_APP_ID,
                         "version", LS_VERSION,
                         "developer-name", _("The Lineshaft authors"),
                         "comments", _("Runs, watches and scales the workers of a computer."),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         NULL);
}

static void
quit (GSimpleAction *action, GVariant *parameter, gpointer user)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user));
  if (window)
    gtk_window_close (window);
  else
    g_application_quit (G_APPLICATION (user));
}

static void
set_accels (GtkApplication *application)
{
  static const struct { const char *action; const char *keys[3]; } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "window.close", { "<Control>w" } },
    { "win.search", { "<Control>f" } },
    { "win.pause", { "<Control>p" } },
    { "win.show-page::overview", { "<Alt>1" } },
    { "win.show-page::clusters", { "<Alt>2" } },
    { "win.show-page::pools", { "<Alt>3" } },
    { "win.show-page::tasks", { "<Alt>4" } },
    { "win.show-page::logs", { "<Alt>5" } },
  };
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (application, accels[i].action, accels[i].keys);
}

static void
ls_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = { { .name = "about", .activate = show_about }, { .name = "quit", .activate = quit } };
  LsApplication *self = LS_APPLICATION (application);
  G_APPLICATION_CLASS (ls_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  set_accels (GTK_APPLICATION (self));
  gtk_window_set_default_icon_name (LS_APP_ID);
}

static gint
ls_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  LsApplication *self = LS_APPLICATION (application);
  if (g_variant_dict_contains (options, "version")) {
    g_print ("lineshaft-dashboard %s\n", LS_VERSION);
    return 0;
  }
  if (!g_variant_dict_lookup (options, "host", "s", &self->host))
    g_variant_dict_lookup (options, "socket", "^ay", &self->host);
  self->start_agent = g_variant_dict_contains (options, "start-agent");
  self->never_start_agent = g_variant_dict_contains (options, "no-start-agent");
  /* A window for another agent is another program: it must not end up in the first one's. The one that the bus starts is called by its name. */
  GApplicationFlags flags = g_application_get_flags (application);
  if ((self->host || g_getenv ("LINESHAFT_HOST")) && !(flags & G_APPLICATION_IS_SERVICE))
    g_application_set_flags (application, flags | G_APPLICATION_NON_UNIQUE);
  return -1;
}

static void
ls_application_finalize (GObject *object)
{
  LsApplication *self = LS_APPLICATION (object);
  g_clear_object (&self->store);
  g_clear_object (&self->launcher);
  g_free (self->host);
  G_OBJECT_CLASS (ls_application_parent_class)->finalize (object);
}

static void
ls_application_class_init (LsApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = ls_application_finalize;
  application_class->activate = ls_application_activate;
  application_class->startup = ls_application_startup;
  application_class->handle_local_options = ls_application_handle_local_options;
}

static void
ls_application_init (LsApplication *self)
{
  static const GOptionEntry options[] = {
    { "socket", 's', 0, G_OPTION_ARG_FILENAME, NULL, N_("The socket of the agent"), N_("PATH") },
    { "host", 'H', 0, G_OPTION_ARG_STRING, NULL, N_("The agent: a socket, or ssh://[user@]computer"), N_("ADDRESS") },
    { "start-agent", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Start an agent there when none answers"), NULL },
    { "no-start-agent", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Never start an agent"), NULL },
    { "version", 'V', 0, G_OPTION_ARG_NONE, NULL, N_("Print the version"), NULL },
    { NULL },
  };
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

LsApplication *
ls_application_new (void)
{
  return g_object_new (LS_TYPE_APPLICATION, "application-id", LS_APP_ID, "resource-base-path", "/lineshaft", NULL);
}
