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

LS_ENDS_IN_EXEC void
ls_launch_child (const LsLaunch *launch, LsLaunchFailure *ret_failure)
{
  setpgid (0, 0);
  reset_signal_handlers ();
  ret_failure->step = LS_LAUNCH_DESCRIPTORS;
  if (place_descriptors (launch) == 0) {
    ls_restore_fd_limit ();
    ret_failure->step = LS_LAUNCH_CWD;
    if (!launch->cwd || chdir (launch->cwd) == 0) {
      if (launch->listen_pid)
        write_pid (launch->listen_pid);
      unblock_signals ();
      ret_failure->step = LS_LAUNCH_EXEC;
      execve (launch->program, launch->argv, launch->env);
    }
  }
  ret_failure->code = errno;
}
