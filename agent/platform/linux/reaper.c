/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/reaper.h"

#include <sys/wait.h>

/* The next one that has ended, left as it is; 0: none. */
static pid_t
next_ended (void)
{
  siginfo_t info = { 0 };
  return waitid (P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 ? info.si_pid : 0;
}

void
ls_reap (GHashTable *known, LsEnding ending, LsReaped reaped, void *user)
{
  struct rusage usage;
  int status;
  pid_t pid;
  while ((pid = next_ended ()) > 0) {
    ending (user, pid);
    if (wait4 (pid, &status, WNOHANG | __WALL, &usage) != pid)
      return;
    reaped (user, pid, status, &usage);
  }
}
