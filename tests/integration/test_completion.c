/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Real shells, into which somebody types words and tabs: what they make of it is what "lineshaft" gets. */
#include "tests/support/agent.h"
#include "tests/support/check.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOON 20000
#define PROMPT "type> "

static const char config[] = "[cluster web]\nlisten = 127.0.0.1:0\nworkers = 1\n[cluster wide]\nlisten = 127.0.0.1:0\nworkers = 1\n"
                             "[pool compute]\nthreads = 1\n[task sleeper]\ncommand = sleep 600\n";

typedef struct {
  const LsTestAgent *agent;
  const char *folder;      /* with what the shell is given to start from */
  char *answer;            /* the words that "lineshaft" got, a line each */
  int terminal;
  pid_t pid;
  GString *screen;
} Shell;

/* --- a shell and its terminal --- */

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  assert_true (g_file_set_contents (path, text, -1, NULL));
  chmod (path, 0755);
}

/* In the shell's path stands a "lineshaft" that completes as the real one does, and otherwise tells what it was called with. */
static void
write_stand_in (const Shell *shell)
{
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\n[ \"$1\" != complete ] || exec %s \"$@\"\n"
                                           "printf '%%s\\n' \"$@\" > '%s.new' && mv '%s.new' '%s'\n",
                                           g_getenv ("LINESHAFT_TEST_CLI"), shell->answer, shell->answer, shell->answer);

  write_file (shell->folder, "lineshaft", text);
}

/* Reads what the shell writes, and gives up at the bound. */
static gboolean
screen_shows (Shell *shell, const char *text)
{
  gint64 until = g_get_monotonic_time () + SOON * 1000;

  while (strstr (shell->screen->str, text) == NULL && g_get_monotonic_time () < until)
    {
      char bytes[1024];
      ssize_t n = ls_test_readable (shell->terminal, 50) ? read (shell->terminal, bytes, sizeof bytes) : 0;

      if (n < 0)
        return FALSE;
      g_string_append_len (shell->screen, bytes, n);
    }
  return strstr (shell->screen->str, text) != NULL;
}

static void
start_shell (Shell *shell, const char *const *argv)
{
  struct winsize size = { .ws_row = 50, .ws_col = 200 };

  write_stand_in (shell);
  shell->screen = g_string_new (NULL);
  shell->pid = forkpty (&shell->terminal, NULL, NULL, &size);
  if (shell->pid == 0)
    {
      g_autofree char *path = g_strconcat (shell->folder, ":", g_getenv ("PATH"), NULL);

      g_setenv ("PATH", path, TRUE);
      g_setenv ("HOME", shell->folder, TRUE);
      g_setenv ("ZDOTDIR", shell->folder, TRUE);
      g_setenv ("TERM", "xterm", TRUE);
      g_setenv ("LINESHAFT_HOST", shell->agent->socket, TRUE);
      execvp (argv[0], (char **) argv);
      _exit (127);
    }
  fcntl (shell->terminal, F_SETFL, O_NONBLOCK);
  if (!screen_shows (shell, PROMPT))
    fail_msg ("%s did not come up: %s", argv[0], shell->screen->str);
}

static void
end_shell (Shell *shell)
{
  kill (shell->pid, SIGKILL);
  close (shell->terminal);
  waitpid (shell->pid, NULL, 0);
  g_string_free (shell->screen, TRUE);
}

/* The words that "lineshaft" gets when @keys and Enter are typed. (transfer full) */
static char *
type_keys (Shell *shell, const char *keys)
{
  g_autofree char *line = g_strconcat (keys, "\r", NULL);
  gint64 until = g_get_monotonic_time () + SOON * 1000;
  char *words = NULL;

  g_unlink (shell->answer);
  g_string_truncate (shell->screen, 0);
  assert_int_equal (write (shell->terminal, line, strlen (line)), strlen (line));
  while (!g_file_get_contents (shell->answer, &words, NULL, NULL))
    {
      if (g_get_monotonic_time () > until)
        fail_msg ("“%s” brought nothing; on the screen is: %s", keys, shell->screen->str);
      screen_shows (shell, PROMPT);
    }
  g_strdelimit (words, "\n", ' ');
  return g_strchomp (words);
}

/* --- what is typed, and what is meant --- */

static const struct {
  const char *keys, *words;
} typed[] = {
  { "lineshaft rel\tweb", "reload web" },
  { "lineshaft reload wi\t", "reload wide" },
  { "lineshaft scale com\t3", "scale compute 3" },
  { "lineshaft show web.\t", "show web.1" },
  { "lineshaft kill -s SIGW\tt\t", "kill -s SIGWINCH t1" },
  { "lineshaft create clu\tnew bala\tste\t", "create cluster new balance=steered" },
  { "lineshaft set compute queue\t9", "set compute queue-max=9" },
  { "lineshaft set web bal\tsh\t", "set web balance=shared" },
  { "lineshaft --no-w\trestart wi\t", "--no-wait restart wide" },
  { "lineshaft --col\talw\tls wor\t", "--color always ls workers" },
  { "lineshaft apply /etc/os-rel\t-q", "apply /etc/os-release -q" },
  { "lineshaft run --cwd /us\t -- true", "run --cwd /usr/ -- true" },
  { "lineshaft create cluster new listen=127.0.0.1:80 work\t2", "create cluster new listen=127.0.0.1:80 workers=2" },
  { "lineshaft run -- mkfif\t-x", "run -- mkfifo -x" },
  { "lineshaft -H /nowhere/agent.sock reload w\t", "-H /nowhere/agent.sock reload w" },
};

static void
type_all (Shell *shell)
{
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autofree char *words = type_keys (shell, typed[i].keys);

      if (strcmp (words, typed[i].words) != 0)
        fail_msg ("“%s” became “%s”, not “%s”; the screen: %s", typed[i].keys, words, typed[i].words, shell->screen->str);
    }
}

static gboolean
have (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  if (path != NULL)
    return TRUE;
  print_message ("# skipped: %s is not installed, so its completion was not tried; build-aux/packages.sh test installs it\n", program);
  return FALSE;
}

static LsTestAgent *
agent_with_everything (void)
{
  LsTestAgent *agent = ls_test_agent_start (config);

  json_decref (ls_test_until (agent, "/v1/clusters/wide", "status.ready", "1", SOON));
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON));
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "running", SOON));
  return agent;
}

static void
bash_completes (void **state)
{
  LsTestAgent *agent;
  Shell shell = { 0 };

  if (!have ("bash"))
    return;
  agent = *state = agent_with_everything ();
  shell = (Shell) { .agent = agent, .folder = agent->folder, .answer = g_build_filename (agent->folder, "answer", NULL) };
  {
    g_autofree char *text = g_strdup_printf ("bind 'set bell-style none'\nbind 'set enable-bracketed-paste off'\n. '%s/lineshaft.bash'\nPS1='%s'\n",
                                             g_getenv ("LINESHAFT_TEST_COMPLETIONS"), PROMPT);
    g_autofree char *rc = g_build_filename (agent->folder, "bashrc", NULL);
    const char *const argv[] = { "bash", "--noprofile", "--rcfile", rc, "-i", NULL };

    write_file (agent->folder, "bashrc", text);
    start_shell (&shell, argv);
  }
  type_all (&shell);
  end_shell (&shell);
  g_free (shell.answer);
  ls_test_agent_free (agent);
  *state = NULL;
}

static void
zsh_completes (void **state)
{
  static const char *const argv[] = { "zsh", "-i", NULL };
  LsTestAgent *agent;
  Shell shell = { 0 };

  if (!have ("zsh"))
    return;
  agent = *state = agent_with_everything ();
  shell = (Shell) { .agent = agent, .folder = agent->folder, .answer = g_build_filename (agent->folder, "answer", NULL) };
  {
    g_autofree char *text = g_strdup_printf ("unsetopt beep auto_remove_slash\nfpath=('%s' $fpath)\nautoload -U compinit\ncompinit -u -D\nPS1='%s'\n",
                                             g_getenv ("LINESHAFT_TEST_COMPLETIONS"), PROMPT);

    write_file (agent->folder, ".zshrc", text);
    start_shell (&shell, argv);
  }
  type_all (&shell);
  end_shell (&shell);
  g_free (shell.answer);
  ls_test_agent_free (agent);
  *state = NULL;
}

/* --- fish says what it would offer --- */

static char *
fish_offers (const LsTestAgent *agent, const char *line)
{
  g_autofree char *script = g_strdup_printf ("source '%s/lineshaft.fish'; complete -C '%s'", g_getenv ("LINESHAFT_TEST_COMPLETIONS"), line);
  g_autofree char *bin = g_path_get_dirname (g_getenv ("LINESHAFT_TEST_CLI"));
  g_autofree char *path = g_strconcat (bin, ":", g_getenv ("PATH"), NULL);
  const char *const argv[] = { "fish", "--no-config", "-c", script, NULL };
  g_auto (GStrv) environment = g_get_environ ();
  char *offered = NULL;

  environment = g_environ_setenv (environment, "PATH", path, TRUE);
  environment = g_environ_setenv (environment, "HOME", agent->folder, TRUE);
  environment = g_environ_setenv (environment, "LINESHAFT_HOST", agent->socket, TRUE);
  assert_true (g_spawn_sync (NULL, (char **) argv, environment, G_SPAWN_SEARCH_PATH, NULL, NULL, &offered, NULL, NULL, NULL));
  return offered;
}

static void
fish_completes (void **state)
{
  static const struct {
    const char *line, *offered;
  } cases[] = {
    { "lineshaft rel", "reload\treplace every worker without losing a request\n" },
    { "lineshaft reload w", "web\tcluster, ready\nwide\tcluster, ready\n" },
    { "lineshaft show web.", "web.1\tworker, ready\n" },
    { "lineshaft kill t", "t1\ttask, running: sleeper: sleep 600\n" },
    { "lineshaft scale com", "compute\tpool, ready\n" },
    { "lineshaft create cluster new balance=s", "balance=shared\nbalance=steered\n" },
    { "lineshaft set compute que", "queue-max=\n" },
    { "lineshaft --no-w", "--no-wait\treturn as soon as the agent has accepted a change\n" },
    { "lineshaft apply /etc/os-rel", "/etc/os-release\n" },
    { "lineshaft create cluster new cwd=/us", "cwd=/usr/\tDirectory\n" },
    { "lineshaft -H /nowhere/agent.sock reload w", "" },
  };
  LsTestAgent *agent;

  if (!have ("fish"))
    return;
  agent = *state = agent_with_everything ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *offered = fish_offers (agent, cases[i].line);

      /* Other versions of fish may say more behind it. */
      if (cases[i].offered[0] != '\0' ? !g_str_has_prefix (offered, cases[i].offered) : offered[0] != '\0')
        fail_msg ("“%s” offers “%s”, not “%s”", cases[i].line, offered, cases[i].offered);
    }
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* --- where nobody answers --- */

static void
no_agent_means_no_delay_and_no_word (void **state)
{
  const char *const argv[] = { g_getenv ("LINESHAFT_TEST_CLI"), "-H", "/nowhere/agent.sock", "complete", "--", "reload", "", NULL };
  g_autofree char *said = NULL, *complained = NULL;
  gint64 before = g_get_monotonic_time ();
  int status;

  assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, &complained, &status, NULL));
  assert_true (g_get_monotonic_time () - before < 2 * G_USEC_PER_SEC);
  assert_int_equal (status, 0);
  assert_string_equal (said, "");
  assert_string_equal (complained, "");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (bash_completes, ls_test_teardown),
    cmocka_unit_test_teardown (zsh_completes, ls_test_teardown),
    cmocka_unit_test_teardown (fish_completes, ls_test_teardown),
    cmocka_unit_test (no_agent_means_no_delay_and_no_word),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
