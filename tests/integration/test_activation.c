/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* systemd's own program listens where the units say, and the first call starts the agent. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <glib/gstdio.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOON 10000
#define NOBODY 65534

typedef struct {
  char *folder;
  char *own, *flatpak;      /* the two sockets of the user's unit */
  char *config;
  pid_t pid;
} Unit;

/* Listens as the unit does, and becomes the agent at the first call. */
static Unit *
unit_start (const char *config)
{
  Unit *unit = g_new0 (Unit, 1);
  g_autofree char *app = NULL;
  gint64 until = g_get_monotonic_time () + SOON * 1000;

  unit->folder = g_dir_make_tmp ("lineshaft-XXXXXX", NULL);
  unit->own = g_build_filename (unit->folder, "lineshaft", "agent.sock", NULL);
  unit->flatpak = g_build_filename (unit->folder, "app", "org.example.App", "agent.sock", NULL);
  unit->config = g_build_filename (unit->folder, "lineshaft.conf", NULL);
  app = g_path_get_dirname (unit->flatpak);
  assert_int_equal (g_mkdir_with_parents (app, 0700), 0);
  app = (g_free (app), g_path_get_dirname (unit->own));
  assert_int_equal (g_mkdir_with_parents (app, 0700), 0);
  assert_true (g_file_set_contents (unit->config, config, -1, NULL));
  ls_test_become_subreaper ();
  unit->pid = fork ();
  if (unit->pid == 0)
    {
      g_autofree char *logs = g_strconcat ("LOGS_DIRECTORY=", unit->folder, NULL);

      freopen ("/dev/null", "w", stderr);
      execlp ("systemd-socket-activate", "systemd-socket-activate", "-l", unit->own, "-l", unit->flatpak, "-E", logs, "--",
              g_getenv ("LINESHAFT_TEST_AGENT"), "--config", unit->config, NULL);
      _exit (127);
    }
  while (!g_file_test (unit->flatpak, G_FILE_TEST_EXISTS) && g_get_monotonic_time () < until)
    g_usleep (10000);
  assert_true (g_file_test (unit->flatpak, G_FILE_TEST_EXISTS));
  return unit;
}

static int
unit_stop (void **state)
{
  Unit *unit = *state;

  if (unit == NULL)
    return 0;
  kill (unit->pid, SIGTERM);
  waitpid (unit->pid, NULL, 0);
  ls_test_remove_folder (unit->folder);
  g_free (unit->folder);
  g_free (unit->own);
  g_free (unit->flatpak);
  g_free (unit->config);
  g_free (unit);
  return 0;
}

static json_t *
ask (const char *socket, const char *target)
{
  g_autoptr (LsTestReply) reply = ls_test_request (ls_test_connect_unix (socket), "GET", target, NULL, NULL, 0);

  assert_int_equal (reply->status, 200);
  return json_incref (reply->json);
}

/* --- */

static void
the_first_call_starts_the_agent (void **state)
{
  Unit *unit;
  char *said = NULL, *complained = NULL;
  int status;

  unit = *state = unit_start ("[pool compute]\nthreads = 1\n");
  {
    const char *const argv[] = { g_getenv ("LINESHAFT_TEST_CLI"), "-H", unit->own, "status", "--timeout", "10s", NULL };

    assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, &complained, &status, NULL));
  }
  assert_string_equal (complained, "");
  /* Well, or not quite ready yet. */
  assert_true (WIFEXITED (status) && (WEXITSTATUS (status) == 0 || WEXITSTATUS (status) == 3));
  assert_non_null (strstr (said, "compute"));
  g_free (said);
  g_free (complained);
}

static void
one_agent_answers_on_both_sockets (void **state)
{
  Unit *unit;
  json_t *here, *there;

  unit = *state = unit_start ("");
  here = ask (unit->own, "/v1/agent");
  there = ask (unit->flatpak, "/v1/agent");
  assert_int_equal (ls_test_number (here, "pid"), unit->pid);
  assert_int_equal (ls_test_number (there, "pid"), unit->pid);
  assert_string_equal (ls_test_text (here, "sockets.0"), unit->own);
  assert_string_equal (ls_test_text (here, "sockets.1"), unit->flatpak);
  json_decref (here);
  json_decref (there);
}

/* What SocketGroup= and SocketMode= made of the file stays, and with allow-group its members come in to look. */
static void
whose_the_socket_is_stays (void **state)
{
  const struct group *group = geteuid () == 0 ? getgrgid (NOBODY) : getgrgid (getegid ());
  g_autofree char *config = g_strdup_printf ("[agent]\nallow-group = %s\n", group->gr_name);
  Unit *unit;
  json_t *about;
  struct stat file;

  unit = *state = unit_start (config);
  assert_int_equal (chown (unit->own, (uid_t) -1, group->gr_gid), 0);
  assert_int_equal (chown (unit->flatpak, (uid_t) -1, group->gr_gid), 0);
  assert_int_equal (chmod (unit->own, 0660) | chmod (unit->flatpak, 0660), 0);
  about = ask (unit->own, "/v1/agent");
  assert_int_equal (json_array_size (json_object_get (about, "warnings")), 0);
  json_decref (about);
  assert_int_equal (stat (unit->own, &file), 0);
  assert_int_equal (file.st_mode & 0777, 0660);
  assert_int_equal (file.st_gid, group->gr_gid);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (the_first_call_starts_the_agent, unit_stop),
    cmocka_unit_test_teardown (one_agent_answers_on_both_sockets, unit_stop),
    cmocka_unit_test_teardown (whose_the_socket_is_stays, unit_stop),
  };
  g_autofree char *path = g_find_program_in_path ("systemd-socket-activate");

  if (path == NULL)
    {
      puts ("1..0 # SKIP systemd-socket-activate is not installed (Debian's package: systemd), so no agent was started by its socket");
      return 0;
    }
  return cmocka_run_group_tests (tests, NULL, NULL);
}
