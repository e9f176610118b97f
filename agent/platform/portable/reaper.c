/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/reaper.h"

#include <sys/wait.h>

void
ls_reap (GHashTable *known, LsReaped reaped, void *user)
{
  guint n;
  g_autofree gpointer *pids = g_hash_table_get_keys_as_array (known, &n);
  for (guint i = 0; i < n; i++) {
    struct rusage usage;
    int status;
    pid_t pid = wait4 (GPOINTER_TO_INT (pids[i]), &status, WNOHANG, &usage);
    if (pid > 0)
      reaped (user, pid, status, &usage);
  }
}
