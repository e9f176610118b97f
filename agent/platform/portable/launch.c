/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* fork and exec; a close-on-exec pipe tells how far the child came, and its end that the program runs. */

#include "platform/launch.h"

#include "platform/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* The pipe's end must not lie among the descriptors that the child sets up. */
static int
move_clear (int fd, int first_free)
{
  return fd >= first_free ? fd : fcntl (fd, F_DUPFD_CLOEXEC, first_free);
}

G_NORETURN static void
child_main (const LsLaunch *launch, int report)
{
  LsLaunchFailure failure = { .step = LS_LAUNCH_DESCRIPTORS };
  int fd = move_clear (report, launch->n_fds);
  if (fd < 0) {
    failure.code = errno;
    fd = report;
  } else {
    ls_launch_child (launch, &failure);
  }
  if (write (fd, &failure, sizeof failure) < 0)
    _exit (126);
  _exit (127);
}

/* FALSE: the program runs. */
static gboolean
read_failure (int fd, LsLaunchFailure *ret_failure)
{
  LsLaunchFailure failure;
  ssize_t got;
  do
    got = read (fd, &failure, sizeof failure);
  while (got < 0 && errno == EINTR);
  if (got != (ssize_t) sizeof failure)
    return FALSE;
  *ret_failure = failure;
  return TRUE;
}

const gboolean LS_LAUNCHES_ELSEWHERE = FALSE;

pid_t
ls_launch (const LsLaunch *launch, pid_t *ret_pid, LsLaunchFailure *ret_failure)
{
  int report[2];
  sigset_t all, before;
  if (ls_pipe (report) < 0) {
    *ret_failure = (LsLaunchFailure) { .step = LS_LAUNCH_FORK, .code = errno };
    return -1;
  }
  *ret_failure = (LsLaunchFailure) { .step = LS_LAUNCH_FORK };
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  pid_t pid = fork ();
  int code = errno;
  if (pid == 0)
    child_main (launch, report[1]);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  close (report[1]);
  if (pid < 0) {
    *ret_failure = (LsLaunchFailure) { LS_LAUNCH_FORK, code };
  } else if (read_failure (report[0], ret_failure)) {
    while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
      ;
    pid = -1;
  }
  close (report[0]);
  *ret_pid = pid;
  return pid;
}
