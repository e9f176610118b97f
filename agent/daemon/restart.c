/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* A new version of the agent's program takes the place of a running one: everything is taken down in order, and then this process becomes that
 * program. Whoever started it, a service manager or a window, sees no exit. */
#include "daemon/parts.h"

#include "base/error.h"
#include "daemon/hand_over.h"
#include "daemon/paths.h"
#include "logs/log.h"
#include "platform/system.h"

#include <errno.h>
#include <unistd.h>

static gboolean
may_go_down (LsDaemon *daemon, GError **error)
{
  if (!daemon->stopping)
    return TRUE;
  g_set_error_literal (error, LS_ERROR, LS_ERROR_CONFLICT, "The agent is being taken down already.");
  return FALSE;
}

gboolean
ls_daemon_stop_by_wish (void *self, GError **error)
{
  LsDaemon *daemon = self;

  if (!may_go_down (daemon, error))
    return FALSE;
  ls_log (LS_LOG_INFO, "taking everything down, as was asked for through the API");
  ls_daemon_stop (daemon);
  return TRUE;
}

/* What would keep the next run from starting is found while this one still runs. */
static gboolean
could_start (LsDaemon *daemon, GError **error)
{
  g_autoptr (LsConfig) config = NULL;
  g_autoptr (GError) mistake = NULL;

  if (daemon->program == NULL || access (daemon->program, X_OK) < 0)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "The agent was not restarted, since its program cannot be run: %s: %s.",
                   daemon->program != NULL ? daemon->program : "lineshaft-agent", g_strerror (daemon->program != NULL ? errno : ENOENT));
      return FALSE;
    }
  config = ls_daemon_load_config (daemon, &mistake);
  if (config == NULL)
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "The agent was not restarted, since its config has a mistake: %s", mistake->message);
  return config != NULL;
}

gboolean
ls_daemon_restart (void *self, GError **error)
{
  LsDaemon *daemon = self;
  g_autoptr (LsConfig) nothing = NULL;

  if (!may_go_down (daemon, error) || !could_start (daemon, error))
    return FALSE;
  ls_log (LS_LOG_INFO, "restarting, as was asked for through the API");
  /* What a text said that is in no file would be lost. */
  nothing = ls_config_new ();
  daemon->hand_over = ls_hand_over_new (daemon->supervisor, daemon->applier, daemon->text_applied ? nothing : daemon->config);
  ls_daemon_stop (daemon);
  return TRUE;
}

static void
keep_socket (void *user, const char *path, int fd, int lock)
{
  ls_hand_over_add_socket (user, path, fd, lock);
}

void
ls_daemon_keep_sockets (LsDaemon *daemon)
{
  if (daemon->hand_over != NULL)
    ls_service_hand_over (daemon->service, keep_socket, daemon->hand_over);
}

int
ls_daemon_begin_anew (json_t *hand_over, const char *program, char **argv)
{
  g_autoptr (GError) error = NULL;

  ls_restore_fd_limit ();
  if (ls_hand_over_leave (hand_over, &error))
    {
      execv (program, argv);
      g_set_error (&error, LS_ERROR, LS_ERROR_FAILED, "%s cannot be run: %s", program, g_strerror (errno));
    }
  fprintf (stderr, "lineshaft-agent: %s\n", error->message);
  return 1;
}
