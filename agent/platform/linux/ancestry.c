/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/linux/ancestry.h"

#include "platform/process_figures.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Longer environments exist, and ours stands near their end only if a shell moved it there. */
#define ENVIRONMENT_MAX (256 * 1024)
#define DEPTH_MAX 64

/* --- marks --- */

static const char *
marks_of (const char *block, gsize length)
{
  const char *end = block + length;
  gsize name = strlen (LS_FENCE_ENV);
  while (block < end) {
    const char *zero = memchr (block, '\0', (gsize) (end - block));
    if (!zero)
      return NULL;      /* cut off */
    if ((gsize) (zero - block) > name && memcmp (block, LS_FENCE_ENV, name) == 0 && block[name] == '=')
      return block + name + 1;
    block = zero + 1;
  }
  return NULL;
}

gboolean
ls_environment_has_mark (const char *block, gsize length, const char *mark)
{
  const char *marks = marks_of (block, length);
  gsize wanted = strlen (mark);
  while (marks && *marks) {
    gsize here = strcspn (marks, ":");
    if (here == wanted && memcmp (marks, mark, wanted) == 0)
      return TRUE;
    marks += here + (marks[here] == ':');
  }
  return FALSE;
}

gboolean
ls_environment_has_mark_of (const char *block, gsize length, const char *prefix)
{
  const char *marks = marks_of (block, length);
  while (marks && *marks) {
    gsize here = strcspn (marks, ":");
    if (strncmp (marks, prefix, strlen (prefix)) == 0)
      return TRUE;
    marks += here + (marks[here] == ':');
  }
  return FALSE;
}

/* --- /proc --- */

static char *
read_all (const char *path, gsize max, gsize *ret_length)
{
  gsize length = 0, room = 4096;
  char *text = g_malloc (room);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t got = 0;
  while (fd >= 0 && length < max && (got = read (fd, text + length, room - length - 1)) > 0) {
    length += (gsize) got;
    if (room - length < 1024)
      text = g_realloc (text, room *= 2);
  }
  if (fd >= 0)
    close (fd);
  text[length] = '\0';
  *ret_length = length;
  if (fd >= 0 && got >= 0)
    return text;
  g_free (text);
  return NULL;
}

/* Where the kernel has no lists of children: everyone's parent. */
static void
add_children_by_parent (pid_t parent, GArray *children)
{
  DIR *folder = opendir ("/proc");
  const struct dirent *entry;
  while (folder && (entry = readdir (folder))) {
    char path[64];
    gsize length;
    pid_t pid = (pid_t) g_ascii_strtoll (entry->d_name, NULL, 10);
    g_snprintf (path, sizeof path, "/proc/%d/stat", (int) pid);
    g_autofree char *text = pid > 0 ? read_all (path, 4096, &length) : NULL;
    const char *name_end = text ? strrchr (text, ')') : NULL;
    int found;
    if (name_end && sscanf (name_end, ") %*c %d", &found) == 1 && found == (int) parent)
      g_array_append_val (children, pid);
  }
  if (folder)
    closedir (folder);
}

/* The children of one thread; FALSE if this kernel keeps no such list. */
static gboolean
add_children_of_thread (pid_t pid, const char *thread, GArray *children)
{
  char path[96];
  gsize length;
  g_snprintf (path, sizeof path, "/proc/%d/task/%s/children", (int) pid, thread);
  g_autofree char *text = read_all (path, G_MAXSIZE, &length);
  for (char *at = text; at && *at;) {
    pid_t child = (pid_t) g_ascii_strtoll (at, &at, 10);
    if (child > 0)
      g_array_append_val (children, child);
    at += strspn (at, " \n");
    if (!g_ascii_isdigit (*at))
      break;
  }
  return text != NULL;
}

static GArray *
children_of (pid_t pid)
{
  GArray *children = g_array_new (FALSE, FALSE, sizeof (pid_t));
  char path[64], own[32];
  g_snprintf (own, sizeof own, "%d", (int) pid);
  if (!add_children_of_thread (pid, own, children)) {
    if (access ("/proc/self/task", F_OK) == 0 && kill (pid, 0) == 0)
      add_children_by_parent (pid, children);
    return children;
  }
  /* Orphans come to the first thread of the agent, which is the one that started all others: no need to look at more. */
  if (pid == getpid ())
    return children;
  g_snprintf (path, sizeof path, "/proc/%d/task", (int) pid);
  DIR *folder = opendir (path);
  const struct dirent *entry;
  while (folder && (entry = readdir (folder)))
    if (g_ascii_isdigit (entry->d_name[0]) && strcmp (entry->d_name, own) != 0)
      add_children_of_thread (pid, entry->d_name, children);
  if (folder)
    closedir (folder);
  return children;
}

static void
kill_tree (pid_t pid, guint depth)
{
  g_autoptr (GArray) children = depth < DEPTH_MAX ? children_of (pid) : NULL;
  /* The parent first: it starts no more while we go on. Those that it leaves come to us, and are met again. */
  kill (pid, SIGKILL);
  for (guint i = 0; children && i < children->len; i++)
    kill_tree (g_array_index (children, pid_t, i), depth + 1);
}

/* --- whose it is --- */

static gboolean
has_ended (pid_t pid)
{
  char path[64];
  gsize length;
  g_snprintf (path, sizeof path, "/proc/%d/stat", (int) pid);
  g_autofree char *text = read_all (path, 4096, &length);
  const char *name_end = text ? strrchr (text, ')') : NULL;
  return !name_end || name_end[1] == '\0' || name_end[2] == 'Z' || name_end[2] == 'X';
}

static gboolean
is_to_end (pid_t pid, const char *mark, const char *prefix, const LsAncestryWorld *world)
{
  char path[64];
  gsize length;
  if (!mark)
    return TRUE;
  g_snprintf (path, sizeof path, "/proc/%d/environ", (int) pid);
  g_autofree char *block = read_all (path, ENVIRONMENT_MAX, &length);
  if (block && ls_environment_has_mark (block, length, mark))
    return TRUE;
  if (block && ls_environment_has_mark_of (block, length, prefix))
    return FALSE;      /* somebody else's */
  return !world->has_elder (world->user, (LsInstance) { pid, ls_process_start_time (pid) });
}

guint
ls_ancestry_kill (const char *mark, const char *prefix, const LsAncestryWorld *world)
{
  g_autoptr (GArray) orphans = children_of (getpid ());
  guint met = 0;
  for (guint i = 0; i < orphans->len; i++) {
    pid_t pid = g_array_index (orphans, pid_t, i);
    if (world->is_known (world->user, pid) || has_ended (pid) || !is_to_end (pid, mark, prefix, world))
      continue;
    met++;
    kill_tree (pid, 0);
  }
  return met;
}
