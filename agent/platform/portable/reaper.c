/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/reaper.h"

#include <sys/wait.h>

static gboolean
has_ended (pid_t pid)
{
  siginfo_t info = { 0 };
  return waitid (P_PID, (id_t) pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

void
ls_reap (GHashTable *known, LsEnding ending, LsReaped reaped, void *user)
{
  guint n;
  g_autofree gpointer *pids = g_hash_table_get_keys_as_array (known, &n);
  for (guint i = 0; i < n; i++) {
    struct rusage usage;
    int status;
    pid_t pid = GPOINTER_TO_INT (pids[i]);
    if (!has_ended (pid))
      continue;
    ending (user, pid);
    if (wait4 (pid, &status, WNOHANG, &usage) == pid)
      reaped (user, pid, status, &usage);
  }
}
