/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/reaper.h"

#include <sys/wait.h>

void
ls_reap (GHashTable *known, LsReaped reaped, void *user)
{
  struct rusage usage;
  int status;
  pid_t pid;
  while ((pid = wait4 (-1, &status, WNOHANG | __WALL, &usage)) > 0)
    reaped (user, pid, status, &usage);
}
