/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/parts.h"

#include "logs/log.h"

#include <signal.h>

/* Time for workers to drain beyond what each cluster allows by itself. */
#define GRACE_MS 5000

/* --- going down --- */

static void
close_handle (uv_handle_t *handle)
{
  if (!uv_is_closing (handle))
    uv_close (handle, NULL);
}

void
ls_daemon_close (LsDaemon *daemon)
{
  if (daemon->service != NULL)
    ls_service_close (daemon->service, NULL, NULL);
  if (daemon->sampling != NULL)
    ls_sampling_close (daemon->sampling, NULL, NULL);
  if (daemon->children != NULL)
    ls_children_close (daemon->children, NULL, NULL);
  daemon->children = NULL; /* the service lets go of those it held once its own handles are closed */
  close_handle ((uv_handle_t *) &daemon->clock.timer);
  close_handle ((uv_handle_t *) &daemon->watchdog);
  for (guint i = 0; i < LS_DAEMON_SIGNALS; i++)
    close_handle ((uv_handle_t *) &daemon->signals[i]);
}

/* No child is left. */
static void
on_all_stopped (void *self)
{
  ls_children_end_rest (((LsDaemon *) self)->children);
  ls_log (LS_LOG_INFO, "everything has ended");
  ls_daemon_keep_sockets (self);
  ls_daemon_close (self);
}

static void
longest_cluster (void *user, gconstpointer resource)
{
  gint64 *longest = user;

  *longest = MAX (*longest, ((const LsCluster *) resource)->spec.stop_timeout_ms);
}

static void
longest_task (void *user, gconstpointer resource)
{
  gint64 *longest = user;
  const LsTask *task = resource;

  if (!ls_task_state_is_final (task->state))
    *longest = MAX (*longest, task->spec.stop_timeout_ms);
}

/* So long at most, and then some to end: the manager's own patience may be shorter. For it a restart is a reload: READY=1 follows, from the next
 * run. */
static void
tell_manager (LsDaemon *daemon, gint64 timeout_ms)
{
  g_autofree char *reloading = g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());
  g_autofree char *state = g_strdup_printf ("%s\nEXTEND_TIMEOUT_USEC=%" G_GINT64_FORMAT, daemon->hand_over != NULL ? reloading : "STOPPING=1",
                                            timeout_ms * 1000);

  ls_manager_notify (daemon->manager, state);
}

void
ls_daemon_stop (LsDaemon *daemon)
{
  gint64 timeout = 0, task_timeout = 0;

  if (daemon->stopping)
    return;
  daemon->stopping = TRUE;
  ls_supervisor_foreach (daemon->supervisor, LS_NOUN_CLUSTER, longest_cluster, &timeout);
  ls_supervisor_foreach (daemon->supervisor, LS_NOUN_TASK, longest_task, &task_timeout);
  timeout += task_timeout + GRACE_MS;
  tell_manager (daemon, timeout + GRACE_MS);
  ls_supervisor_shut_down (daemon->supervisor, timeout, on_all_stopped, daemon);
}

/* --- signals --- */

static void
reload (LsDaemon *daemon)
{
  g_autoptr (GError) error = NULL;
  json_t *changes = NULL;
  g_autofree char *state = g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());

  ls_manager_notify (daemon->manager, state);
  if (ls_daemon_apply (daemon, NULL, FALSE, &changes, &error))
    {
      ls_log (LS_LOG_INFO, "the config was applied: %zu changes", json_array_size (changes));
      json_decref (changes);
    }
  else
    ls_log (LS_LOG_ERROR, "the config was not applied, everything runs on as it was: %s", error->message);
  ls_manager_notify (daemon->manager, "READY=1");
}

static void
on_signal (uv_signal_t *handle, int number)
{
  LsDaemon *daemon = handle->data;

  if (number == SIGHUP)
    {
      if (!daemon->stopping)
        reload (daemon);
      return;
    }
  /* Whoever says stop means it, also in the midst of a restart. */
  g_clear_pointer (&daemon->hand_over, json_decref);
  if (!daemon->stopping)
    {
      ls_log (LS_LOG_INFO, "taking everything down%s", number == SIGINT ? "; Ctrl-C again ends it at once" : "");
      ls_daemon_stop (daemon);
    }
  else if (number == SIGINT)
    {
      ls_log (LS_LOG_WARNING, "asked again: killing what is left");
      ls_supervisor_shut_down (daemon->supervisor, 0, on_all_stopped, daemon);
    }
}

void
ls_daemon_watch_signals (LsDaemon *daemon)
{
  static const int numbers[LS_DAEMON_SIGNALS] = { SIGTERM, SIGINT, SIGHUP };

  for (guint i = 0; i < LS_DAEMON_SIGNALS; i++)
    {
      daemon->signals[i].data = daemon;
      uv_signal_start (&daemon->signals[i], on_signal, numbers[i]);
    }
}
