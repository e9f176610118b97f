/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "client/failure.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
the_sentence_of_the_agent_is_kept (void **state)
{
  static const struct {
    guint status;
    const char *body, *sentence;
    LsErrorCode code;
  } cases[] = {
    { 422, "{\"detail\":\"workers must be less\",\"title\":\"No\"}", "workers must be less", LS_ERROR_IMPOSSIBLE },
    { 404, "{\"title\":\"no cluster web\"}", "no cluster web", LS_ERROR_UNKNOWN },
    { 500, "<html>", "the agent answered 500 Internal Server Error", LS_ERROR_FAILED },
    { 500, "", "the agent answered 500 Internal Server Error", LS_ERROR_FAILED },
    { 409, "{\"detail\":5}", "the agent answered 409 Internal Server Error", LS_ERROR_CONFLICT },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (cases[i].body, strlen (cases[i].body));
      g_autoptr (GError) error = ls_failure_from_answer (cases[i].status, "Internal Server Error", body);
      assert_string_equal (error->message, cases[i].sentence);
      assert_true (g_error_matches (error, LS_ERROR, (int) cases[i].code));
    }
}

static void
losses_say_what_to_do (void **state)
{
  static const struct {
    int cause;
    LsErrorCode code;
    const char *sentence;
  } cases[] = {
    { G_IO_ERROR_NOT_FOUND, LS_ERROR_NO_AGENT, "no agent answers on /s: do this" },
    { G_IO_ERROR_CONNECTION_REFUSED, LS_ERROR_NO_AGENT, "no agent answers on /s: do this" },
    { G_IO_ERROR_PERMISSION_DENIED, LS_ERROR_FORBIDDEN, "this user may not connect to /s: only the agent's own user, root and the members of its allow-group may" },
    { G_IO_ERROR_PARTIAL_INPUT, LS_ERROR_NO_AGENT, "the agent on /s went away before it had answered" },
    { G_IO_ERROR_INVALID_DATA, LS_ERROR_NO_AGENT, "cannot talk to the agent on /s: cause" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) cause = g_error_new_literal (G_IO_ERROR, cases[i].cause, "cause");
      g_autoptr (GError) error = ls_failure_from_transport (cause, "/s", "do this");
      assert_string_equal (error->message, cases[i].sentence);
      assert_true (g_error_matches (error, LS_ERROR, (int) cases[i].code));
    }
}

static void
cancelling_is_no_failure_of_the_agent (void **state)
{
  g_autoptr (GError) cause = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");
  g_autoptr (GError) error = ls_failure_from_transport (cause, "/s", "do this");
  assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (the_sentence_of_the_agent_is_kept),
    cmocka_unit_test (losses_say_what_to_do),
    cmocka_unit_test (cancelling_is_no_failure_of_the_agent),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
