/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Commands as a person runs them in the window: typed into the form, and then into their terminal. */

#include "tests/support/check.h"

#include "desk.h"

#include "tests/support/processes.h"

#include <string.h>

/* The bytes of the task's terminal, until they contain @text. */
static void
wait_for_output (const Desk *desk, const char *text)
{
  gint64 end = g_get_monotonic_time () + SOON * G_USEC_PER_SEC;
  for (;;) {
    g_autoptr (LsTestReply) reply = ls_test_call (desk->agent, "GET", "/v1/tasks/t1/output", NULL, NULL);
    if (reply->body && strstr (reply->body, text))
      return;
    if (g_get_monotonic_time () > end)
      fail_msg ("\"%s\" did not come out of the terminal:\n%s", text, reply->body ? reply->body : "");
    g_usleep (50 * 1000);
  }
}

static void
open_form (void)
{
  desk_click (ATSPI_ROLE_INVALID, "Tasks");
  screen_wait_for_text ("No tasks", SOON);
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Run a command…");
  desk_click (ATSPI_ROLE_INVALID, "Command, as in a terminal");
}

/* Ctrl+W is the window's, and closes it; in a terminal it is the shell's, and takes the last word back. */
static void
a_shell_in_a_terminal_takes_every_key (void **state)
{
  const Desk *desk = *state;
  screen_wait_for_text ("2 of 2 ready", SOON);
  open_form ();
  screen_type ("bash --norc --noprofile");
  desk_click (ATSPI_ROLE_LABEL, "In a terminal");
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Run");
  desk_click (ATSPI_ROLE_INVALID, "Terminal");
  wait_for_output (desk, "bash-");

  screen_type ("echo answer-$((6*7)) wrong");
  screen_key ("ctrl+w");
  screen_key ("Return");
  wait_for_output (desk, "answer-42\r\n");
  screen_type ("exit 3");
  screen_key ("Return");
  json_decref (ls_test_until (desk->agent, "/v1/tasks/t1", "status.exit.code", "3", SOON * 1000));
  screen_wait_for_text ("Exit status 3", SOON);
}

static void
a_wish_that_makes_no_sense_is_refused_in_the_form (void **state)
{
  const Desk *desk = *state;
  screen_wait_for_text ("2 of 2 ready", SOON);
  open_form ();
  screen_type ("true");
  desk_click (ATSPI_ROLE_INVALID, "Limits, as in nofile=1024 as=512M cpu=60");
  screen_type ("nofile=many");
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Run");
  screen_wait_for_text ("nofile", SOON);
  json_t *tasks = ls_test_get (desk->agent, "/v1/tasks");
  assert_int_equal (json_array_size (json_object_get (tasks, "items")), 0);
  json_decref (tasks);
}

/* Each message comes back as what was heard. */
static const char echo_script[] = "while read -r message <&$NODE_CHANNEL_FD; do echo \"{\\\"heard\\\":$message}\" >&$NODE_CHANNEL_FD; done";

/* A command with a line to its channel, which Node.js has as process.send() and process.on('message'). */
static void
a_task_is_sent_messages_and_answers (void **state)
{
  const Desk *desk = *state;
  screen_wait_for_text ("2 of 2 ready", SOON);
  desk_click (ATSPI_ROLE_INVALID, "Tasks");
  screen_wait_for_text ("No tasks", SOON);
  json_t *task = json_pack ("{s:s, s:{s:[s,s,s]}}", "name", "echo", "spec", "argv", "/bin/bash", "-c", echo_script);
  g_autofree char *body = json_dumps (task, 0);
  json_decref (task);
  json_decref (ls_test_expect (desk->agent, 201, "POST", "/v1/tasks", body));
  desk_click (ATSPI_ROLE_INVALID, "t1");
  desk_click (ATSPI_ROLE_INVALID, "Messages");

  /* What it would be is said before it goes. */
  desk_click (ATSPI_ROLE_INVALID, "Message to send");
  screen_type ("{\"n\": 1");
  screen_wait_for_text ("Goes as a text, since it is not JSON: line 1", SOON);
  screen_type ("}");
  screen_wait_for_text ("Goes as JSON", SOON);
  desk_click (ATSPI_ROLE_PUSH_BUTTON, "Send message");
  screen_wait_for_text ("{\"heard\":{\"n\":1}}", SOON);
  json_t *messages = ls_test_get (desk->agent, "/v1/tasks/t1/messages");
  assert_int_equal (ls_test_number (messages, "items.0.message.heard.n"), 1);
  json_decref (messages);

  /* The agent's own words are not for others to say. */
  desk_click (ATSPI_ROLE_INVALID, "Message to send");
  screen_type ("{\"cmd\": \"LINESHAFT_STOP\"}");
  screen_key ("Return");
  screen_wait_for_text ("It was not sent: ", SOON);
  screen_wait_for_text ("Messages (2)", SOON);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (a_shell_in_a_terminal_takes_every_key, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown (a_wish_that_makes_no_sense_is_refused_in_the_form, desk_set_up, desk_tear_down),
    cmocka_unit_test_setup_teardown (a_task_is_sent_messages_and_answers, desk_set_up, desk_tear_down),
  };
  ls_test_become_subreaper ();
  return cmocka_run_group_tests (tests, NULL, NULL);
}
