/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/manager.h"

#include "abi/channel.h"
#include "base/text.h"
#include "service/endpoint.h"

#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKETS_MAX 16

struct LsManager {
  char *notify_path;      /* NULL: none; "@…" is abstract */
  gint64 watchdog_ms;
  char *logs;             /* NULL: none */
  int sockets[SOCKETS_MAX];
  guint n_sockets;
};

/* The number in a variable of the environment, which is meant for this process if @pid_variable names it or is not set. */
static guint64
read_number (const char *variable, const char *pid_variable, gboolean needs_pid)
{
  const char *pid_text = g_getenv (pid_variable);
  guint64 number = 0, pid = 0;

  if (pid_text != NULL ? !ls_parse_uint (pid_text, pid_variable, 1, G_MAXUINT32, &pid, NULL) || pid != (guint64) getpid () : needs_pid)
    return 0;
  if (g_getenv (variable) == NULL || !ls_parse_uint (g_getenv (variable), variable, 0, G_MAXINT64, &number, NULL))
    return 0;
  return number;
}

/* There may be several, apart by colons. */
static char *
first_folder (const char *variable)
{
  const char *folders = g_getenv (variable);

  return folders != NULL && g_path_is_absolute (folders) ? g_strndup (folders, strcspn (folders, ":")) : NULL;
}

LsManager *
ls_manager_new (void)
{
  static const char *const variables[] = { "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
                                           "LOGS_DIRECTORY", "STATE_DIRECTORY" };
  LsManager *manager = g_new0 (LsManager, 1);

  manager->notify_path = g_strdup (g_getenv ("NOTIFY_SOCKET"));
  manager->watchdog_ms = (gint64) read_number ("WATCHDOG_USEC", "WATCHDOG_PID", FALSE) / 2000;
  manager->logs = first_folder ("LOGS_DIRECTORY");
  manager->n_sockets = (guint) MIN (read_number ("LISTEN_FDS", "LISTEN_PID", TRUE), SOCKETS_MAX);
  for (guint i = 0; i < manager->n_sockets; i++)
    {
      manager->sockets[i] = LS_LISTEN_FIRST_FD + (int) i;
      fcntl (manager->sockets[i], F_SETFD, FD_CLOEXEC);
      fcntl (manager->sockets[i], F_SETFL, fcntl (manager->sockets[i], F_GETFL) | O_NONBLOCK);
    }
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);
  return manager;
}

void
ls_manager_free (LsManager *manager)
{
  if (manager == NULL)
    return;
  g_free (manager->notify_path);
  g_free (manager->logs);
  g_free (manager);
}

const int *
ls_manager_sockets (const LsManager *manager, guint *ret_n)
{
  *ret_n = manager->n_sockets;
  return manager->n_sockets > 0 ? manager->sockets : NULL;
}

char *
ls_manager_socket_path (const LsManager *manager, guint i)
{
  return i < manager->n_sockets ? ls_endpoint_path_of (manager->sockets[i]) : NULL;
}

/* The agent lets members in; that they come so far is up to the file, whose owner may be another. */
char *
ls_manager_socket_complaint (const LsManager *manager, const char *group)
{
  const struct group *wanted = group != NULL ? getgrnam (group) : NULL;

  for (guint i = 0; wanted != NULL && i < manager->n_sockets; i++)
    {
      g_autofree char *path = ls_manager_socket_path (manager, i);
      struct stat file;

      if (path != NULL && stat (path, &file) == 0 && (file.st_gid != wanted->gr_gid || (file.st_mode & 0060) != 0060))
        return g_strdup_printf ("Members of “%s” (allow-group) cannot connect to %s, which the service manager made: set SocketGroup=%s and "
                                "SocketMode=0660 in its socket unit.",
                                group, path, group);
    }
  return NULL;
}

const char *
ls_manager_logs (const LsManager *manager)
{
  return manager->logs;
}

void
ls_manager_add_socket (LsManager *manager, int fd)
{
  if (manager->n_sockets < SOCKETS_MAX)
    manager->sockets[manager->n_sockets++] = fd;
}

void
ls_manager_leave (const LsManager *manager)
{
  g_autofree char *watchdog = g_strdup_printf ("%" G_GINT64_FORMAT, manager->watchdog_ms * 2000);

  if (manager->notify_path != NULL)
    g_setenv ("NOTIFY_SOCKET", manager->notify_path, TRUE);
  if (manager->watchdog_ms > 0)
    g_setenv ("WATCHDOG_USEC", watchdog, TRUE);
  if (manager->logs != NULL)
    g_setenv ("LOGS_DIRECTORY", manager->logs, TRUE);
}

void
ls_manager_notify (const LsManager *manager, const char *state)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  gsize length = manager->notify_path != NULL ? strlen (manager->notify_path) : 0;
  int fd;

  if (length == 0 || length >= sizeof address.sun_path)
    return;
  memcpy (address.sun_path, manager->notify_path, length);
  if (address.sun_path[0] == '@')
    address.sun_path[0] = '\0';
  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return;
  /* Nobody to tell if this fails: the manager will notice by itself. */
  (void) !sendto (fd, state, strlen (state), MSG_NOSIGNAL, (struct sockaddr *) &address,
                  (socklen_t) (G_STRUCT_OFFSET (struct sockaddr_un, sun_path) + length));
  close (fd);
}

gint64
ls_manager_watchdog_ms (const LsManager *manager)
{
  return manager->watchdog_ms;
}
