/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/check.h"

#include "host_desk.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *
host_desk_path (const HostDesk *desk, const char *below)
{
  return g_build_filename (desk->top, below, NULL);
}

/* T/KIND/COMMIT/files, a link to @real, and T/KIND/active beside it. What the host calls that folder. (transfer full) */
static char *
deploy (const HostDesk *desk, const char *kind, const char *real)
{
  g_autofree char *branch = host_desk_path (desk, kind), *version = g_build_filename (branch, COMMIT, NULL), *active = g_build_filename (branch, "active", NULL);
  char *files = g_build_filename (version, "files", NULL);

  assert_int_equal (g_mkdir_with_parents (version, 0755), 0);
  assert_int_equal (symlink (real, files), 0);
  assert_int_equal (symlink (COMMIT, active), 0);
  return files;
}

static void
set_folder (const HostDesk *desk, const char *variable, const char *name)
{
  g_autofree char *folder = host_desk_path (desk, name);

  assert_int_equal (g_mkdir_with_parents (folder, 0700), 0);
  g_setenv (variable, folder, TRUE);
}

static void
failed (LsLauncher *launcher, const char *sentence, HostDesk *desk)
{
  g_free (desk->failure);
  desk->failure = g_strdup (sentence);
}

void
host_desk_open (void **state, gboolean present, const char *refusal, const char *runtime)
{
  HostDesk *desk = *state = g_new0 (HostDesk, 1);
  const char *agent = g_getenv ("LINESHAFT_TEST_AGENT");
  g_autofree char *daemon = g_path_get_dirname (agent), *parts = g_path_get_dirname (daemon), *build = g_path_get_dirname (parts), *info = NULL;
  g_autofree char *programs = g_strdup_printf ("%s/agent/daemon:%s/agent/worker:%s/agent/pool:%s/agent/load:%s/agent/cli", build, build, build, build, build);
  g_autofree char *app = NULL, *runtime_there = NULL;

  desk->top = g_dir_make_tmp ("lineshaft-XXXXXX", NULL);
  desk->app_branch = host_desk_path (desk, "app");
  app = deploy (desk, "app", build);
  runtime_there = deploy (desk, "runtime", runtime);
  set_folder (desk, "HOME", "home");
  set_folder (desk, "XDG_RUNTIME_DIR", "run");
  set_folder (desk, "XDG_CONFIG_HOME", "config");
  g_setenv ("LINESHAFT_LIBEXEC_DIR", programs, TRUE);
  info = g_strdup_printf ("[Application]\nname=" ID "\n[Instance]\ninstance-path=%s\napp-path=%s\nruntime-path=%s\n", desk->top, app, runtime_there);
  {
    g_autofree char *data = host_desk_path (desk, "data");

    desk->sandbox = ls_sandbox_parse (info, data, NULL);
  }
  g_free (desk->sandbox->app);
  desk->sandbox->app = g_strdup (build);
  desk->host_socket = host_desk_path (desk, "run/app/" ID "/agent.sock");
  desk->inside_socket = host_desk_path (desk, "inside/agent.sock");
  desk->helper = ls_test_host_helper_new (present, refusal);
  desk->launcher = ls_launcher_new (desk->inside_socket, desk->sandbox);
  g_signal_connect (desk->launcher, "failed", G_CALLBACK (failed), desk);
}

void
host_desk_remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *each = g_build_filename (path, name, NULL);

      host_desk_remove_tree (each);
    }
  g_remove (path);
}

static void
stopped (GObject *source, GAsyncResult *result, gpointer user)
{
  *(gboolean *) user = ls_launcher_stop_finish (LS_LAUNCHER (source), result, NULL);
}

int
host_desk_close (void **state)
{
  HostDesk *desk = *state;
  gboolean done = FALSE;

  /* After a failure: nothing is left running. */
  if (desk->launcher != NULL)
    ls_launcher_stop_async (desk->launcher, stopped, &done);
  else
    done = TRUE;
  for (gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC; !done && g_get_monotonic_time () < end;)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  if (desk->helper != NULL && ls_test_host_helper_pid (desk->helper) != 0)
    kill (ls_test_host_helper_pid (desk->helper), SIGKILL);
  g_clear_object (&desk->launcher);
  if (desk->helper != NULL)
    ls_test_host_helper_free (desk->helper);
  ls_sandbox_free (desk->sandbox);
  host_desk_remove_tree (desk->top);
  g_free (desk->top);
  g_free (desk->app_branch);
  g_free (desk->host_socket);
  g_free (desk->inside_socket);
  g_free (desk->failure);
  g_free (desk);
  return 0;
}

/* --- waiting: on what the bus brings, and on the agent --- */

static gboolean
tick (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

void
host_desk_until (const HostDesk *desk, gboolean (*there) (const HostDesk *desk, gpointer with), gpointer with, const char *what)
{
  gint64 end = g_get_monotonic_time () + SOON * LS_TEST_SLOWNESS * G_USEC_PER_SEC;
  guint source = g_timeout_add (20, tick, NULL);

  while (!there (desk, with))
    {
      if (g_get_monotonic_time () > end)
        fail_msg ("%s did not come; the launcher says: %s; %s", what, desk->failure != NULL ? desk->failure : "nothing",
                  ls_launcher_host_failure (desk->launcher) != NULL ? ls_launcher_host_failure (desk->launcher) : "");
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (source);
}

json_t *
host_desk_ask (const char *socket, const char *method, const char *target, const char *body)
{
  int fd = ls_test_connect_unix (socket);
  g_autoptr (LsTestReply) reply = fd >= 0 ? ls_test_request (fd, method, target, NULL, body, body != NULL ? (gssize) strlen (body) : 0) : NULL;

  return reply != NULL && reply->status / 100 == 2 ? json_incref (reply->json) : NULL;
}

gboolean
host_desk_answers (const HostDesk *desk, gpointer socket)
{
  json_t *json = host_desk_ask (socket, "GET", "/v1/agent", NULL);
  gboolean there = json != NULL;

  json_decref (json);
  return there;
}

static gboolean
is_set (const HostDesk *desk, gpointer flag)
{
  return *(gboolean *) flag;
}

void
host_desk_stop (const HostDesk *desk)
{
  gboolean done = FALSE;

  ls_launcher_stop_async (desk->launcher, stopped, &done);
  host_desk_until (desk, is_set, &done, "the agent's end");
  assert_false (ls_launcher_owns_agent (desk->launcher));
}
