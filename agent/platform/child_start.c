/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/child_start.h"

#include "base/error.h"
#include "platform/child_limits.h"
#include "platform/launch.h"
#include "platform/process_figures.h"
#include "platform/program.h"

#include <string.h>
#include <unistd.h>

static const LsInstance nobody = { 0, 0 };

static gboolean
has_command (const LsSpawnRequest *request, GError **error)
{
  if (request->argv && request->argv[0] && request->argv[0][0] != '\0')
    return TRUE;
  g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there is no command to run");
  return FALSE;
}

static gboolean
may_be_so (const LsSpawnRequest *request, GError **error)
{
  LsChildBounds bounds;
  if (request->nice == 0 && !request->limits)
    return TRUE;
  ls_child_bounds_read (&bounds);
  return ls_child_bounds_check (&bounds, request->limits, request->nice, error);
}

static LsInstance
launch (const LsSpawnRequest *request, LsWiring *wiring, LsFence *fence, GError **error)
{
  char *listen_pid;
  g_auto (GStrv) inherited = g_get_environ ();
  g_autofree char *mark = ls_fence_mark (fence, ls_environment_get ((const char *const *) inherited, "LINESHAFT_FENCE"));
  wiring->links.mark = mark;
  g_auto (GStrv) environment = ls_child_environment (request, &wiring->links, (const char *const *) inherited, &listen_pid);
  g_autofree char *program
    = ls_program_find (request->argv[0], ls_environment_get ((const char *const *) environment, "PATH"), error);
  if (!program)
    return nobody;
  g_autofree int *scratch = g_new (int, wiring->fds->len);
  LsChildLimit limits[LS_LIMITS];
  LsLaunchFailure failure;
  LsLaunch plan = { .program = program,
                    .argv = (char *const *) request->argv,
                    .env = environment,
                    .listen_pid = listen_pid,
                    .cwd = request->cwd,
                    .fds = (const int *) (gpointer) wiring->fds->data,
                    .scratch = scratch,
                    .n_fds = (int) wiring->fds->len,
                    .terminal = request->pty,
                    .nice = request->nice,
                    .group_folder = -1,
                    .group_join = -1,
                    .limits = limits,
                    .n_limits = ls_child_limits (request->limits, limits) };
  ls_fence_prepare (fence, &plan);
  pid_t pid = ls_launch (&plan, &failure);
  if (pid < 0) {
    ls_program_explain (&plan, &failure, error);
    return nobody;
  }
  /* A child that has ended already is not reaped yet, so its start time can still be read. */
  LsInstance instance = { pid, ls_process_start_time (pid) };
  ls_fence_started (fence, instance, failure.outside);
  return instance;
}

static gboolean
open_notify (LsChild *child, const LsSpawnRequest *request, const LsChildStarter *starter, char **ret_path, GError **error)
{
  if (!request->notify)
    return TRUE;
  g_autofree char *path = g_strdup_printf ("%s/%" G_GUINT64_FORMAT, starter->notify_folder, starter->number);
  if (!ls_child_open_notify (child, path, error))
    return FALSE;
  *ret_path = g_steal_pointer (&path);
  return TRUE;
}

static LsInstance
start_wired (LsChild *child, const LsSpawnRequest *request, const LsChildStarter *starter, LsWiring *wiring, LsFence *fence, GError **error)
{
  g_autofree char *notify_path = NULL;
  if (!ls_wiring_open (wiring, request, starter->null_fd, error) || !open_notify (child, request, starter, &notify_path, error))
    return nobody;
  wiring->links.notify_path = notify_path;
  return launch (request, wiring, fence, error);
}

static void
send_first_input (LsChild *child, const LsSpawnRequest *request)
{
  LsStream *input = ls_child_input (child);
  if (request->stdin_mode != LS_STDIN_TEXT || !input)
    return;
  /* It may have ended already, or read nothing: not an error of the start. */
  if (request->stdin_text)
    ls_stream_write_unbounded (input, request->stdin_text, strlen (request->stdin_text), NULL);
  ls_child_end_input (child);
}

LsInstance
ls_child_start (LsChild *child, const LsSpawnRequest *request, const LsChildStarter *starter, GError **error)
{
  LsWiring wiring;
  if (!has_command (request, error) || !may_be_so (request, error))
    return nobody;
  ls_wiring_init (&wiring);
  LsFence *fence = ls_fence_new (starter->containment);
  LsInstance instance = start_wired (child, request, starter, &wiring, fence, error);
  if (instance.pid > 0) {
    ls_child_attach (child, instance, fence, &wiring.ours);
    send_first_input (child, request);
  } else {
    ls_fence_free (fence);
    ls_wiring_close_ours (&wiring);
  }
  ls_wiring_clear (&wiring);
  return instance;
}

/* --- without starting it --- */

static gboolean
check_program (const LsSpawnRequest *request, GError **error)
{
  g_auto (GStrv) inherited = g_get_environ ();
  const char *path = request->env ? ls_environment_get (request->env, "PATH") : NULL;
  if (!path)
    path = ls_environment_get ((const char *const *) inherited, "PATH");
  g_autofree char *program = ls_program_find (request->argv[0], path, error);
  return program && ls_program_check (program, request->cwd, error);
}

static gboolean
check_input (const LsSpawnRequest *request, GError **error)
{
  if (request->stdin_mode != LS_STDIN_FILE || request->pty)
    return TRUE;
  int fd = ls_wiring_open_input (request->stdin_file, error);
  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

gboolean
ls_child_check_request (const LsSpawnRequest *request, GError **error)
{
  return has_command (request, error) && may_be_so (request, error) && check_program (request, error) && check_input (request, error);
}
