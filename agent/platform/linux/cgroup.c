/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/linux/cgroup.h"

#include "platform/linux/cgroup_place.h"
#include "platform/linux/clone_into.h"
#include "platform/process_figures.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define IDLE_MAX 32u           /* empty groups kept for the next children */
#define TRIES_MAX 1000u
#define LAST_WAIT_MS 500
#define LAST_LOOK_MS 5

struct LsCgroups {
  guint version;
  gboolean clones_into;        /* else the child joins by itself */
  char *folder;
  guint64 made;
  GQueue idle;                 /* LsCgroup */
};

struct LsCgroup {
  LsCgroups *owner;
  char *name;
  int folder;
  int join;                    /* -1 with clones_into */
  int events;                  /* cgroup.events; -1: version 1 */
  gboolean was_killed;         /* as a whole */
  gboolean found_empty;        /* since it was taken */
};

/* --- small files --- */

static char *
read_file (const char *path)
{
  char *text = NULL;
  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

static gboolean
write_in (int folder, const char *name, const char *text)
{
  int fd = openat (folder, name, O_WRONLY | O_CLOEXEC);
  gboolean written = fd >= 0 && write (fd, text, strlen (text)) == (ssize_t) strlen (text);
  if (fd >= 0)
    close (fd);
  return written;
}

/* Its processes as the kernel lists them; (transfer full), NULL if it cannot be read. */
static char *
read_processes (int folder)
{
  GString *text = g_string_new (NULL);
  char piece[4096];
  ssize_t got = -1;
  int fd = openat (folder, "cgroup.procs", O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && (got = read (fd, piece, sizeof piece)) > 0)
    g_string_append_len (text, piece, got);
  if (fd >= 0)
    close (fd);
  return g_string_free (text, got < 0);
}

/* --- one group --- */

static void
close_group (LsCgroup *group)
{
  if (group->folder >= 0)
    close (group->folder);
  if (group->join >= 0)
    close (group->join);
  if (group->events >= 0)
    close (group->events);
  g_free (group->name);
  g_free (group);
}

/* A folder of a number that is free; NULL with errno. (transfer full) */
static char *
make_folder (LsCgroups *groups, char **ret_name)
{
  for (guint tries = 0; tries < TRIES_MAX; tries++) {
    g_autofree char *name = g_strdup_printf ("%" G_GUINT64_FORMAT, ++groups->made);
    g_autofree char *path = g_build_filename (groups->folder, name, NULL);
    if (mkdir (path, 0755) == 0) {
      *ret_name = g_steal_pointer (&name);
      return g_steal_pointer (&path);
    }
    if (errno != EEXIST)
      return NULL;
  }
  return NULL;
}

static LsCgroup *
make_group (LsCgroups *groups)
{
  LsCgroup *group = g_new0 (LsCgroup, 1);
  g_autofree char *path = make_folder (groups, &group->name);
  group->owner = groups;
  group->folder = group->join = group->events = -1;
  if (path && (group->folder = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0) {
    if (groups->version == 2)
      group->events = openat (group->folder, "cgroup.events", O_RDONLY | O_CLOEXEC);
    /* "tasks" takes a thread that names itself without stopping the world, as cgroup.procs does. */
    if (!groups->clones_into)
      group->join = openat (group->folder, groups->version == 2 ? "cgroup.procs" : "tasks", O_WRONLY | O_CLOEXEC);
    if ((groups->version != 2 || group->events >= 0) && (groups->clones_into || group->join >= 0))
      return group;
  }
  int code = errno;
  if (group->folder >= 0)
    rmdir (path);
  close_group (group);
  errno = code;
  return NULL;
}

LsCgroup *
ls_cgroup_take (LsCgroups *groups)
{
  LsCgroup *group = g_queue_pop_tail (&groups->idle);
  if (!group)
    return make_group (groups);
  group->found_empty = FALSE;
  return group;
}

int
ls_cgroup_folder_fd (const LsCgroup *group)
{
  return group->owner->clones_into ? group->folder : -1;
}

int
ls_cgroup_join_fd (const LsCgroup *group)
{
  return group->join;
}

static gboolean
is_empty (const LsCgroup *group)
{
  char text[256];
  if (group->events < 0) {
    g_autofree char *processes = read_processes (group->folder);
    return !processes || *processes == '\0';
  }
  ssize_t got = pread (group->events, text, sizeof text - 1, 0);
  if (got <= 0)
    return TRUE;      /* somebody removed it: then it was empty */
  text[got] = '\0';
  return strstr (text, "populated 0") != NULL;
}

static void
kill_each (const LsCgroup *group)
{
  g_autofree char *processes = read_processes (group->folder);
  g_auto (GStrv) lines = g_strsplit (processes ? processes : "", "\n", -1);
  for (char **line = lines; *line; line++) {
    pid_t pid = (pid_t) g_ascii_strtoll (*line, NULL, 10);
    /* 0: in a pid namespace that we do not see. */
    if (pid > 1)
      kill (pid, SIGKILL);
  }
}

gboolean
ls_cgroup_kill (LsCgroup *group)
{
  group->found_empty = is_empty (group);
  if (group->found_empty)
    return TRUE;
  if (group->owner->version != 2 || !write_in (group->folder, "cgroup.kill", "1"))
    kill_each (group);
  else
    group->was_killed = TRUE;
  return FALSE;
}

/* --- folders --- */

/* Groups within groups first. */
static void
remove_folder (const char *path)
{
  if (rmdir (path) == 0 || errno != EBUSY)
    return;
  DIR *folder = opendir (path);
  const struct dirent *entry;
  while (folder && (entry = readdir (folder)))
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
      g_autofree char *below = g_build_filename (path, entry->d_name, NULL);
      remove_folder (below);
    }
  if (folder)
    closedir (folder);
  rmdir (path);
}

static void
remove_group (LsCgroup *group)
{
  g_autofree char *path = g_build_filename (group->owner->folder, group->name, NULL);
  remove_folder (path);
  close_group (group);
}

static gboolean
can_be_used_again (const LsCgroup *group)
{
  struct stat status;
  /* Linux 6.13 and later kill what is cloned into a group that was killed as a whole at any time before. */
  if (group->was_killed)
    return FALSE;
  /* Whoever ran in it may have made groups of its own; each is a link. */
  return group->owner->idle.length < IDLE_MAX && fstat (group->folder, &status) == 0 && status.st_nlink <= 2
         && (group->found_empty || is_empty (group));
}

void
ls_cgroup_release (LsCgroup *group)
{
  if (!group)
    return;
  if (can_be_used_again (group)) {
    g_queue_push_tail (&group->owner->idle, group);
    return;
  }
  remove_group (group);
}

void
ls_cgroups_rest (LsCgroups *groups)
{
  for (LsCgroup *group; (group = g_queue_pop_head (&groups->idle));)
    remove_group (group);
}

/* What an agent left behind that was killed. Its folder goes once nothing runs in it. */
static void
remove_stale (const char *parent)
{
  DIR *folder = opendir (parent);
  const struct dirent *entry;
  while (folder && (entry = readdir (folder))) {
    guint64 pid, start_time;
    if (!ls_cgroup_owner_parse (entry->d_name, &pid, &start_time) || ls_process_start_time ((pid_t) pid) == start_time)
      continue;
    g_autofree char *path = g_build_filename (parent, entry->d_name, NULL);
    remove_folder (path);
  }
  if (folder)
    closedir (folder);
}

/* --- whether it can be done --- */

/* A process that does nothing, in a group of its own: TRUE if it got there. */
static gboolean
try_group (LsCgroups *groups)
{
  LsCgroup *group = make_group (groups);
  int status = -1;
  if (!group)
    return FALSE;
  pid_t pid = ls_clone_nothing_into (ls_cgroup_folder_fd (group), ls_cgroup_join_fd (group));
  while (pid > 0 && waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  remove_group (group);
  return pid > 0 && status == 0;
}

static gboolean
settle_in (LsCgroups *groups, const LsCgroupPlace *place)
{
  groups->version = place->version;
  groups->folder = g_strdup_printf ("%s/lineshaft-%d-%" G_GUINT64_FORMAT, place->folder, (int) getpid (), ls_process_start_time (getpid ()));
  remove_stale (place->folder);
  /* An agent that has become a new program in the same process finds its own. */
  remove_folder (groups->folder);
  if (mkdir (groups->folder, 0755) == 0 || errno == EEXIST) {
    groups->clones_into = place->version == 2;
    if (try_group (groups))
      return TRUE;
    groups->clones_into = FALSE;
    if (place->version == 2 && try_group (groups))
      return TRUE;
    remove_folder (groups->folder);
  }
  g_clear_pointer (&groups->folder, g_free);
  return FALSE;
}

LsCgroups *
ls_cgroups_new (char **ret_why)
{
  g_autofree char *own = read_file ("/proc/self/cgroup"), *mounts = read_file ("/proc/self/mountinfo");
  g_autoptr (GArray) places = ls_cgroup_places (own ? own : "", mounts ? mounts : "");
  LsCgroups *groups = g_new0 (LsCgroups, 1);
  g_queue_init (&groups->idle);
  for (guint i = 0; i < places->len; i++)
    if (settle_in (groups, &g_array_index (places, LsCgroupPlace, i)))
      return groups;
  if (ret_why)
    *ret_why = places->len == 0 ? g_strdup ("there are no control groups here")
                                : g_strdup_printf ("no control group can be made in %s", g_array_index (places, LsCgroupPlace, 0).folder);
  g_free (groups);
  return NULL;
}

/* Every group below, one of version 1 as well. */
static void
kill_below (const LsCgroups *groups)
{
  DIR *folder = opendir (groups->folder);
  const struct dirent *entry;
  while (folder && (entry = readdir (folder))) {
    LsCgroup group = { .owner = (LsCgroups *) groups, .events = -1 };
    if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
      continue;
    group.folder = openat (dirfd (folder), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (group.folder < 0)
      continue;
    ls_cgroup_kill (&group);
    close (group.folder);
  }
  if (folder)
    closedir (folder);
}

void
ls_cgroups_end_rest (LsCgroups *groups)
{
  ls_cgroups_rest (groups);
  remove_folder (groups->folder);
  for (guint waited = 0; waited < LAST_WAIT_MS && access (groups->folder, F_OK) == 0; waited += LAST_LOOK_MS) {
    kill_below (groups);
    g_usleep (LAST_LOOK_MS * 1000);
    remove_folder (groups->folder);
  }
}

void
ls_cgroups_free (LsCgroups *groups)
{
  if (!groups)
    return;
  ls_cgroups_rest (groups);
  remove_folder (groups->folder);
  g_free (groups->folder);
  g_free (groups);
}
