/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Between fork and exec. The memory may be the parent's own, so nothing here allocates, locks, or changes what the parent
 * would miss. */

#include "platform/descriptor.h"
#include "platform/launch.h"
#include "platform/system.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* In signals: handlers would run the parent's code, and what is ignored stays ignored after exec. */
LS_ENDS_IN_EXEC static void
reset_signal_handlers (void)
{
  struct sigaction by_default = { .sa_handler = SIG_DFL };
  for (int number = 1; number < NSIG; number++)
    sigaction (number, &by_default, NULL);
}

LS_ENDS_IN_EXEC static void
unblock_signals (void)
{
  sigset_t none;
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

/* First all sources move above the targets, so that no target is overwritten before it was copied. */
LS_ENDS_IN_EXEC static int
place_descriptors (const LsLaunch *launch)
{
  for (int i = 0; i < launch->n_fds; i++) {
    launch->scratch[i] = launch->fds[i];
    if (launch->fds[i] < launch->n_fds)
      launch->scratch[i] = fcntl (launch->fds[i], F_DUPFD_CLOEXEC, launch->n_fds);
    if (launch->scratch[i] < 0)
      return -1;
  }
  for (int i = 0; i < launch->n_fds; i++)
    if (dup2 (launch->scratch[i], i) < 0)
      return -1;
  ls_close_on_exec_from (launch->n_fds);
  return 0;
}

LS_ENDS_IN_EXEC static void
write_pid (char *room)
{
  char reversed[16];
  int n = 0;
  for (pid_t pid = getpid (); pid > 0; pid /= 10)
    reversed[n++] = (char) ('0' + pid % 10);
  while (n > 0)
    *room++ = reversed[--n];
  *room = '\0';
}

/* Only the leader of a session can make a terminal its own. */
LS_ENDS_IN_EXEC static int
take_terminal (const LsLaunch *launch)
{
  return launch->terminal ? ioctl (0, TIOCSCTTY, 0) : 0;
}

LS_ENDS_IN_EXEC static int
become_nice (const LsLaunch *launch)
{
  return launch->nice == 0 ? 0 : setpriority (PRIO_PROCESS, 0, getpriority (PRIO_PROCESS, 0) + launch->nice);
}

LS_ENDS_IN_EXEC static int
set_limits (const LsLaunch *launch, LsLaunchFailure *ret_failure)
{
  ls_restore_fd_limit ();
  for (guint i = 0; i < launch->n_limits; i++) {
    ret_failure->limit = i;
    if (setrlimit (launch->limits[i].resource, &launch->limits[i].value) < 0)
      return -1;
  }
  return 0;
}

/* Step after step until one fails; the last does not come back. */
LS_ENDS_IN_EXEC static void
take_steps (const LsLaunch *launch, LsLaunchFailure *ret_failure)
{
  ret_failure->step = LS_LAUNCH_DESCRIPTORS;
  if (place_descriptors (launch) < 0)
    return;
  ret_failure->step = LS_LAUNCH_TERMINAL;
  if (take_terminal (launch) < 0)
    return;
  ret_failure->step = LS_LAUNCH_NICE;
  if (become_nice (launch) < 0)
    return;
  ret_failure->step = LS_LAUNCH_LIMIT;
  if (set_limits (launch, ret_failure) < 0)
    return;
  ret_failure->step = LS_LAUNCH_CWD;
  if (launch->cwd && chdir (launch->cwd) < 0)
    return;
  if (launch->listen_pid)
    write_pid (launch->listen_pid);
  unblock_signals ();
  ret_failure->step = LS_LAUNCH_EXEC;
  execve (launch->program, launch->argv, launch->env);
}

LS_ENDS_IN_EXEC void
ls_launch_child (const LsLaunch *launch, LsLaunchFailure *ret_failure)
{
  if (launch->group_join >= 0 && write (launch->group_join, "0", 1) != 1)
    ret_failure->outside = TRUE;
  if (launch->terminal)
    setsid ();
  else
    setpgid (0, 0);
  reset_signal_handlers ();
  take_steps (launch, ret_failure);
  ret_failure->code = errno;
}
