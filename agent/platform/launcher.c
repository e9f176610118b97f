/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/launcher.h"

#include "platform/process_figures.h"

struct LsLauncher {
  uv_loop_t *loop;
  LsLaunched launched;
  void *user;
  GQueue under_way;          /* Launch */
};

typedef struct {
  uv_work_t work;
  LsLauncher *launcher;
  LsChildStart *start;
  GList link;
  guint64 start_time;        /* 0: it runs, as far as is known */
  gboolean ended;
  LsExit how;
} Launch;

LsLauncher *
ls_launcher_new (uv_loop_t *loop, LsLaunched launched, void *user)
{
  LsLauncher *launcher = g_new0 (LsLauncher, 1);
  launcher->loop = loop;
  launcher->launched = launched;
  launcher->user = user;
  g_queue_init (&launcher->under_way);
  return launcher;
}

void
ls_launcher_free (LsLauncher *launcher)
{
  g_free (launcher);
}

static void
run (uv_work_t *work)
{
  ls_child_start_run (((Launch *) work->data)->start);
}

static void
done (uv_work_t *work, int status)
{
  Launch *launch = work->data;
  LsLauncher *launcher = launch->launcher;
  g_queue_unlink (&launcher->under_way, &launch->link);
  launcher->launched (launcher->user, launch->start, launch->start_time, launch->ended ? &launch->how : NULL);
  g_free (launch);
}

void
ls_launcher_add (LsLauncher *launcher, LsChildStart *start)
{
  Launch *launch = g_new0 (Launch, 1);
  launch->launcher = launcher;
  launch->start = start;
  launch->work.data = launch->link.data = launch;
  ls_child_start_leave_to_reaper (start);
  g_queue_push_tail_link (&launcher->under_way, &launch->link);
  /* Fails only without a function. */
  uv_queue_work (launcher->loop, &launch->work, run, done);
}

guint
ls_launcher_count (const LsLauncher *launcher)
{
  return launcher->under_way.length;
}

static Launch *
find (LsLauncher *launcher, pid_t pid)
{
  for (GList *link = launcher->under_way.head; link; link = link->next)
    if (ls_child_start_pid (((Launch *) link->data)->start) == pid)
      return link->data;
  return NULL;
}

gboolean
ls_launcher_ending (LsLauncher *launcher, pid_t pid)
{
  Launch *launch = find (launcher, pid);
  if (launch)
    launch->start_time = ls_process_start_time (pid);
  return launch != NULL;
}

void
ls_launcher_ended (LsLauncher *launcher, pid_t pid, const LsExit *how)
{
  Launch *launch = find (launcher, pid);
  if (!launch)
    return;
  launch->ended = TRUE;
  launch->how = *how;
}
