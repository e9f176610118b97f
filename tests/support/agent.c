/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/agent.h"

#include "tests/support/check.h"
#include "tests/support/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_MS 20000
#define END_MS 30000

/* --- starting --- */

static int
open_notify_socket (const char *folder)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_snprintf (address.sun_path, sizeof address.sun_path, "%s/notify", folder);
  assert_int_equal (bind (fd, (struct sockaddr *) &address, sizeof address), 0);
  return fd;
}

static void
set_environment (const LsTestAgent *agent)
{
  g_autofree char *notify = g_build_filename (agent->folder, "notify", NULL);
  static const char *const own[] = { "HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME" };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    g_setenv (own[i], agent->folder, TRUE);
  g_setenv ("NOTIFY_SOCKET", notify, TRUE);
  g_unsetenv ("LINESHAFT_APP_ID");
  g_unsetenv ("LINESHAFT_SOCKET");
}

static void
become_agent (LsTestAgent *agent, const char *const *arguments, gboolean with_socket, void (*prepare) (LsTestAgent *agent))
{
  const char *program = g_getenv ("LINESHAFT_TEST_AGENT");
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  int log = open (agent->log, O_WRONLY | O_CREAT | O_APPEND, 0600);

  prctl (PR_SET_PDEATHSIG, SIGKILL);
  dup2 (log, STDERR_FILENO);
  dup2 (log, STDOUT_FILENO);
  set_environment (agent);
  g_ptr_array_add (argv, (gpointer) program);
  g_ptr_array_add (argv, (gpointer) "--config");
  g_ptr_array_add (argv, agent->config);
  if (with_socket)
    {
      g_ptr_array_add (argv, (gpointer) "--socket");
      g_ptr_array_add (argv, agent->socket);
    }
  for (; arguments != NULL && *arguments != NULL; arguments++)
    g_ptr_array_add (argv, (gpointer) *arguments);
  g_ptr_array_add (argv, NULL);
  if (prepare != NULL)
    prepare (agent);
  execv (program, (char **) argv->pdata);
  _exit (127);
}

LsTestAgent *
ls_test_agent_launch_as (const char *config, const char *const *arguments, gboolean with_socket, void (*prepare) (LsTestAgent *agent))
{
  LsTestAgent *agent = g_new0 (LsTestAgent, 1);

  if (g_getenv ("LINESHAFT_TEST_AGENT") == NULL)
    fail_msg ("LINESHAFT_TEST_AGENT is to name the agent's program; “meson test” sets it");
  ls_test_become_subreaper ();
  agent->folder = g_dir_make_tmp ("lineshaft-XXXXXX", NULL);
  agent->socket = g_build_filename (agent->folder, "agent.sock", NULL);
  agent->config = g_build_filename (agent->folder, "lineshaft.conf", NULL);
  agent->log = g_build_filename (agent->folder, "agent.log", NULL);
  agent->notify = open_notify_socket (agent->folder);
  ls_test_agent_write_config (agent, config != NULL ? config : "");
  agent->pid = fork ();
  if (agent->pid == 0)
    become_agent (agent, arguments, with_socket, prepare);
  return agent;
}

LsTestAgent *
ls_test_agent_launch (const char *config, const char *const *arguments)
{
  return ls_test_agent_launch_as (config, arguments, TRUE, NULL);
}

LsTestAgent *
ls_test_agent_start (const char *config)
{
  LsTestAgent *agent = ls_test_agent_launch (config, NULL);

  if (!ls_test_agent_says (agent, "READY=1", READY_MS))
    {
      g_autofree char *log = ls_test_agent_log (agent);

      ls_test_agent_free (agent);
      fail_msg ("the agent did not become ready: %s", log);
    }
  return agent;
}

void
ls_test_hand_socket_over (LsTestAgent *agent)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM, 0);
  char pid[16];

  g_strlcpy (address.sun_path, agent->socket, sizeof address.sun_path);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) < 0 || listen (fd, 8) < 0)
    _exit (99);
  dup2 (fd, 3);
  g_snprintf (pid, sizeof pid, "%d", (int) getpid ());
  g_setenv ("LISTEN_FDS", "1", TRUE);
  g_setenv ("LISTEN_PID", pid, TRUE);
}

void
ls_test_agent_start_again (LsTestAgent *agent)
{
  assert_int_equal (agent->pid, 0);
  agent->pid = fork ();
  if (agent->pid == 0)
    become_agent (agent, NULL, TRUE, NULL);
  if (!ls_test_agent_says (agent, "READY=1", READY_MS))
    {
      g_autofree char *log = ls_test_agent_log (agent);

      fail_msg ("the agent did not become ready again: %s", log);
    }
}

void
ls_test_agent_write_config (const LsTestAgent *agent, const char *config)
{
  assert_true (g_file_set_contents (agent->config, config, -1, NULL));
}

char *
ls_test_agent_log (const LsTestAgent *agent)
{
  char *text = NULL;

  return g_file_get_contents (agent->log, &text, NULL, NULL) ? text : g_strdup ("");
}

/* --- watching --- */

static gboolean
has_ended (LsTestAgent *agent)
{
  if (agent->pid != 0 && waitpid (agent->pid, &agent->status, WNOHANG) == agent->pid)
    agent->pid = 0;
  return agent->pid == 0;
}

gboolean
ls_test_agent_says (LsTestAgent *agent, const char *line, int timeout_ms)
{
  gint64 until = g_get_monotonic_time () + timeout_ms * 1000;

  while (g_get_monotonic_time () < until)
    {
      char text[4096];
      ssize_t n;
      g_auto (GStrv) lines = NULL;

      if (!ls_test_readable (agent->notify, 50))
        {
          if (has_ended (agent))
            return FALSE;
          continue;
        }
      n = recv (agent->notify, text, sizeof text - 1, 0);
      text[MAX (n, 0)] = '\0';
      lines = g_strsplit (text, "\n", -1);
      if (g_strv_contains ((const char *const *) lines, line))
        return TRUE;
    }
  return FALSE;
}

gboolean
ls_test_agent_ended (LsTestAgent *agent, int timeout_ms)
{
  gint64 until = g_get_monotonic_time () + timeout_ms * 1000;

  while (!has_ended (agent))
    {
      if (g_get_monotonic_time () > until)
        return FALSE;
      g_usleep (2000);
    }
  return TRUE;
}

/* --- ending --- */

void
ls_test_remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
        ls_test_remove_folder (inner);
      else
        g_unlink (inner);
    }
  g_rmdir (path);
}

void
ls_test_agent_free (LsTestAgent *agent)
{
  if (agent == NULL)
    return;
  if (!has_ended (agent))
    {
      kill (agent->pid, SIGKILL);
      waitpid (agent->pid, &agent->status, 0);
    }
  ls_test_kill_children ();
  ls_test_agent_discard (agent);
}

void
ls_test_agent_discard (LsTestAgent *agent)
{
  close (agent->notify);
  ls_test_remove_folder (agent->folder);
  g_free (agent->folder);
  g_free (agent->socket);
  g_free (agent->config);
  g_free (agent->log);
  g_free (agent);
}

void
ls_test_agent_stop (LsTestAgent *agent)
{
  assert_false (has_ended (agent));
  kill (agent->pid, SIGTERM);
  if (!ls_test_agent_ended (agent, END_MS))
    fail_msg ("the agent did not end within %d ms of SIGTERM", END_MS);
  if (!WIFEXITED (agent->status) || WEXITSTATUS (agent->status) != 0)
    {
      g_autofree char *log = ls_test_agent_log (agent);

      fail_msg ("the agent ended with %d instead of 0: %s", agent->status, log);
    }
  /* What it leaves becomes ours. What was killed with its group may still be on its way out; nothing may live on. */
  assert_true (ls_test_reap_children (1000));
  assert_false (g_file_test (agent->socket, G_FILE_TEST_EXISTS));
  ls_test_agent_free (agent);
}

int
ls_test_teardown (void **state)
{
  ls_test_agent_free (*state);
  *state = NULL;
  return 0;
}

/* --- its API --- */

LsTestReply *
ls_test_call (const LsTestAgent *agent, const char *method, const char *target, const char *headers, const char *body)
{
  int fd = ls_test_connect_unix (agent->socket);

  if (fd < 0)
    {
      g_autofree char *log = ls_test_agent_log (agent);

      fail_msg ("%s %s: nobody answers on %s: %s", method, target, agent->socket, log);
    }
  return ls_test_request (fd, method, target, headers, body, -1);
}

json_t *
ls_test_expect (const LsTestAgent *agent, int status, const char *method, const char *target, const char *body)
{
  g_autoptr (LsTestReply) reply = ls_test_call (agent, method, target, NULL, body);

  if (reply->status != status)
    fail_msg ("%s %s was answered with %d instead of %d: %s", method, target, reply->status, status, reply->body);
  assert_true (reply->complete);
  return json_incref (reply->json);
}

json_t *
ls_test_get (const LsTestAgent *agent, const char *target)
{
  return ls_test_expect (agent, 200, "GET", target, NULL);
}

json_t *
ls_test_member (json_t *value, const char *path)
{
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);

  for (char **step = steps; *step != NULL && value != NULL; step++)
    value = json_is_array (value) ? json_array_get (value, (size_t) atoi (*step)) : json_object_get (value, *step);
  return value;
}

const char *
ls_test_text (json_t *value, const char *path)
{
  json_t *member = ls_test_member (value, path);

  return json_is_string (member) ? json_string_value (member) : "";
}

json_int_t
ls_test_number (json_t *value, const char *path)
{
  json_t *member = ls_test_member (value, path);

  if (!json_is_integer (member))
    fail_msg ("there is no number at “%s”", path);
  return json_integer_value (member);
}

static gboolean
member_is (json_t *value, const char *path, const char *text)
{
  json_t *member = ls_test_member (value, path);
  g_autofree char *found = json_is_integer (member) ? g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (member)) : NULL;

  return strcmp (found != NULL ? found : ls_test_text (value, path), text) == 0;
}

json_t *
ls_test_until (const LsTestAgent *agent, const char *target, const char *path, const char *text, int timeout_ms)
{
  gint64 until = g_get_monotonic_time () + timeout_ms * 1000;

  for (;;)
    {
      g_autoptr (LsTestReply) reply = ls_test_call (agent, "GET", target, NULL, NULL);

      if (reply->status == 200 && member_is (reply->json, path, text))
        return json_incref (reply->json);
      if (g_get_monotonic_time () > until)
        fail_msg ("“%s” of %s did not become “%s” within %d ms: %s", path, target, text, timeout_ms, reply->body);
      g_usleep (3000);
    }
}

void
ls_test_until_gone (const LsTestAgent *agent, const char *target, int timeout_ms)
{
  gint64 until = g_get_monotonic_time () + timeout_ms * 1000;

  for (;;)
    {
      g_autoptr (LsTestReply) reply = ls_test_call (agent, "GET", target, NULL, NULL);

      if (reply->status == 404)
        return;
      if (g_get_monotonic_time () > until)
        fail_msg ("%s was not gone within %d ms: %s", target, timeout_ms, reply->body);
      g_usleep (3000);
    }
}

guint
ls_test_port (const LsTestAgent *agent, const char *cluster)
{
  g_autofree char *target = g_strdup_printf ("/v1/clusters/%s", cluster);
  json_t *json = ls_test_get (agent, target);
  const char *colon = strrchr (ls_test_text (json, "status.addresses.0"), ':');
  guint port = colon != NULL ? (guint) atoi (colon + 1) : 0;

  json_decref (json);
  assert_true (port > 0);
  return port;
}

gint64
ls_test_requests (const LsTestAgent *agent, const char *cluster, int code)
{
  g_autoptr (LsTestReply) reply = ls_test_call (agent, "GET", "/metrics", NULL, NULL);
  g_autofree char *prefix = g_strdup_printf ("http_server_requests_total{cluster=\"%s\",code=\"", cluster);
  g_auto (GStrv) lines = g_strsplit (reply->body, "\n", -1);
  gint64 total = 0;

  assert_int_equal (reply->status, 200);
  for (char **line = lines; *line != NULL; line++)
    {
      int found = 0;
      long long count = 0;

      if (!g_str_has_prefix (*line, prefix))
        continue;
      assert_int_equal (sscanf (*line + strlen (prefix), "%d\"} %lld", &found, &count), 2);
      if (code == -1 || code == found)
        total += count;
    }
  return total;
}
