/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "cli/cli.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
errors_have_the_documented_exit_status (void **state)
{
  static const struct {
    LsErrorCode code;
    int status;
  } cases[] = {
    { LS_ERROR_MALFORMED, 6 }, { LS_ERROR_FORBIDDEN, 6 },  { LS_ERROR_UNKNOWN, 4 }, { LS_ERROR_CONFLICT, 6 }, { LS_ERROR_MISMATCH, 6 },
    { LS_ERROR_IMPOSSIBLE, 6 }, { LS_ERROR_BUSY, 6 },      { LS_ERROR_FAILED, 1 },  { LS_ERROR_NO_AGENT, 5 }, { LS_ERROR_TIMED_OUT, 1 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (LS_ERROR, (int) cases[i].code, "x");
      assert_int_equal (ls_cli_exit_status (error), cases[i].status);
    }
  g_autoptr (GError) usage = g_error_new_literal (LS_USAGE_ERROR, 0, "x");
  assert_int_equal (ls_cli_exit_status (usage), 2);
}

static void
whole_command_lines_end_with_it (void **state)
{
  static const struct {
    const char *line;
    int status;
  } cases[] = {
    { "--version", 0 },
    { "help", 0 },
    { "help scale", 0 },
    { "scale --help", 0 },
    { "", 2 },
    { "statsu", 2 },
    { "help statsu", 2 },
    { "status --color sometimes", 2 },
    { "status -o xml", 2 },
    { "status --timeout soon", 2 },
    { "status -H /nonexistent/agent.sock", 5 },
    { "run -H /nonexistent/agent.sock -- true", 5 },
    { "top -H /nonexistent/agent.sock", 5 },
    { "events -H /nonexistent/agent.sock", 5 },
    { "logs -H /nonexistent/agent.sock -f", 5 },
    { "status -H http://elsewhere", 6 },
    { "attach", 2 },
    { "attach -H /nonexistent/agent.sock t1", 5 },
    { "attach -H /nonexistent/agent.sock --detach-keys ctrl-5 t1", 5 },
    { "compare -H /nonexistent/agent.sock primes", 5 },
    { "compare -n 0 primes", 2 },
    { "compare --threads 257", 2 },
    { "compare --time 10ms", 2 },
    { "run -t -H /nonexistent/agent.sock -- sh", 5 },
    { "run -t --detach-keys long -- sh", 2 },
    { "run --detach-keys a -- sh", 2 },
    { "run --nice 20 -- sh", 2 },
    { "run --limit nofiles=4 -- sh", 2 },
    { "run -i --input /etc/hosts -- sh", 2 },
    { "run --restart always -- sh", 2 },
    { "create cluter x", 2 },
    { "create schedule x when=dayly", 2 },
    { "create schedule x -H /nonexistent/agent.sock when=@daily", 5 },
    { "create cluster t42", 2 },
    { "create cluster web workers=-1", 2 },
    { "show ../agent", 2 },
    { "list nodes", 2 },
    { "submit compute primes --priority high", 2 },
    { "apply /nonexistent/lineshaft.conf", 1 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = g_strsplit (cases[i].line, " ", -1);
      if (*cases[i].line == '\0')
        g_clear_pointer (&words[0], g_free);
      int status = ls_cli_main ((const char *const *) words);
      if (status != cases[i].status)
        fail_msg ("lineshaft %s: %d, not %d", cases[i].line, status, cases[i].status);
    }
}

/* What "lineshaft help" says on standard error, with @output as its standard output, which is closed here. */
static char *
help_to (int output, int *ret_status)
{
  const char *words[] = { "help", NULL };
  int errors[2], status;
  char text[200] = "";
  assert_int_equal (pipe (errors), 0);
  pid_t child = fork ();
  if (child == 0)
    {
      signal (SIGPIPE, SIG_IGN);
      dup2 (output, STDOUT_FILENO);
      dup2 (errors[1], STDERR_FILENO);
      _exit (ls_cli_main (words));
    }
  close (output);
  close (errors[1]);
  gssize n = read (errors[0], text, sizeof text - 1);
  assert_true (n >= 0);
  close (errors[0]);
  assert_int_equal (waitpid (child, &status, 0), child);
  assert_true (WIFEXITED (status));
  *ret_status = WEXITSTATUS (status);
  return g_strdup (text);
}

static void
a_reader_that_has_gone_is_not_complained_of_and_a_full_disk_is (void **state)
{
  int ends[2], status;
  assert_int_equal (pipe (ends), 0);
  close (ends[0]);
  g_autofree char *gone = help_to (ends[1], &status);
  assert_string_equal (gone, "");
  assert_int_equal (status, 1);
  int full = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  if (full < 0)
    {
      print_message ("# there is no /dev/full: a full disk was not tried.\n");
      return;
    }
  g_autofree char *complaint = help_to (full, &status);
  assert_string_equal (complaint, "lineshaft: cannot write the output\n");
  assert_int_equal (status, 1);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (errors_have_the_documented_exit_status),
    cmocka_unit_test (whole_command_lines_end_with_it),
    cmocka_unit_test (a_reader_that_has_gone_is_not_complained_of_and_a_full_disk_is),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
