/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "started_agent.h"

#include "tests/support/check.h"

#include "tests/support/processes.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOON 30      /* seconds; a bound, not a figure */
#define CLUSTER "{\"listen\":[\"127.0.0.1:0\"],\"workers\":2}"
#define POOL "{\"threads\":1}"

/* Its pid as this process sees it, wherever it runs: the kernel notes who listens. 0: nobody. */
pid_t
listener_of (const char *socket_path)
{
  struct ucred peer = { 0 };
  socklen_t size = sizeof peer;
  int fd = ls_test_connect_unix (socket_path);

  if (fd < 0)
    return 0;
  getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
  close (fd);
  return peer.pid;
}

/* Not our child, so only its socket and its pid are set. */
LsTestAgent *
wait_for_started_agent (void)
{
  LsTestAgent *agent = g_new0 (LsTestAgent, 1);
  gint64 end = g_get_monotonic_time () + SOON * G_USEC_PER_SEC;

  agent->socket = g_build_filename (g_get_user_runtime_dir (), "app", APP_ID, "agent.sock", NULL);
  agent->log = g_strdup ("");
  while ((agent->pid = listener_of (agent->socket)) == 0) {
    if (g_get_monotonic_time () > end)
      fail_msg ("the window started no agent that answers on %s", agent->socket);
    g_usleep (20 * 1000);
  }
  return agent;
}

static void
wait_for_end (pid_t pid, const char *what)
{
  gint64 end = g_get_monotonic_time () + SOON * G_USEC_PER_SEC;

  while (ls_test_is_alive (pid)) {
    if (g_get_monotonic_time () > end)
      fail_msg ("%s still runs", what);
    g_usleep (20 * 1000);
  }
}

void
end_agent (LsTestAgent *agent)
{
  if (agent == NULL)
    return;
  if (agent->pid != 0 && ls_test_is_alive (agent->pid)) {
    kill (agent->pid, SIGTERM);
    wait_for_end (agent->pid, "the agent");
  }
  g_free (agent->socket);
  g_free (agent->log);
  g_free (agent);
}

void
add_work (const LsTestAgent *agent)
{
  g_autoptr (LsTestReply) cluster = ls_test_call (agent, "PUT", "/v1/clusters/web", NULL, CLUSTER);
  g_autoptr (LsTestReply) pool = ls_test_call (agent, "PUT", "/v1/pools/compute", NULL, POOL);

  if (cluster->status / 100 != 2 || pool->status / 100 != 2)
    fail_msg ("%s%s", cluster->body, pool->body);
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON * 1000));
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.ready", "2", SOON * 1000));
}

gboolean
is_in_our_namespace (pid_t pid, const char *kind)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/ns/%s", (int) pid, kind), *own = g_strdup_printf ("/proc/self/ns/%s", kind);
  g_autofree char *theirs = g_file_read_link (path, NULL), *ours = g_file_read_link (own, NULL);

  assert_non_null (theirs);
  return g_str_equal (theirs, ours);
}

gboolean
has_lost_its_files (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/maps", (int) pid);
  g_autofree char *text = NULL;

  assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return strstr (text, "/lineshaft-agent (deleted)\n") != NULL;
}

/* Every library that it has loaded comes out of the installed Flatpak; and there are some. */
void
assert_runs_on_the_flatpaks_libraries (pid_t pid, const char *library)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/maps", (int) pid);
  g_autofree char *text = NULL;
  gboolean found = FALSE;

  assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    const char *file = strchr (*line, '/');
    if (file == NULL || strstr (file, ".so") == NULL)
      continue;
    if (!g_str_has_prefix (file, g_getenv ("FLATPAK_USER_DIR")))
      fail_msg ("process %d has loaded %s, which is the host's", (int) pid, file);
    found = found || strstr (file, library) != NULL;
  }
  if (!found)
    fail_msg ("process %d has not loaded %s", (int) pid, library);
}

/* What a sandbox shows of the computer is the computer: its cores, its memory, its name and system. */
void
assert_figures_are_the_hosts (const LsTestAgent *agent)
{
  g_autofree char *meminfo = NULL;
  guint64 kib = 0;
  json_t *host = ls_test_get (agent, "/v1/host");

  assert_true (g_file_get_contents ("/proc/meminfo", &meminfo, NULL, NULL));
  assert_int_equal (sscanf (meminfo, "MemTotal: %" G_GUINT64_FORMAT, &kib), 1);
  assert_int_equal (ls_test_number (host, "memory.total"), kib * 1024);
  assert_int_equal (ls_test_number (host, "cores"), g_get_num_processors ());
  assert_string_equal (ls_test_text (host, "name"), g_get_host_name ());
  g_autofree char *name = g_get_os_info (G_OS_INFO_KEY_NAME), *version = g_get_os_info (G_OS_INFO_KEY_VERSION_ID);
  g_autofree char *system = g_strdup_printf ("%s%s%s", name, version ? " " : "", version ? version : "");
  assert_ptr_equal (strstr (ls_test_text (host, "system"), system), ls_test_text (host, "system"));
  json_decref (host);
}
