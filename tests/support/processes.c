/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  char state;
  pid_t parent;
  guint64 ticks;
} Stat;

static gboolean
read_stat (pid_t pid, Stat *ret)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;
  const char *after;
  unsigned long user, system;
  int parent;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (after = strrchr (text, ')')) == NULL)
    return FALSE;
  if (sscanf (after + 2, "%c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &ret->state, &parent, &user, &system) != 4)
    return FALSE;
  ret->parent = parent;
  ret->ticks = user + system;
  return TRUE;
}

/* The children of @parent, in @state (0: any). */
static GArray *
list_children (pid_t parent, char state)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (pid_t));
  const char *name;

  while ((name = g_dir_read_name (proc)) != NULL)
    {
      pid_t pid = atoi (name);
      Stat stat;

      if (pid > 0 && read_stat (pid, &stat) && stat.parent == parent && (state == 0 || stat.state == state))
        g_array_append_val (pids, pid);
    }
  return pids;
}

static guint
count (pid_t parent, char state)
{
  g_autoptr (GArray) pids = list_children (parent, state);

  return pids->len;
}

void
ls_test_become_subreaper (void)
{
  prctl (PR_SET_CHILD_SUBREAPER, 1);
}

guint
ls_test_count_children (pid_t pid)
{
  return count (pid, 0);
}

void
ls_test_until_children (pid_t pid, guint n)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (ls_test_count_children (pid) != n)
    {
      if (g_get_monotonic_time () > end)
        fail_msg ("process %d has %u children, not %u", (int) pid, ls_test_count_children (pid), n);
      g_usleep (10 * 1000);
    }
}

void
ls_test_assert_childless (pid_t pid)
{
  g_autoptr (GArray) pids = list_children (pid, 0);

  for (guint i = 0; i < pids->len; i++)
    if (ls_test_is_alive (g_array_index (pids, pid_t, i)))
      fail_msg ("process %d still has the child %d", (int) pid, (int) g_array_index (pids, pid_t, i));
  ls_test_until_children (pid, 0);
}

guint
ls_test_count_zombies (pid_t parent)
{
  return count (parent, 'Z');
}

static gboolean
is_named (pid_t pid, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/exe", (int) pid);
  g_autofree char *program = g_file_read_link (path, NULL);
  g_autofree char *own = program != NULL ? g_path_get_basename (program) : NULL;

  return g_strcmp0 (own, name) == 0;
}

pid_t
ls_test_find_descendant (pid_t pid, const char *name)
{
  if (is_named (pid, name))
    return pid;
  g_autoptr (GArray) children = list_children (pid, 0);
  pid_t found = 0;
  for (guint i = 0; i < children->len && found == 0; i++)
    found = ls_test_find_descendant (g_array_index (children, pid_t, i), name);
  return found;
}

void
ls_test_kill_children (void)
{
  for (;;)
    {
      g_autoptr (GArray) pids = list_children (getpid (), 0);

      if (pids->len == 0)
        return;
      for (guint i = 0; i < pids->len; i++)
        kill (g_array_index (pids, pid_t, i), SIGKILL);
      /* Theirs come to us as they go. */
      waitpid (-1, NULL, 0);
    }
}

gboolean
ls_test_reap_children (int timeout_ms)
{
  gint64 until = g_get_monotonic_time () + timeout_ms * 1000;

  for (;;)
    {
      while (waitpid (-1, NULL, WNOHANG) > 0)
        ;
      if (ls_test_count_children (getpid ()) == 0)
        return TRUE;
      if (g_get_monotonic_time () > until)
        return FALSE;
      g_usleep (2000);
    }
}

guint
ls_test_count_fds (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", (int) pid);
  g_autoptr (GDir) fds = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (fds != NULL && g_dir_read_name (fds) != NULL)
    n++;
  return n;
}

gsize
ls_test_rss (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", (int) pid);
  g_autofree char *text = NULL;
  unsigned long pages = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL) || sscanf (text, "%*u %lu", &pages) != 1)
    return 0;
  return pages * (gsize) sysconf (_SC_PAGESIZE);
}

guint64
ls_test_cpu_us (pid_t pid)
{
  Stat stat;

  return read_stat (pid, &stat) ? stat.ticks * 1000000 / (guint64) sysconf (_SC_CLK_TCK) : 0;
}

gboolean
ls_test_is_alive (pid_t pid)
{
  Stat stat;

  return read_stat (pid, &stat) && stat.state != 'Z' && stat.state != 'X';
}
