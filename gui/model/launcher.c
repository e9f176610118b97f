/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "base/backoff.h"
#include "config.h"
#include "gui/model/host_command.h"

#define PROGRAM "lineshaft-agent"

struct _LsLauncher {
  GObject parent_instance;
  char *socket;
  char *log;                   /* where its words go */
  LsSandbox *sandbox;          /* nullable: in none */
  gboolean host_failed;        /* asked once, and it could not */
  char *host_failure;          /* nullable: why, where it may be asked */
  GSubprocess *process;        /* nullable: ours here */
  LsHostCommand *command;      /* nullable: ours on the host */
  gboolean asking;             /* the host */
  GCancellable *cancellable;
  LsBackoff backoff;
  guint restart;               /* source */
  gboolean stopping;
  GList *stops;                /* GTask: wait for its end */
};

enum { SIGNAL_FAILED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LsLauncher, ls_launcher, G_TYPE_OBJECT)

/* --- where it is --- */

LsPlace
ls_launcher_place (const LsSandbox *sandbox, gboolean host_failed)
{
  if (!sandbox)
    return LS_PLACE_HERE;
  return host_failed ? LS_PLACE_INSIDE : LS_PLACE_HOST;
}

static char *
program_in (const char *folder, const char *below)
{
  g_autofree char *path = folder ? g_build_filename (folder, below, PROGRAM, NULL) : NULL;
  return path && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) && !g_file_test (path, G_FILE_TEST_IS_DIR) ? g_steal_pointer (&path) : NULL;
}

char *
ls_launcher_find_agent (const char *libexec_list, const char *own_folder, const char *installed)
{
  g_auto (GStrv) folders = g_strsplit (libexec_list ? libexec_list : "", G_SEARCHPATH_SEPARATOR_S, -1);
  char *found = NULL;
  for (char **folder = folders; *folder && !found; folder++)
    found = **folder ? program_in (*folder, "") : NULL;
  if (!found)
    found = program_in (own_folder, "");
  if (!found)
    found = program_in (own_folder, "../agent/daemon");
  if (!found)
    found = program_in (installed, "");
  return found ? found : g_find_program_in_path (PROGRAM);
}

static char *
own_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  return program ? g_path_get_dirname (program) : NULL;
}

/* --- running it --- */

/* A session of its own: Ctrl+C in the terminal of the window is not for it. */
static void
in_child (gpointer unused)
{
  setsid ();
}

/* The last line that it wrote: what went wrong, as a rule. (transfer full); NULL: nothing */
static char *
last_words (LsLauncher *self)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (self->log, &text, NULL, NULL))
    return NULL;
  g_strchomp (text);
  char *line = strrchr (text, '\n');
  line = line ? line + 1 : text;
  return *line ? g_utf8_make_valid (line, -1) : NULL;
}

static void
tell_failure (LsLauncher *self, int status)
{
  g_autofree char *words = last_words (self);
  g_autofree char *how = WIFSIGNALED (status) ? g_strdup_printf (_("The agent was ended by signal %d."), WTERMSIG (status))
                                              : g_strdup_printf (_("The agent ended with status %d."), WEXITSTATUS (status));
  g_autofree char *text = words ? g_strdup_printf ("%s %s", how, words) : g_strdup (how);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, text);
}

static gboolean
restart_now (gpointer user)
{
  LsLauncher *self = user;
  g_autoptr (GError) error = NULL;
  self->restart = 0;
  if (!ls_launcher_start (self, &error))
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
  return G_SOURCE_REMOVE;
}

/* Everybody who waits for its end is told. */
static void
finish_stops (LsLauncher *self)
{
  GList *stops = g_steal_pointer (&self->stops);
  for (GList *link = stops; link; link = link->next)
    g_task_return_boolean (link->data, TRUE);
  g_list_free_full (stops, g_object_unref);
}

/* @status as waitpid says; -1: nobody can tell. */
static void
agent_ended (LsLauncher *self, int status)
{
  g_clear_object (&self->process);
  g_clear_object (&self->command);
  finish_stops (self);
  if (self->stopping || status == 0 || status == -1)
    return;
  tell_failure (self, status);
  if (self->restart == 0)
    self->restart = g_timeout_add (MAX (100, ls_backoff_next_ms (&self->backoff, g_random_double ())), restart_now, self);
}

static void
process_ended (GObject *source, GAsyncResult *result, gpointer user)
{
  GSubprocess *process = G_SUBPROCESS (source);
  if (g_subprocess_wait_finish (process, result, NULL))
    agent_ended (user, g_subprocess_get_status (process));
  /* Else cancelled: the launcher has gone. */
}

/* The log, empty: the last words of an agent are never those of one before it. -1 with an error. */
static int
open_log (LsLauncher *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->log);
  int fd = g_mkdir_with_parents (folder, 0700) == 0 ? open (self->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600) : -1;
  if (fd < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("The file %s cannot be written: %s."), self->log, g_strerror (errno));
  return fd;
}

static char *
find_program (char **ret_own_folder, GError **error)
{
  *ret_own_folder = own_folder ();
  char *program = ls_launcher_find_agent (g_getenv ("LINESHAFT_LIBEXEC_DIR"), *ret_own_folder, LS_LIBEXEC_DIR);
  if (!program)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("The program %s was not found, neither beside this one nor in PATH. Install it, or set LINESHAFT_LIBEXEC_DIR to its folder."),
                 PROGRAM);
  return program;
}

static gboolean
start_child (LsLauncher *self, GError **error)
{
  g_autofree char *folder = NULL, *program = find_program (&folder, error);
  int log = program ? open_log (self, error) : -1;
  if (log < 0)
    return FALSE;
  g_autoptr (GSubprocessLauncher) setup = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_take_stdout_fd (setup, log);
  g_subprocess_launcher_set_flags (setup, G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_subprocess_launcher_set_child_setup (setup, in_child, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (setup, error, program, "--socket", self->socket, NULL);
  if (!self->process)
    return FALSE;
  g_subprocess_wait_async (self->process, self->cancellable, process_ended, self);
  return TRUE;
}

/* --- on the host --- */

static void
start_inside (LsLauncher *self, const char *why)
{
  g_autoptr (GError) error = NULL;
  self->host_failed = TRUE;
  g_free (self->host_failure);
  self->host_failure = g_strdup (why);
  if (self->stopping)
    finish_stops (self);
  else if (!start_child (self, &error))
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
}

/* 126 and 127 are the shell's and the loader's: the host cannot run it at all, now or later. */
static void
command_ended (LsHostCommand *command, int status, LsLauncher *self)
{
  if (!WIFEXITED (status) || (WEXITSTATUS (status) != 126 && WEXITSTATUS (status) != 127)) {
    agent_ended (self, status);
    return;
  }
  g_autofree char *words = last_words (self);
  g_clear_object (&self->command);
  start_inside (self, words ? words : _("The host could not run the agent."));
}

static void
host_answered (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (LsLauncher) self = user;
  g_autoptr (GError) error = NULL;
  g_autoptr (LsHostCommand) command = ls_host_command_start_finish (result, &error);
  self->asking = FALSE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!command) {
    start_inside (self, ls_host_command_was_refused (error) ? NULL : error->message);
    return;
  }
  self->command = g_steal_pointer (&command);
  g_signal_connect_object (self->command, "ended", G_CALLBACK (command_ended), self, 0);
  if (self->stopping)
    ls_host_command_send_signal (self->command, SIGTERM);
}

/* Where our programs are, in the order in which they are looked for. */
static char *
write_wrappers (LsLauncher *self, GError **error)
{
  g_autofree char *folder = NULL, *program = find_program (&folder, error);
  if (!program)
    return NULL;
  g_autofree char *beside_agent = g_path_get_dirname (program);
  g_autofree char *list = g_strjoin (G_SEARCHPATH_SEPARATOR_S, g_getenv ("LINESHAFT_LIBEXEC_DIR") ? g_getenv ("LINESHAFT_LIBEXEC_DIR") : "",
                                     beside_agent, LS_LIBEXEC_DIR, folder, NULL);
  g_auto (GStrv) folders = g_strsplit (list, G_SEARCHPATH_SEPARATOR_S, -1);
  return ls_sandbox_write_wrappers (self->sandbox, (const char *const *) folders, error);
}

static gboolean
start_on_host (LsLauncher *self, GError **error)
{
  g_autofree char *wrappers = write_wrappers (self, error);
  int log = wrappers ? open_log (self, error) : -1;
  if (log < 0)
    return FALSE;
  g_autofree char *wrapper = g_build_filename (wrappers, PROGRAM, NULL);
  const char *const argv[] = { "/bin/sh", wrapper, "--app-id", self->sandbox->app_id, NULL };
  self->asking = TRUE;
  ls_host_command_start_async (argv, log, self->cancellable, host_answered, g_object_ref (self));
  close (log);
  return TRUE;
}

gboolean
ls_launcher_start (LsLauncher *launcher, GError **error)
{
  g_autoptr (GError) why = NULL;
  if (ls_launcher_owns_agent (launcher))
    return TRUE;
  launcher->stopping = FALSE;
  if (ls_launcher_place (launcher->sandbox, launcher->host_failed) != LS_PLACE_HOST)
    return start_child (launcher, error);
  if (!start_on_host (launcher, &why))
    start_inside (launcher, why->message);
  return TRUE;
}

gboolean
ls_launcher_renew (LsLauncher *launcher, GError **error)
{
  g_autofree char *wrappers = launcher->sandbox ? write_wrappers (launcher, error) : NULL;
  return wrappers || !launcher->sandbox;
}

gboolean
ls_launcher_owns_agent (LsLauncher *launcher)
{
  return launcher->process || launcher->command || launcher->asking;
}

const char *
ls_launcher_host_failure (LsLauncher *launcher)
{
  return launcher->host_failure;
}

void
ls_launcher_stop_async (LsLauncher *launcher, GAsyncReadyCallback done, gpointer user)
{
  GTask *task = g_task_new (launcher, NULL, done, user);
  launcher->stopping = TRUE;
  g_clear_handle_id (&launcher->restart, g_source_remove);
  launcher->stops = g_list_prepend (launcher->stops, task);
  if (!ls_launcher_owns_agent (launcher))
    finish_stops (launcher);
  else if (launcher->process)
    g_subprocess_send_signal (launcher->process, SIGTERM);
  else if (launcher->command)
    ls_host_command_send_signal (launcher->command, SIGTERM);
}

gboolean
ls_launcher_stop_finish (LsLauncher *launcher, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- object --- */

static void
ls_launcher_dispose (GObject *object)
{
  LsLauncher *self = LS_LAUNCHER (object);
  g_clear_handle_id (&self->restart, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->process);
  g_clear_object (&self->command);
  G_OBJECT_CLASS (ls_launcher_parent_class)->dispose (object);
}

static void
ls_launcher_finalize (GObject *object)
{
  LsLauncher *self = LS_LAUNCHER (object);
  g_clear_object (&self->cancellable);
  ls_sandbox_free (self->sandbox);
  g_free (self->host_failure);
  g_free (self->socket);
  g_free (self->log);
  G_OBJECT_CLASS (ls_launcher_parent_class)->finalize (object);
}

static void
ls_launcher_class_init (LsLauncherClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->dispose = ls_launcher_dispose;
  object_class->finalize = ls_launcher_finalize;
  signals[SIGNAL_FAILED] = g_signal_new ("failed", LS_TYPE_LAUNCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ls_launcher_init (LsLauncher *self)
{
  self->cancellable = g_cancellable_new ();
  self->log = g_build_filename (g_get_user_state_dir (), "lineshaft", "agent.log", NULL);
}

LsLauncher *
ls_launcher_new (const char *socket, const LsSandbox *sandbox)
{
  LsLauncher *self = g_object_new (LS_TYPE_LAUNCHER, NULL);
  self->socket = g_strdup (socket);
  self->sandbox = sandbox ? ls_sandbox_copy (sandbox) : NULL;
  return self;
}
