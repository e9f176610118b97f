/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the window starts its agent when it is in a Flatpak: on the host, through the runtime's own loader, or inside. The host's folders are made
 * as flatpak lays them out, with this build as the app and this system as the runtime; the bus and the helper on it are real. */

#include "tests/support/check.h"

#include "config.h"
#include "gui/model/launcher.h"
#include "tests/support/host_helper.h"
#include "tests/support/http.h"

#include <glib/gstdio.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534
#define SOON 30      /* seconds; a bound, not a figure */
#define ID "org.example.App"
#define COMMIT "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

typedef struct {
  char *top;
  char *app_branch;              /* the folder of app's versions */
  char *host_socket, *inside_socket;
  LsSandbox *sandbox;
  LsTestHostHelper *helper;
  LsLauncher *launcher;
  char *failure;                 /* what "failed" said last */
} Desk;

static char *
sub (const Desk *desk, const char *below)
{
  return g_build_filename (desk->top, below, NULL);
}

/* T/KIND/COMMIT/files, a link to @real, and T/KIND/active beside it. What the host calls that folder. (transfer full) */
static char *
deploy (const Desk *desk, const char *kind, const char *real)
{
  g_autofree char *branch = sub (desk, kind), *version = g_build_filename (branch, COMMIT, NULL), *active = g_build_filename (branch, "active", NULL);
  char *files = g_build_filename (version, "files", NULL);

  assert_int_equal (g_mkdir_with_parents (version, 0755), 0);
  assert_int_equal (symlink (real, files), 0);
  assert_int_equal (symlink (COMMIT, active), 0);
  return files;
}

static void
set_folder (const Desk *desk, const char *variable, const char *name)
{
  g_autofree char *folder = sub (desk, name);

  assert_int_equal (g_mkdir_with_parents (folder, 0700), 0);
  g_setenv (variable, folder, TRUE);
}

static void
failed (LsLauncher *launcher, const char *sentence, Desk *desk)
{
  g_free (desk->failure);
  desk->failure = g_strdup (sentence);
}

static void
open_desk (void **state, gboolean present, const char *refusal, const char *runtime)
{
  Desk *desk = *state = g_new0 (Desk, 1);
  const char *agent = g_getenv ("LINESHAFT_TEST_AGENT");
  g_autofree char *daemon = g_path_get_dirname (agent), *parts = g_path_get_dirname (daemon), *build = g_path_get_dirname (parts), *info = NULL;
  g_autofree char *programs = g_strdup_printf ("%s/agent/daemon:%s/agent/worker:%s/agent/pool:%s/agent/load:%s/agent/cli", build, build, build, build, build);
  g_autofree char *app = NULL, *runtime_there = NULL;

  desk->top = g_dir_make_tmp ("lineshaft-XXXXXX", NULL);
  desk->app_branch = sub (desk, "app");
  app = deploy (desk, "app", build);
  runtime_there = deploy (desk, "runtime", runtime);
  set_folder (desk, "HOME", "home");
  set_folder (desk, "XDG_RUNTIME_DIR", "run");
  set_folder (desk, "XDG_CONFIG_HOME", "config");
  g_setenv ("LINESHAFT_LIBEXEC_DIR", programs, TRUE);
  info = g_strdup_printf ("[Application]\nname=" ID "\n[Instance]\ninstance-path=%s\napp-path=%s\nruntime-path=%s\n", desk->top, app, runtime_there);
  {
    g_autofree char *data = sub (desk, "data");

    desk->sandbox = ls_sandbox_parse (info, data, NULL);
  }
  g_free (desk->sandbox->app);
  desk->sandbox->app = g_strdup (build);
  desk->host_socket = sub (desk, "run/app/" ID "/agent.sock");
  desk->inside_socket = sub (desk, "inside/agent.sock");
  desk->helper = ls_test_host_helper_new (present, refusal);
  desk->launcher = ls_launcher_new (desk->inside_socket, desk->sandbox);
  g_signal_connect (desk->launcher, "failed", G_CALLBACK (failed), desk);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *each = g_build_filename (path, name, NULL);

      remove_tree (each);
    }
  g_remove (path);
}

static void
stopped (GObject *source, GAsyncResult *result, gpointer user)
{
  *(gboolean *) user = ls_launcher_stop_finish (LS_LAUNCHER (source), result, NULL);
}

static int
close_desk (void **state)
{
  Desk *desk = *state;
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
  remove_tree (desk->top);
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

static void
turn_until (const Desk *desk, gboolean (*there) (const Desk *desk, gpointer with), gpointer with, const char *what)
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

static json_t *
ask (const char *socket, const char *method, const char *target, const char *body)
{
  int fd = ls_test_connect_unix (socket);
  g_autoptr (LsTestReply) reply = fd >= 0 ? ls_test_request (fd, method, target, NULL, body, body != NULL ? (gssize) strlen (body) : 0) : NULL;

  return reply != NULL && reply->status / 100 == 2 ? json_incref (reply->json) : NULL;
}

static gboolean
answers (const Desk *desk, gpointer socket)
{
  json_t *json = ask (socket, "GET", "/v1/agent", NULL);
  gboolean there = json != NULL;

  json_decref (json);
  return there;
}

typedef struct { const char *socket; guint ready; } Wanted;

static gboolean
has_ready (const Desk *desk, gpointer with)
{
  const Wanted *wanted = with;
  json_t *cluster = ask (wanted->socket, "GET", "/v1/clusters/web", NULL);
  gboolean there = json_integer_value (json_object_get (json_object_get (cluster, "status"), "ready")) == wanted->ready;

  json_decref (cluster);
  return there;
}

typedef struct { const char *socket, *epoch; } Run;

static gboolean
runs_anew (const Desk *desk, gpointer with)
{
  const Run *before = with;
  json_t *about = ask (before->socket, "GET", "/v1/agent", NULL);
  gboolean anew = about != NULL && g_strcmp0 (json_string_value (json_object_get (about, "epoch")), before->epoch) != 0;

  json_decref (about);
  return anew;
}

static gboolean
nothing_runs (const Desk *desk, gpointer unused)
{
  return ls_test_host_helper_pid (desk->helper) == 0;
}

static gboolean
is_set (const Desk *desk, gpointer flag)
{
  return *(gboolean *) flag;
}

static void
stop (const Desk *desk)
{
  gboolean done = FALSE;

  ls_launcher_stop_async (desk->launcher, stopped, &done);
  turn_until (desk, is_set, &done, "the agent's end");
  assert_false (ls_launcher_owns_agent (desk->launcher));
}

static void
make_cluster (const Desk *desk, guint ready)
{
  g_autofree char *body = g_strdup_printf ("{\"listen\":[\"127.0.0.1:0\"],\"workers\":{\"min\":%u,\"max\":%u}}", ready, ready);
  Wanted wanted = { desk->host_socket, ready };
  json_t *made = ask (desk->host_socket, "PUT", "/v1/clusters/web", body);

  assert_non_null (made);
  json_decref (made);
  turn_until (desk, has_ready, &wanted, "the cluster");
}

/* --- the three places --- */

static void
the_host_runs_it_through_the_runtime_s_own_loader (void **state)
{
  Desk *desk;
  g_autofree char *name_file = NULL, *exe_file = NULL, *name = NULL, *exe = NULL, *normal = NULL;

  open_desk (state, TRUE, NULL, "/usr");
  desk = *state;
  assert_true (ls_launcher_start (desk->launcher, NULL));
  turn_until (desk, answers, desk->host_socket, "an agent on the host");
  assert_true (ls_launcher_owns_agent (desk->launcher));
  assert_null (ls_launcher_host_failure (desk->launcher));

  /* The process that was asked for is the agent itself, bears its name, and is the loader of the runtime. */
  name_file = g_strdup_printf ("/proc/%d/comm", ls_test_host_helper_pid (desk->helper));
  exe_file = g_strdup_printf ("/proc/%d/exe", ls_test_host_helper_pid (desk->helper));
  assert_true (g_file_get_contents (name_file, &name, NULL, NULL));
  assert_string_equal (name, "lineshaft-agent\n");
  exe = g_file_read_link (exe_file, NULL);
  assert_non_null (strstr (exe, "/ld-"));

  /* It also answers where every agent does, and its own programs start. */
  normal = sub (desk, "run/lineshaft/agent.sock");
  assert_true (answers (desk, normal));
  make_cluster (desk, 2);

  stop (desk);
  assert_int_equal (ls_test_host_helper_last_signal (desk->helper), SIGTERM);
  assert_int_equal (ls_test_host_helper_calls (desk->helper), 1);
  assert_null (desk->failure);
}

static void
it_outlives_the_window (void **state)
{
  Desk *desk;

  open_desk (state, TRUE, NULL, "/usr");
  desk = *state;
  assert_true (ls_launcher_start (desk->launcher, NULL));
  turn_until (desk, answers, desk->host_socket, "an agent on the host");
  g_clear_object (&desk->launcher);
  make_cluster (desk, 1);
  kill (ls_test_host_helper_pid (desk->helper), SIGTERM);
  turn_until (desk, nothing_runs, NULL, "its end");
}

static void
an_update_under_it_does_not_stop_its_workers_from_starting (void **state)
{
  Desk *desk;
  g_autofree char *old = NULL, *new = NULL, *active = NULL, *wrapper = NULL, *text = NULL;
  Wanted wanted = { NULL, 3 };
  Run before;
  json_t *about;

  open_desk (state, TRUE, NULL, "/usr");
  desk = *state;
  assert_true (ls_launcher_start (desk->launcher, NULL));
  turn_until (desk, answers, desk->host_socket, "an agent on the host");
  make_cluster (desk, 1);
  wanted.socket = desk->host_socket;

  /* As an update does: a new version, active from now on, and the old one gone. */
  old = g_build_filename (desk->app_branch, COMMIT, NULL);
  new = g_build_filename (desk->app_branch, "new", NULL);
  active = g_build_filename (desk->app_branch, "active", NULL);
  assert_int_equal (g_rename (old, new), 0);
  assert_int_equal (g_unlink (active), 0);
  assert_int_equal (symlink ("new", active), 0);
  make_cluster (desk, 3);

  /* And before it is restarted, what it becomes is the version of the window that asks. */
  wrapper = sub (desk, "data/lineshaft/host/lineshaft-agent");
  assert_true (g_file_set_contents (wrapper, "of an earlier version", -1, NULL));
  assert_true (ls_launcher_renew (desk->launcher, NULL));
  assert_true (g_file_get_contents (wrapper, &text, NULL, NULL));
  assert_non_null (strstr (text, "exec "));
  about = ask (desk->host_socket, "GET", "/v1/agent", NULL);
  before.epoch = json_string_value (json_object_get (about, "epoch"));
  before.socket = desk->host_socket;
  json_decref (ask (desk->host_socket, "POST", "/v1/agent/restart", NULL));
  turn_until (desk, runs_anew, &before, "another run");
  turn_until (desk, has_ready, &wanted, "the cluster");
  json_decref (about);
  assert_true (ls_launcher_owns_agent (desk->launcher));
  stop (desk);
}

static void
inside (void **state, gboolean present, const char *refusal, const char *runtime, const char *why)
{
  Desk *desk;

  open_desk (state, present, refusal, runtime);
  desk = *state;
  assert_true (ls_launcher_start (desk->launcher, NULL));
  turn_until (desk, answers, desk->inside_socket, "an agent inside");
  assert_false (answers (desk, desk->host_socket));
  if (why == NULL)
    assert_null (ls_launcher_host_failure (desk->launcher));
  else
    assert_non_null (strstr (ls_launcher_host_failure (desk->launcher), why));
  stop (desk);
  assert_null (desk->failure);
}

static void
without_the_name_on_the_bus_it_runs_inside (void **state)
{
  inside (state, FALSE, NULL, "/usr", NULL);
}

static void
without_the_permission_it_runs_inside (void **state)
{
  inside (state, TRUE, "org.freedesktop.DBus.Error.AccessDenied", "/usr", NULL);
}

static void
another_refusal_is_told_and_it_runs_inside (void **state)
{
  inside (state, TRUE, "org.freedesktop.DBus.Error.Failed", "/usr", "No commands today");
}

static void
a_host_that_cannot_run_it_is_told_of_and_it_runs_inside (void **state)
{
  inside (state, TRUE, NULL, "/nowhere", "not found");
}

/* --- an agent of the host that was told nothing --- */

static GPid
run_agent (const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  GPid pid;

  g_ptr_array_add (argv, (gpointer) g_getenv ("LINESHAFT_TEST_AGENT"));
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (argv, (gpointer) *arguments);
  g_ptr_array_add (argv, NULL);
  assert_true (g_spawn_async (NULL, (char **) argv->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &pid, NULL));
  return pid;
}

static void
end_agent (GPid pid)
{
  int status;

  kill (pid, SIGTERM);
  assert_int_equal (waitpid (pid, &status, 0), pid);
  assert_int_equal (status, 0);
}

static void
any_agent_is_found_by_the_window_s_own_flatpak (void **state)
{
  const char *const nothing[] = { NULL };
  Desk *desk;
  g_autofree char *shared = NULL, *normal = NULL;
  GPid agent;

  open_desk (state, FALSE, NULL, "/usr");
  desk = *state;
  shared = sub (desk, "run/app/" LS_APP_ID "/agent.sock");
  normal = sub (desk, "run/lineshaft/agent.sock");
  agent = run_agent (nothing);
  turn_until (desk, answers, shared, "an agent where a Flatpak looks");
  assert_true (answers (desk, normal));
  end_agent (agent);
}

static void
one_that_is_there_already_keeps_its_place (void **state)
{
  const char *first_arguments[] = { "--socket", NULL, NULL };
  const char *const nothing[] = { NULL };
  Desk *desk;
  g_autofree char *shared = NULL, *normal = NULL;
  GPid first, second;
  json_t *about;

  open_desk (state, FALSE, NULL, "/usr");
  desk = *state;
  first_arguments[1] = shared = sub (desk, "run/app/" LS_APP_ID "/agent.sock");
  normal = sub (desk, "run/lineshaft/agent.sock");
  first = run_agent (first_arguments);
  turn_until (desk, answers, shared, "the first agent");
  second = run_agent (nothing);
  turn_until (desk, answers, normal, "the second agent");
  about = ask (shared, "GET", "/v1/agent", NULL);
  assert_int_equal (json_integer_value (json_object_get (about, "pid")), first);
  json_decref (about);
  end_agent (second);
  assert_true (answers (desk, shared));
  end_agent (first);
}

/* Root's agents answer in one place of the whole system; a test must not. */
static gboolean
be_nobody (void)
{
  if (geteuid () == 0 && (setgroups (0, NULL) < 0 || setgid (NOBODY) < 0 || setuid (NOBODY) < 0))
    return FALSE;
  return access (g_getenv ("LINESHAFT_TEST_AGENT"), X_OK) == 0;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (the_host_runs_it_through_the_runtime_s_own_loader, close_desk),
    cmocka_unit_test_teardown (it_outlives_the_window, close_desk),
    cmocka_unit_test_teardown (an_update_under_it_does_not_stop_its_workers_from_starting, close_desk),
    cmocka_unit_test_teardown (without_the_name_on_the_bus_it_runs_inside, close_desk),
    cmocka_unit_test_teardown (without_the_permission_it_runs_inside, close_desk),
    cmocka_unit_test_teardown (another_refusal_is_told_and_it_runs_inside, close_desk),
    cmocka_unit_test_teardown (any_agent_is_found_by_the_window_s_own_flatpak, close_desk),
    cmocka_unit_test_teardown (one_that_is_there_already_keeps_its_place, close_desk),
    cmocka_unit_test_teardown (a_host_that_cannot_run_it_is_told_of_and_it_runs_inside, close_desk),
  };
  g_autofree char *state = NULL;
  gboolean is_nobody = be_nobody ();
  GPid bus = is_nobody ? ls_test_session_bus_start () : 0;
  int failures;

  if (bus == 0)
    {
      printf ("1..0 # SKIP %s\n", is_nobody ? "dbus-daemon is not installed" : "this build cannot be run by another user than root");
      return 0;
    }
  /* GLib reads it once. */
  state = g_dir_make_tmp ("lineshaft-state-XXXXXX", NULL);
  g_setenv ("XDG_STATE_HOME", state, TRUE);
  failures = cmocka_run_group_tests (tests, NULL, NULL);
  remove_tree (state);
  kill (bus, SIGKILL);
  return failures;
}
