/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* clone (CLONE_VM | CLONE_VFORK), as posix_spawn does it: no page table is copied, and we sleep until the child has
 * executed its program or failed. The child runs on a stack of its own, so that none of our variables changes under us. */

#include "platform/launch.h"

#include "platform/linux/clone_into.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE (64 * 1024)

typedef struct {
  const LsLaunch *launch;
  LsLaunchFailure *failure;
} Start;

const gboolean LS_LAUNCHES_ELSEWHERE = TRUE;

/* Kept, one a thread: mapping one for each child would cost more than the start. Its lowest page is a guard. */
static char *
child_stack (void)
{
  static _Thread_local char *stack;
  if (!stack) {
    void *memory = mmap (NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED)
      return NULL;
    mprotect (memory, (size_t) sysconf (_SC_PAGESIZE), PROT_NONE);
    stack = memory;
  }
  return stack;
}

LS_ENDS_IN_EXEC static int
child_main (void *user)
{
  Start *start = user;
  ls_launch_child (start->launch, start->failure);
  _exit (127);
}

static void
reap_failed (pid_t pid)
{
  while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    ;
}

/* In its control group if that can be, else outside of it: a child that runs is worth more than where it runs. */
static pid_t
start_child (char *stack, Start *start, pid_t *ret_pid)
{
  if (start->launch->group_folder >= 0) {
    pid_t pid = ls_clone_into (start->launch->group_folder, child_main, stack, STACK_SIZE, start, ret_pid);
    if (pid >= 0 || errno == EAGAIN || errno == ENOMEM)
      return pid;
    start->failure->outside = TRUE;
  }
  return clone (child_main, stack + STACK_SIZE, CLONE_VM | CLONE_VFORK | CLONE_PARENT_SETTID | SIGCHLD, start, ret_pid);
}

pid_t
ls_launch (const LsLaunch *launch, pid_t *ret_pid, LsLaunchFailure *ret_failure)
{
  LsLaunchFailure failure = { .step = LS_LAUNCH_FORK };
  Start start = { launch, &failure };
  sigset_t all, before;
  char *stack = child_stack ();
  if (!stack) {
    *ret_failure = (LsLaunchFailure) { .step = LS_LAUNCH_FORK, .code = ENOMEM };
    return -1;
  }
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  pid_t pid = start_child (stack, &start, ret_pid);
  int code = errno;
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  if (pid >= 0 && failure.code == 0) {
    *ret_failure = failure;
    return pid;
  }
  if (pid >= 0 && !launch->left_to_reaper)
    reap_failed (pid);
  else if (pid < 0)
    failure = (LsLaunchFailure) { .step = LS_LAUNCH_FORK, .code = code };
  *ret_failure = failure;
  return -1;
}
