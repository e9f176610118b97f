/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/host_helper.h"

#include "tests/support/check.h"

#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <unistd.h>

#define BUS_NAME "org.freedesktop.Flatpak"
#define OBJECT_PATH "/org/freedesktop/Flatpak/Development"
#define INTERFACE "org.freedesktop.Flatpak.Development"

static const char interface_xml[] =
  "<node><interface name='" INTERFACE "'>"
  "<method name='HostCommand'><arg type='ay' direction='in'/><arg type='aay' direction='in'/><arg type='a{uh}' direction='in'/>"
  "<arg type='a{ss}' direction='in'/><arg type='u' direction='in'/><arg type='u' direction='out'/></method>"
  "<method name='HostCommandSignal'><arg type='u' direction='in'/><arg type='u' direction='in'/><arg type='b' direction='in'/></method>"
  "<signal name='HostCommandExited'><arg type='u'/><arg type='u'/></signal>"
  "</interface></node>";

struct LsTestHostHelper {
  GDBusConnection *connection;      /* NULL: not present */
  GDBusNodeInfo *node;
  char *refusal;
  char *caller;
  guint calls;
  GPid pid;
  int last_signal;
};

static void
ended (GPid pid, int status, gpointer user)
{
  LsTestHostHelper *helper = user;

  helper->pid = 0;
  g_dbus_connection_emit_signal (helper->connection, helper->caller, OBJECT_PATH, INTERFACE, "HostCommandExited",
                                 g_variant_new ("(uu)", (guint) pid, (guint) status), NULL);
}

static void
in_child (gpointer unused)
{
  setsid ();
}

static void
run (LsTestHostHelper *helper, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  GUnixFDList *list = g_dbus_message_get_unix_fd_list (g_dbus_method_invocation_get_message (invocation));
  g_autoptr (GVariant) fds = NULL, environment = NULL;
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;
  const char *cwd;
  guint flags, to, index;
  int numbers[3] = { -1, -1, -1 };
  GVariantIter each;

  g_variant_get (parameters, "(^&ay^aay@a{uh}@a{ss}u)", &cwd, &argv, &fds, &environment, &flags);
  assert_int_equal (flags, 0);      /* 2 would end the agent with the window */
  g_variant_iter_init (&each, fds);
  while (g_variant_iter_loop (&each, "{uh}", &to, &index))
    if (to < G_N_ELEMENTS (numbers))
      numbers[to] = g_unix_fd_list_get (list, (int) index, NULL);
  if (g_spawn_async_with_fds (cwd, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, in_child, NULL, &helper->pid, numbers[0], numbers[1], numbers[2], &error))
    {
      g_child_watch_add (helper->pid, ended, helper);
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", (guint) helper->pid));
    }
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i] >= 0)
      close (numbers[i]);
}

static void
called (GDBusConnection *connection, const char *sender, const char *path, const char *interface, const char *method, GVariant *parameters,
        GDBusMethodInvocation *invocation, gpointer user)
{
  LsTestHostHelper *helper = user;
  guint pid, number;
  gboolean group;

  if (g_str_equal (method, "HostCommand"))
    {
      helper->calls++;
      g_free (helper->caller);
      helper->caller = g_strdup (sender);
      if (helper->refusal != NULL)
        g_dbus_method_invocation_return_dbus_error (invocation, helper->refusal, "No commands today");
      else
        run (helper, parameters, invocation);
      return;
    }
  g_variant_get (parameters, "(uub)", &pid, &number, &group);
  assert_int_equal (pid, helper->pid);
  helper->last_signal = (int) number;
  kill ((pid_t) pid, (int) number);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

GPid
ls_test_session_bus_start (void)
{
  /* The usual one would start the real helper where flatpak is installed. */
  static const char settings[] = "<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><policy context='default'>"
                                 "<allow send_destination='*' eavesdrop='true'/><allow receive_sender='*' eavesdrop='true'/><allow own='*'/></policy></busconfig>";
  g_autofree char *folder = g_dir_make_tmp ("lineshaft-bus-XXXXXX", NULL), *file = g_build_filename (folder, "bus.conf", NULL);
  g_autofree char *option = g_strconcat ("--config-file=", file, NULL);
  const char *const argv[] = { "dbus-daemon", option, "--nofork", "--print-address=1", NULL };
  char address[512];
  int out;
  gssize length;
  GPid pid;

  assert_true (g_file_set_contents (file, settings, -1, NULL));
  if (!g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, &out, NULL, NULL))
    return 0;
  length = read (out, address, sizeof address - 1);
  g_unlink (file);
  g_rmdir (folder);
  assert_true (length > 0);
  address[length] = '\0';
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", g_strchomp (address), TRUE);
  close (out);
  return pid;
}

LsTestHostHelper *
ls_test_host_helper_new (gboolean present, const char *refusal)
{
  static const GDBusInterfaceVTable table = { .method_call = called };
  LsTestHostHelper *helper = g_new0 (LsTestHostHelper, 1);
  g_autoptr (GError) error = NULL;

  helper->refusal = g_strdup (refusal);
  if (!present)
    return helper;
  helper->connection = g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
                                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                                 | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                               NULL, NULL, &error);
  assert_null (error);
  helper->node = g_dbus_node_info_new_for_xml (interface_xml, &error);
  assert_null (error);
  g_dbus_connection_register_object (helper->connection, OBJECT_PATH, helper->node->interfaces[0], &table, helper, NULL, &error);
  assert_null (error);
  g_variant_unref (g_dbus_connection_call_sync (helper->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                                "RequestName", g_variant_new ("(su)", BUS_NAME, 0), NULL, 0, -1, NULL, &error));
  assert_null (error);
  return helper;
}

void
ls_test_host_helper_free (LsTestHostHelper *helper)
{
  if (helper->connection != NULL)
    g_dbus_connection_close_sync (helper->connection, NULL, NULL);
  g_clear_object (&helper->connection);
  g_clear_pointer (&helper->node, g_dbus_node_info_unref);
  g_free (helper->refusal);
  g_free (helper->caller);
  g_free (helper);
}

guint
ls_test_host_helper_calls (LsTestHostHelper *helper)
{
  return helper->calls;
}

GPid
ls_test_host_helper_pid (LsTestHostHelper *helper)
{
  return helper->pid;
}

int
ls_test_host_helper_last_signal (LsTestHostHelper *helper)
{
  return helper->last_signal;
}
