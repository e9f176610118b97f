/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/launcher.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "base/backoff.h"
#include "config.h"

#define PROGRAM "lineshaft-agent"

struct _LsLauncher {
  GObject parent_instance;
  char *socket;
  char *log;                   /* where its words go */
  GSubprocess *process;        /* nullable */
  GCancellable *cancellable;
  LsBackoff backoff;
  guint restart;               /* source */
  gboolean stopping;
};

enum { SIGNAL_FAILED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LsLauncher, ls_launcher, G_TYPE_OBJECT)

/* --- where it is --- */

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
    found = **folder ? program_in (*folder, ".") : NULL;
  if (!found)
    found = program_in (own_folder, ".");
  if (!found)
    found = program_in (own_folder, "../agent/daemon");
  if (!found)
    found = program_in (installed, ".");
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
tell_failure (LsLauncher *self, GSubprocess *process)
{
  g_autofree char *words = last_words (self);
  g_autofree char *how = g_subprocess_get_if_signaled (process)
                           ? g_strdup_printf (_("The agent was ended by signal %d."), g_subprocess_get_term_sig (process))
                           : g_strdup_printf (_("The agent ended with status %d."), g_subprocess_get_exit_status (process));
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

static void
ended (GObject *source, GAsyncResult *result, gpointer user)
{
  GSubprocess *process = G_SUBPROCESS (source);
  g_autoptr (GError) error = NULL;
  if (!g_subprocess_wait_finish (process, result, &error))
    return;      /* cancelled: the launcher has gone */
  LsLauncher *self = user;
  g_clear_object (&self->process);
  if (self->stopping || g_subprocess_get_successful (process))
    return;
  tell_failure (self, process);
  if (self->restart == 0)
    self->restart = g_timeout_add (MAX (100, ls_backoff_next_ms (&self->backoff, g_random_double ())), restart_now, self);
}

static gboolean
prepare_log (LsLauncher *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->log);
  if (g_mkdir_with_parents (folder, 0700) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("The folder %s cannot be made: %s."), folder, g_strerror (errno));
  return FALSE;
}

gboolean
ls_launcher_start (LsLauncher *launcher, GError **error)
{
  if (launcher->process)
    return TRUE;
  g_autofree char *folder = own_folder ();
  g_autofree char *program = ls_launcher_find_agent (g_getenv ("LINESHAFT_LIBEXEC_DIR"), folder, LS_LIBEXEC_DIR);
  if (!program) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("The program %s was not found, neither beside this one nor in PATH. Install it, or set LINESHAFT_LIBEXEC_DIR to its folder."),
                 PROGRAM);
    return FALSE;
  }
  if (!prepare_log (launcher, error))
    return FALSE;
  g_autoptr (GSubprocessLauncher) setup = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_set_stdout_file_path (setup, launcher->log);
  g_subprocess_launcher_set_flags (setup, G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_subprocess_launcher_set_child_setup (setup, in_child, NULL, NULL);
  launcher->process = g_subprocess_launcher_spawn (setup, error, program, "--socket", launcher->socket, NULL);
  if (!launcher->process)
    return FALSE;
  launcher->stopping = FALSE;
  g_subprocess_wait_async (launcher->process, launcher->cancellable, ended, launcher);
  return TRUE;
}

gboolean
ls_launcher_owns_agent (LsLauncher *launcher)
{
  return launcher->process != NULL;
}

static void
stopped (GObject *source, GAsyncResult *result, gpointer user)
{
  g_autoptr (GTask) task = user;
  GError *error = NULL;
  if (g_subprocess_wait_finish (G_SUBPROCESS (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ls_launcher_stop_async (LsLauncher *launcher, GAsyncReadyCallback done, gpointer user)
{
  GTask *task = g_task_new (launcher, NULL, done, user);
  launcher->stopping = TRUE;
  g_clear_handle_id (&launcher->restart, g_source_remove);
  if (!launcher->process) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }
  g_subprocess_send_signal (launcher->process, SIGTERM);
  g_subprocess_wait_async (launcher->process, NULL, stopped, task);
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
  G_OBJECT_CLASS (ls_launcher_parent_class)->dispose (object);
}

static void
ls_launcher_finalize (GObject *object)
{
  LsLauncher *self = LS_LAUNCHER (object);
  g_clear_object (&self->cancellable);
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
ls_launcher_new (const char *socket)
{
  LsLauncher *self = g_object_new (LS_TYPE_LAUNCHER, NULL);
  self->socket = g_strdup (socket);
  return self;
}
