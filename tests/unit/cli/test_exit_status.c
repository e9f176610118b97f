/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "cli/cli.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (errors_have_the_documented_exit_status),
    cmocka_unit_test (whole_command_lines_end_with_it),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
