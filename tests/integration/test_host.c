/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the window starts its agent when it is in a Flatpak: on the host, through the runtime's own loader, or inside. The host's folders are made
 * as flatpak lays them out, with this build as the app and this system as the runtime; the bus and the helper on it are real. */

#include "tests/support/check.h"

#include "config.h"
#include "host_desk.h"

#include <glib/gstdio.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

typedef struct { const char *socket; guint ready; } Wanted;

static gboolean
has_ready (const HostDesk *desk, gpointer with)
{
  const Wanted *wanted = with;
  json_t *cluster = host_desk_ask (wanted->socket, "GET", "/v1/clusters/web", NULL);
  gboolean there = json_integer_value (json_object_get (json_object_get (cluster, "status"), "ready")) == wanted->ready;

  json_decref (cluster);
  return there;
}

typedef struct { const char *socket, *epoch; } Run;

static gboolean
runs_anew (const HostDesk *desk, gpointer with)
{
  const Run *before = with;
  json_t *about = host_desk_ask (before->socket, "GET", "/v1/agent", NULL);
  gboolean anew = about != NULL && g_strcmp0 (json_string_value (json_object_get (about, "epoch")), before->epoch) != 0;

  json_decref (about);
  return anew;
}

static gboolean
nothing_runs (const HostDesk *desk, gpointer unused)
{
  return ls_test_host_helper_pid (desk->helper) == 0;
}

static void
make_cluster (const HostDesk *desk, guint ready)
{
  g_autofree char *body = g_strdup_printf ("{\"listen\":[\"127.0.0.1:0\"],\"workers\":{\"min\":%u,\"max\":%u}}", ready, ready);
  Wanted wanted = { desk->host_socket, ready };
  json_t *made = host_desk_ask (desk->host_socket, "PUT", "/v1/clusters/web", body);

  assert_non_null (made);
  json_decref (made);
  host_desk_until (desk, has_ready, &wanted, "the cluster");
}

/* --- the three places --- */

static void
the_host_runs_it_through_the_runtime_s_own_loader (void **state)
{
  HostDesk *desk;
  g_autofree char *name_file = NULL, *exe_file = NULL, *name = NULL, *exe = NULL, *normal = NULL;

  host_desk_open (state, TRUE, NULL, "/usr");
  desk = *state;
  assert_true (ls_launcher_start (desk->launcher, NULL));
  host_desk_until (desk, host_desk_answers, desk->host_socket, "an agent on the host");
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
  normal = host_desk_path (desk, "run/lineshaft/agent.sock");
  assert_true (host_desk_answers (desk, normal));
  make_cluster (desk, 2);

  host_desk_stop (desk);
  assert_int_equal (ls_test_host_helper_last_signal (desk->helper), SIGTERM);
  assert_int_equal (ls_test_host_helper_calls (desk->helper), 1);
  assert_null (desk->failure);
}

static void
it_outlives_the_window (void **state)
{
  HostDesk *desk;

  host_desk_open (state, TRUE, NULL, "/usr");
  desk = *state;
  assert_true (ls_launcher_start (desk->launcher, NULL));
  host_desk_until (desk, host_desk_answers, desk->host_socket, "an agent on the host");
  g_clear_object (&desk->launcher);
  make_cluster (desk, 1);
  kill (ls_test_host_helper_pid (desk->helper), SIGTERM);
  host_desk_until (desk, nothing_runs, NULL, "its end");
}

static void
an_update_under_it_does_not_stop_its_workers_from_starting (void **state)
{
  HostDesk *desk;
  g_autofree char *old = NULL, *new = NULL, *active = NULL, *wrapper = NULL, *text = NULL;
  Wanted wanted = { NULL, 3 };
  Run before;
  json_t *about;

  host_desk_open (state, TRUE, NULL, "/usr");
  desk = *state;
  assert_true (ls_launcher_start (desk->launcher, NULL));
  host_desk_until (desk, host_desk_answers, desk->host_socket, "an agent on the host");
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
  wrapper = host_desk_path (desk, "data/lineshaft/host/lineshaft-agent");
  assert_true (g_file_set_contents (wrapper, "of an earlier version", -1, NULL));
  assert_true (ls_launcher_renew (desk->launcher, NULL));
  assert_true (g_file_get_contents (wrapper, &text, NULL, NULL));
  assert_non_null (strstr (text, "exec "));
  about = host_desk_ask (desk->host_socket, "GET", "/v1/agent", NULL);
  before.epoch = json_string_value (json_object_get (about, "epoch"));
  before.socket = desk->host_socket;
  json_decref (host_desk_ask (desk->host_socket, "POST", "/v1/agent/restart", NULL));
  host_desk_until (desk, runs_anew, &before, "another run");
  host_desk_until (desk, has_ready, &wanted, "the cluster");
  json_decref (about);
  assert_true (ls_launcher_owns_agent (desk->launcher));
  host_desk_stop (desk);
}

static void
inside (void **state, gboolean present, const char *refusal, const char *runtime, const char *why)
{
  HostDesk *desk;

  host_desk_open (state, present, refusal, runtime);
  desk = *state;
  assert_true (ls_launcher_start (desk->launcher, NULL));
  host_desk_until (desk, host_desk_answers, desk->inside_socket, "an agent inside");
  assert_false (host_desk_answers (desk, desk->host_socket));
  if (why == NULL)
    assert_null (ls_launcher_host_failure (desk->launcher));
  else
    assert_non_null (strstr (ls_launcher_host_failure (desk->launcher), why));
  host_desk_stop (desk);
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
  HostDesk *desk;
  g_autofree char *shared = NULL, *normal = NULL;
  GPid agent;

  host_desk_open (state, FALSE, NULL, "/usr");
  desk = *state;
  shared = host_desk_path (desk, "run/app/" LS_APP_ID "/agent.sock");
  normal = host_desk_path (desk, "run/lineshaft/agent.sock");
  agent = run_agent (nothing);
  host_desk_until (desk, host_desk_answers, shared, "an agent where a Flatpak looks");
  assert_true (host_desk_answers (desk, normal));
  end_agent (agent);
}

static void
one_that_is_there_already_keeps_its_place (void **state)
{
  const char *first_arguments[] = { "--socket", NULL, NULL };
  const char *const nothing[] = { NULL };
  HostDesk *desk;
  g_autofree char *shared = NULL, *normal = NULL;
  GPid first, second;
  json_t *about;

  host_desk_open (state, FALSE, NULL, "/usr");
  desk = *state;
  first_arguments[1] = shared = host_desk_path (desk, "run/app/" LS_APP_ID "/agent.sock");
  normal = host_desk_path (desk, "run/lineshaft/agent.sock");
  first = run_agent (first_arguments);
  host_desk_until (desk, host_desk_answers, shared, "the first agent");
  second = run_agent (nothing);
  host_desk_until (desk, host_desk_answers, normal, "the second agent");
  about = host_desk_ask (shared, "GET", "/v1/agent", NULL);
  assert_int_equal (json_integer_value (json_object_get (about, "pid")), first);
  json_decref (about);
  end_agent (second);
  assert_true (host_desk_answers (desk, shared));
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
    cmocka_unit_test_teardown (the_host_runs_it_through_the_runtime_s_own_loader, host_desk_close),
    cmocka_unit_test_teardown (it_outlives_the_window, host_desk_close),
    cmocka_unit_test_teardown (an_update_under_it_does_not_stop_its_workers_from_starting, host_desk_close),
    cmocka_unit_test_teardown (without_the_name_on_the_bus_it_runs_inside, host_desk_close),
    cmocka_unit_test_teardown (without_the_permission_it_runs_inside, host_desk_close),
    cmocka_unit_test_teardown (another_refusal_is_told_and_it_runs_inside, host_desk_close),
    cmocka_unit_test_teardown (any_agent_is_found_by_the_window_s_own_flatpak, host_desk_close),
    cmocka_unit_test_teardown (one_that_is_there_already_keeps_its_place, host_desk_close),
    cmocka_unit_test_teardown (a_host_that_cannot_run_it_is_told_of_and_it_runs_inside, host_desk_close),
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
  host_desk_remove_tree (state);
  kill (bus, SIGKILL);
  return failures;
}
