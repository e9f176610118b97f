/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/host_command.h"

#include <fcntl.h>
#include <unistd.h>

#include <gio/gunixfdlist.h>

#define BUS_NAME "org.freedesktop.Flatpak"
#define OBJECT_PATH "/org/freedesktop/Flatpak/Development"
#define INTERFACE "org.freedesktop.Flatpak.Development"
#define NO_FLAGS 0u      /* without WATCH_BUS (2) it outlives us */

struct _LsHostCommand {
  GObject parent_instance;
  GDBusConnection *bus;
  guint exited, name_watch;      /* subscriptions */
  guint pid;                     /* 0: not known yet */
  guint early_pid;               /* of an exit told before the pid was */
  int early_status;
  gboolean ended;
};

enum { SIGNAL_ENDED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LsHostCommand, ls_host_command, G_TYPE_OBJECT)

static void
tell_end (LsHostCommand *self, int status)
{
  if (self->ended)
    return;
  self->ended = TRUE;
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, status);
}

static void
exited (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *name, GVariant *parameters, gpointer user)
{
  LsHostCommand *self = user;
  guint pid, status;
  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uu)")))
    return;
  g_variant_get (parameters, "(uu)", &pid, &status);
  if (self->pid == 0) {
    self->early_pid = pid;
    self->early_status = (int) status;
  } else if (pid == self->pid) {
    tell_end (self, (int) status);
  }
}

static void
helper_vanished (GDBusConnection *bus, const char *name, gpointer user)
{
  LsHostCommand *self = user;
  if (self->pid != 0)
    tell_end (self, -1);
}

static gboolean
tell_early_end (gpointer user)
{
  LsHostCommand *self = user;
  tell_end (self, self->early_status);
  return G_SOURCE_REMOVE;
}

/* --- starting --- */

typedef struct {
  char **argv;
  int output;
  LsHostCommand *command;
} Start;

static void
start_free (Start *start)
{
  g_strfreev (start->argv);
  if (start->output >= 0)
    close (start->output);
  g_clear_object (&start->command);
  g_free (start);
}

static void
called (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (GTask) task = user;
  Start *start = g_task_get_task_data (task);
  LsHostCommand *command = start->command;
  GError *error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), NULL, result, &error);
  if (!answer) {
    g_dbus_error_strip_remote_error (error);
    g_task_return_error (task, error);
    return;
  }
  g_variant_get (answer, "(u)", &command->pid);
  if (command->early_pid != 0 && command->early_pid == command->pid)
    g_idle_add_full (G_PRIORITY_DEFAULT, tell_early_end, g_object_ref (command), g_object_unref);
  command->name_watch = g_bus_watch_name_on_connection (command->bus, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, helper_vanished, command, NULL);
  g_task_return_pointer (task, g_object_ref (command), g_object_unref);
}

static GVariant *
arguments (const Start *start, GUnixFDList *fds, int nothing)
{
  GVariantBuilder numbers;
  const int numbers_of[] = { nothing, start->output, start->output };
  g_variant_builder_init (&numbers, G_VARIANT_TYPE ("a{uh}"));
  for (guint fd = 0; fd < G_N_ELEMENTS (numbers_of); fd++)
    g_variant_builder_add (&numbers, "{uh}", fd, g_unix_fd_list_append (fds, numbers_of[fd], NULL));
  return g_variant_new ("(^ay^aaya{uh}a{ss}u)", "/", (const char *const *) start->argv, &numbers, NULL, NO_FLAGS);
}

static void
call (GTask *task, GDBusConnection *bus)
{
  Start *start = g_task_get_task_data (task);
  LsHostCommand *command = start->command = g_object_new (LS_TYPE_HOST_COMMAND, NULL);
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  int nothing = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  GVariant *parameters = arguments (start, fds, nothing);
  if (nothing >= 0)
    close (nothing);
  command->bus = g_object_ref (bus);
  command->exited = g_dbus_connection_signal_subscribe (bus, BUS_NAME, INTERFACE, "HostCommandExited", OBJECT_PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                        exited, command, NULL);
  g_dbus_connection_call_with_unix_fd_list (bus, BUS_NAME, OBJECT_PATH, INTERFACE, "HostCommand", parameters, G_VARIANT_TYPE ("(u)"),
                                            G_DBUS_CALL_FLAGS_NONE, -1, fds, g_task_get_cancellable (task), called, g_object_ref (task));
}

static void
bus_came (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (GTask) task = user;
  GError *error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  if (bus)
    call (task, bus);
  else
    g_task_return_error (task, error);
}

void
ls_host_command_start_async (const char *const *argv, int output, GCancellable *cancellable, GAsyncReadyCallback done, gpointer user)
{
  GTask *task = g_task_new (NULL, cancellable, done, user);
  Start *start = g_new0 (Start, 1);
  start->argv = g_strdupv ((char **) argv);
  start->output = fcntl (output, F_DUPFD_CLOEXEC, 0);
  g_task_set_task_data (task, start, (GDestroyNotify) start_free);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, bus_came, task);
}

LsHostCommand *
ls_host_command_start_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
ls_host_command_was_refused (const GError *error)
{
  static const GDBusError missing[] = {
    G_DBUS_ERROR_SERVICE_UNKNOWN, G_DBUS_ERROR_NAME_HAS_NO_OWNER, G_DBUS_ERROR_ACCESS_DENIED, G_DBUS_ERROR_UNKNOWN_METHOD,
    G_DBUS_ERROR_UNKNOWN_INTERFACE, G_DBUS_ERROR_UNKNOWN_OBJECT,
  };
  for (guint i = 0; i < G_N_ELEMENTS (missing); i++)
    if (g_error_matches (error, G_DBUS_ERROR, (int) missing[i]))
      return TRUE;
  return FALSE;
}

/* --- its life --- */

void
ls_host_command_send_signal (LsHostCommand *command, int signal_number)
{
  if (!command->ended)
    g_dbus_connection_call (command->bus, BUS_NAME, OBJECT_PATH, INTERFACE, "HostCommandSignal",
                            g_variant_new ("(uub)", command->pid, (guint) signal_number, FALSE), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

guint
ls_host_command_pid (LsHostCommand *command)
{
  return command->pid;
}

static void
ls_host_command_dispose (GObject *object)
{
  LsHostCommand *self = LS_HOST_COMMAND (object);
  if (self->exited)
    g_dbus_connection_signal_unsubscribe (self->bus, self->exited);
  self->exited = 0;
  g_clear_handle_id (&self->name_watch, g_bus_unwatch_name);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (ls_host_command_parent_class)->dispose (object);
}

static void
ls_host_command_class_init (LsHostCommandClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ls_host_command_dispose;
  signals[SIGNAL_ENDED] = g_signal_new ("ended", LS_TYPE_HOST_COMMAND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
ls_host_command_init (LsHostCommand *self)
{
}
