/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/children.h"

#include "base/error.h"
#include "model/json.h"
#include "platform/child.h"
#include "platform/child_start.h"
#include "platform/descriptor.h"
#include "platform/launcher.h"
#include "platform/reaper.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct LsChildren {
  uv_loop_t *loop;
  LsChildEvents events;
  LsChildOwner owner;
  uv_signal_t child_ended;
  GHashTable *running;          /* pid → LsChild, until it is reaped: so long the pid cannot belong to another */
  GHashTable *by_instance;      /* LsInstance → LsChild, until its exit has been told; owns them */
  LsNotifySockets *notify;
  LsContainment *containment;
  LsLauncher *launcher;
  int null_fd;
  gboolean closing, signal_closed;
  gboolean busy;                /* something was started since the last look */
  void (*closed) (void *user);
  void *closed_user;
};

static guint
hash_instance (gconstpointer key)
{
  const LsInstance *instance = key;
  return (guint) instance->pid ^ (guint) instance->start_time;
}

static gboolean
equal_instances (gconstpointer a, gconstpointer b)
{
  return ls_instance_equal (*(const LsInstance *) a, *(const LsInstance *) b);
}

/* --- spawning --- */

static LsChildStart *
prepare (LsChildren *children, const LsSpawnRequest *request, GError **error)
{
  const LsChildStarter starter = { children->null_fd, children->notify, children->containment };
  children->busy = TRUE;
  LsChild *child = ls_child_new (children->loop, request->id, &children->owner);
  LsChildStart *start = ls_child_start_new (child, request, &starter, error);
  if (!start)
    ls_child_close (child);
  return start;
}

/* pid 0: it was not started. */
static LsInstance
finish (LsChildren *children, LsChildStart *start, guint64 start_time, GError **error)
{
  LsChild *child = ls_child_start_child (start);
  LsInstance instance = ls_child_start_finish (start, start_time, error);
  if (instance.pid == 0 || children->closing) {
    ls_child_close (child);
    return instance;
  }
  g_hash_table_insert (children->by_instance, (gpointer) ls_child_key (child), child);
  return instance;
}

static gboolean
spawn (void *self, const LsSpawnRequest *request, LsInstance *ret_instance, GError **error)
{
  LsChildren *children = self;
  LsChildStart *start = prepare (children, request, error);
  if (!start)
    return FALSE;
  LsChild *child = ls_child_start_child (start);
  ls_child_start_run (start);
  LsInstance instance = finish (children, start, 0, error);
  if (instance.pid == 0)
    return FALSE;
  g_hash_table_insert (children->running, GINT_TO_POINTER (instance.pid), child);
  *ret_instance = instance;
  return TRUE;
}

static gboolean
launch (void *self, const LsSpawnRequest *request, GError **error)
{
  LsChildren *children = self;
  LsChildStart *start = prepare (children, request, error);
  if (!start)
    return FALSE;
  ls_launcher_add (children->launcher, start);
  return TRUE;
}

static void free_and_tell (LsChildren *children);

static void
launched (void *user, LsChildStart *start, guint64 start_time, const LsExit *how)
{
  LsChildren *children = user;
  LsChild *child = ls_child_start_child (start);
  g_autofree char *id = g_strdup (ls_child_id (child));
  g_autoptr (GError) error = NULL;
  LsInstance instance = finish (children, start, start_time, &error);
  if (children->closing) {
    free_and_tell (children);
    return;
  }
  if (instance.pid != 0 && how)
    ls_child_reaped (child, how);
  else if (instance.pid != 0)
    g_hash_table_insert (children->running, GINT_TO_POINTER (instance.pid), child);
  children->events.started (children->events.self, id, instance, error);
  if (instance.pid != 0 && how)
    ls_child_wind_up (child);
}

static gboolean
check (void *self, const LsSpawnRequest *request, GError **error)
{
  return ls_child_check_request (request, error);
}

/* --- ending --- */

static gint64
milliseconds (struct timeval time)
{
  return (gint64) time.tv_sec * 1000 + time.tv_usec / 1000;
}

static LsExit
exit_from (int status, const struct rusage *usage)
{
#ifdef __APPLE__
  const guint64 rss_unit = 1;
#else
  const guint64 rss_unit = 1024;
#endif
  /* The kernel counts memory from before exec as well: max_rss is never less than what the agent itself used at the start. */
  return (LsExit) {
    .code = WIFEXITED (status) ? WEXITSTATUS (status) : -1,
    .signal = WIFSIGNALED (status) ? WTERMSIG (status) : 0,
    .at = g_get_real_time () / 1000,
    .user_ms = milliseconds (usage->ru_utime),
    .system_ms = milliseconds (usage->ru_stime),
    .cpu_ms = milliseconds (usage->ru_utime) + milliseconds (usage->ru_stime),
    .max_rss = (guint64) usage->ru_maxrss * rss_unit,
    .minor_faults = (guint64) usage->ru_minflt,
    .major_faults = (guint64) usage->ru_majflt,
  };
}

/* What it started and left behind in its process group ends with it. */
static void
ending (void *user, pid_t pid)
{
  LsChildren *children = user;
  if (g_hash_table_contains (children->running, GINT_TO_POINTER (pid)) || ls_launcher_ending (children->launcher, pid))
    kill (-pid, SIGKILL);
}

static void
reaped (void *user, pid_t pid, int status, const struct rusage *usage)
{
  LsChildren *children = user;
  LsChild *child = g_hash_table_lookup (children->running, GINT_TO_POINTER (pid));
  LsExit how = exit_from (status, usage);
  if (!child) {
    ls_launcher_ended (children->launcher, pid, &how);      /* or an orphan that was adopted */
    return;
  }
  g_hash_table_remove (children->running, GINT_TO_POINTER (pid));
  ls_child_reaped (child, &how);
  ls_child_wind_up (child);
}

static void
some_child_ended (uv_signal_t *handle, int signal_number)
{
  LsChildren *children = handle->data;
  ls_reap (children->running, ending, reaped, children);
}

static void
child_over (void *self, LsChild *child)
{
  LsChildren *children = self;
  LsInstance instance = ls_child_instance (child);
  LsExit how = *ls_child_exit (child);
  g_autofree char *id = g_strdup (ls_child_id (child));
  g_hash_table_steal (children->by_instance, &instance);
  ls_child_close (child);
  children->events.exited (children->events.self, instance, id, &how);
}

/* --- the port --- */

static LsChild *
find (LsChildren *children, LsInstance instance, GError **error)
{
  LsChild *child = g_hash_table_lookup (children->by_instance, &instance);
  if (child)
    return child;
  g_autofree char *text = ls_instance_to_text (instance);
  g_set_error (error, LS_ERROR, LS_ERROR_MISMATCH, "process %s has ended", text ? text : "0");
  return NULL;
}

/* Ended, and perhaps not reaped yet. */
static gboolean
is_zombie (pid_t pid)
{
  siginfo_t info = { 0 };
  return waitid (P_PID, (id_t) pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

static gboolean
send_signal (void *self, LsInstance instance, int signal_number, gboolean group, GError **error)
{
  LsChild *child = find (self, instance, error);
  if (!child)
    return FALSE;
  /* Until we reap it, its pid and its group's number are its own: a plain kill cannot hit another. */
  if (ls_child_has_ended (child) || (is_zombie (instance.pid) && !group)) {
    g_set_error (error, LS_ERROR, LS_ERROR_MISMATCH, "%s has ended", ls_child_id (child));
    return FALSE;
  }
  if (kill (group ? -instance.pid : instance.pid, signal_number) == 0)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "%s could not be signalled: %s", ls_child_id (child), g_strerror (errno));
  return FALSE;
}

static gboolean
write_to (LsStream *stream, const LsChild *child, const char *what, const char *data, gsize length, GError **error)
{
  if (!stream) {
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s was started without %s", ls_child_id (child), what);
    return FALSE;
  }
  if (ls_stream_write (stream, data, length, error))
    return TRUE;
  g_prefix_error (error, "%s of %s: ", what, ls_child_id (child));
  return FALSE;
}

static gboolean
send_message (void *self, LsInstance instance, json_t *message, GError **error)
{
  LsChild *child = find (self, instance, error);
  if (!child)
    return FALSE;
  g_autofree char *text = ls_json_to_text (message);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  return write_to (ls_child_channel (child), child, "a channel", line, strlen (line), error);
}

static gboolean
send_lines (void *self, LsInstance instance, const char *lines, gsize length, GError **error)
{
  LsChild *child = find (self, instance, error);
  return child && write_to (ls_child_channel (child), child, "a channel", lines, length, error);
}

static gboolean
send_input (void *self, LsInstance instance, const char *data, gsize length, gboolean close_after, GError **error)
{
  LsChild *child = find (self, instance, error);
  if (!child)
    return FALSE;
  LsStream *input = ls_child_input (child);
  if ((length > 0 || !input) && !write_to (input, child, "an open input", data, length, error))
    return FALSE;
  if (close_after)
    ls_child_end_input (child);
  return TRUE;
}

static gboolean
resize (void *self, LsInstance instance, LsTerminalSize window, GError **error)
{
  LsChild *child = find (self, instance, error);
  return child && ls_child_resize (child, window, error);
}

static LsContainmentKind
containment_of (void *self, LsInstance instance)
{
  LsChild *child = find (self, instance, NULL);
  return child ? ls_child_containment (child) : LS_CONTAINMENT_UNKNOWN;
}

char *
ls_children_containment (LsChildren *children)
{
  return ls_containment_to_text (children->containment);
}

LsSpawner
ls_children_spawner (LsChildren *children)
{
  /* Who is not held in a group is known by his parents and his environment: one that is about to be started would pass for an orphan. */
  gboolean elsewhere = LS_LAUNCHES_ELSEWHERE && ls_containment_has_groups (children->containment);
  return (LsSpawner) { .check = check,
                       .spawn = spawn,
                       .launch = elsewhere ? launch : NULL,
                       .signal = send_signal,
                       .send = send_message,
                       .send_lines = send_lines,
                       .input = send_input,
                       .resize = resize,
                       .containment = containment_of,
                       .self = children };
}

void
ls_children_hold (LsChildren *children, LsInstance instance, gboolean hold)
{
  LsChild *child = g_hash_table_lookup (children->by_instance, &instance);
  if (child)
    ls_child_hold (child, hold);
}

guint
ls_children_count (LsChildren *children)
{
  return g_hash_table_size (children->by_instance) + ls_launcher_count (children->launcher);
}

/* --- beginning and end --- */

static void
children_free (LsChildren *children)
{
  ls_containment_free (children->containment);
  ls_launcher_free (children->launcher);
  g_hash_table_unref (children->running);
  g_hash_table_unref (children->by_instance);
  if (children->null_fd >= 0)
    close (children->null_fd);
  ls_notify_sockets_free (children->notify);
  g_free (children);
}

static gboolean
watch_children (LsChildren *children, GError **error)
{
  sigset_t unblocked;
  sigemptyset (&unblocked);
  sigaddset (&unblocked, SIGCHLD);
  /* Whoever started us may have blocked it. */
  pthread_sigmask (SIG_UNBLOCK, &unblocked, NULL);
  int failed = uv_signal_init (children->loop, &children->child_ended);
  if (failed == 0) {
    children->child_ended.data = children;
    failed = uv_signal_start (&children->child_ended, some_child_ended, SIGCHLD);
  }
  if (failed == 0)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "the end of children cannot be watched: %s", uv_strerror (failed));
  return FALSE;
}

LsChildren *
ls_children_new (uv_loop_t *loop, const LsChildEvents *events, gboolean groups, GError **error)
{
  LsChildren *children = g_new0 (LsChildren, 1);
  children->loop = loop;
  children->events = *events;
  children->owner = (LsChildOwner) { &children->events, child_over, children };
  children->running = g_hash_table_new (NULL, NULL);
  children->by_instance = g_hash_table_new (hash_instance, equal_instances);
  children->null_fd = ls_open_null ();
  children->containment = ls_containment_new (groups);
  children->launcher = ls_launcher_new (loop, launched, children);
  children->notify = ls_notify_sockets_new (loop, error);
  if (!children->notify || !watch_children (children, error)) {
    children_free (children);
    return NULL;
  }
  /* Input for a child that reads no more must not end the agent. */
  signal (SIGPIPE, SIG_IGN);
  return children;
}

void
ls_children_rest (LsChildren *children)
{
  gboolean busy = children->busy;
  children->busy = FALSE;
  if (busy || children->closing)
    return;
  ls_notify_sockets_rest (children->notify);
  ls_containment_rest (children->containment);
}

void
ls_children_end_rest (LsChildren *children)
{
  ls_containment_end_rest (children->containment);
}

/* Once nothing of the loop's is left. */
static void
free_and_tell (LsChildren *children)
{
  void (*closed) (void *) = children->closed;
  void *user = children->closed_user;
  if (!children->signal_closed || ls_launcher_count (children->launcher) > 0)
    return;
  children_free (children);
  if (closed)
    closed (user);
}

static void
signal_closed (uv_handle_t *handle)
{
  LsChildren *children = handle->data;
  children->signal_closed = TRUE;
  free_and_tell (children);
}

void
ls_children_close (LsChildren *children, void (*closed) (void *user), void *user)
{
  GHashTableIter iter;
  gpointer child;
  children->closed = closed;
  children->closed_user = user;
  children->closing = TRUE;
  g_hash_table_iter_init (&iter, children->by_instance);
  while (g_hash_table_iter_next (&iter, NULL, &child))
    ls_child_close (child);
  g_hash_table_remove_all (children->by_instance);
  g_hash_table_remove_all (children->running);
  ls_notify_sockets_close (children->notify);
  uv_close ((uv_handle_t *) &children->child_ended, signal_closed);
}
