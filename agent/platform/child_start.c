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

struct LsChildStart {
  LsChild *child;
  LsWiring wiring;
  LsFence *fence;
  char **argv, **environment;
  char *program, *cwd;
  char *text;                /* its first and only input; NULL: not asked for */
  LsChildLimit limits[LS_LIMITS];
  LsLaunch plan;
  LsLaunchFailure failure;
  pid_t launched;            /* what ls_launch gave back */
  guint64 began;             /* when, as its start time will say; 0: somewhere between two ticks of the clock */
  pid_t pid;                 /* written by the kernel before the process does anything */
};

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

/* --- before --- */

/* Its environment, and the program that is found by it. */
static gboolean
find_program (LsChildStart *start, const LsSpawnRequest *request, const char *notify_path, GError **error)
{
  g_auto (GStrv) inherited = g_get_environ ();
  g_autofree char *mark = ls_fence_mark (start->fence, ls_environment_get ((const char *const *) inherited, "LINESHAFT_FENCE"));
  start->wiring.links.mark = mark;
  start->wiring.links.notify_path = notify_path;
  start->environment = ls_child_environment (request, &start->wiring.links, (const char *const *) inherited, &start->plan.listen_pid);
  start->program = ls_program_find (request->argv[0], ls_environment_get ((const char *const *) start->environment, "PATH"), error);
  return start->program != NULL;
}

static void
plan (LsChildStart *start, const LsSpawnRequest *request)
{
  start->argv = g_strdupv ((char **) request->argv);
  start->cwd = g_strdup (request->cwd);
  start->plan.program = start->program;
  start->plan.argv = start->argv;
  start->plan.env = start->environment;
  start->plan.cwd = start->cwd;
  start->plan.fds = (const int *) (gpointer) start->wiring.fds->data;
  start->plan.n_fds = (int) start->wiring.fds->len;
  start->plan.scratch = g_new (int, start->wiring.fds->len);
  start->plan.terminal = request->pty;
  start->plan.nice = request->nice;
  start->plan.group_folder = start->plan.group_join = -1;
  start->plan.limits = start->limits;
  start->plan.n_limits = ls_child_limits (request->limits, start->limits);
  ls_fence_prepare (start->fence, &start->plan);
  if (request->stdin_mode == LS_STDIN_TEXT)
    start->text = g_strdup (request->stdin_text ? request->stdin_text : "");
}

static void
start_free (LsChildStart *start)
{
  if (start->fence)      /* nobody took it, nor our ends */
    ls_wiring_close_ours (&start->wiring);
  ls_fence_free (start->fence);
  ls_wiring_clear (&start->wiring);
  g_strfreev (start->argv);
  g_strfreev (start->environment);
  g_free (start->plan.scratch);
  g_free (start->program);
  g_free (start->cwd);
  g_free (start->text);
  g_free (start);
}

LsChildStart *
ls_child_start_new (LsChild *child, const LsSpawnRequest *request, const LsChildStarter *starter, GError **error)
{
  const char *notify_path = NULL;
  if (!has_command (request, error) || !may_be_so (request, error))
    return NULL;
  LsChildStart *start = g_new0 (LsChildStart, 1);
  start->child = child;
  ls_wiring_init (&start->wiring);
  start->fence = ls_fence_new (starter->containment);
  if (!ls_wiring_open (&start->wiring, request, starter->null_fd, error)
      || (request->notify && !ls_child_open_notify (child, starter->notify, &notify_path, error))
      || !find_program (start, request, notify_path, error)) {
    start_free (start);
    return NULL;
  }
  plan (start, request);
  return start;
}

/* --- the start --- */

void
ls_child_start_run (LsChildStart *start)
{
  guint64 before = ls_process_start_time_now ();
  start->launched = ls_launch (&start->plan, &start->pid, &start->failure);
  start->began = ls_process_start_time_now () == before ? before : 0;
}

LsChild *
ls_child_start_child (const LsChildStart *start)
{
  return start->child;
}

pid_t
ls_child_start_pid (const LsChildStart *start)
{
  return __atomic_load_n (&start->pid, __ATOMIC_ACQUIRE);
}

void
ls_child_start_leave_to_reaper (LsChildStart *start)
{
  start->plan.left_to_reaper = TRUE;
}

/* --- after --- */

static void
send_first_input (LsChild *child, const char *text)
{
  LsStream *input = ls_child_input (child);
  if (!text || !input)
    return;
  /* It may have ended already, or read nothing: not an error of the start. */
  if (*text)
    ls_stream_write_unbounded (input, text, strlen (text), NULL);
  ls_child_end_input (child);
}

/* Reading it costs more than one would think. What we know by the clock is believed once the system has said the same. */
static guint64
start_time_of (const LsChildStart *start, guint64 known)
{
  static gboolean looked, believed;
  if (known)
    return known;
  if (believed && start->began)
    return start->began;
  /* As long as it is not waited for its start time can be read, even if it has ended. */
  guint64 start_time = ls_process_start_time (start->launched);
  if (!looked && start->began) {
    looked = TRUE;
    believed = start->began == start_time;
  }
  return start_time;
}

LsInstance
ls_child_start_finish (LsChildStart *start, guint64 start_time, GError **error)
{
  LsInstance instance = { 0, 0 };
  if (start->launched > 0) {
    instance = (LsInstance) { start->launched, start_time_of (start, start_time) };
    ls_fence_started (start->fence, instance, start->failure.outside);
    ls_child_attach (start->child, instance, g_steal_pointer (&start->fence), &start->wiring.ours);
    send_first_input (start->child, start->text);
  } else {
    ls_program_explain (&start->plan, &start->failure, error);
  }
  start_free (start);
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
