/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "canned_server.h"
#include "client/client.h"
#include "model/json.h"

#include <glib/gstdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct {
  gboolean done;
  json_t *json;
  GInputStream *stream;
  guint status;
  GError *error;
} Outcome;

static void
called (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;
  outcome->json = ls_client_call_finish (LS_CLIENT (source), result, &outcome->status, &outcome->error);
  outcome->done = TRUE;
}

static void
was_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;
  outcome->stream = ls_client_open_finish (LS_CLIENT (source), result, &outcome->error);
  outcome->done = TRUE;
}

static gboolean
too_late (gpointer data)
{
  fail_msg ("nothing happened for ten seconds");
  return G_SOURCE_REMOVE;
}

static void
wait_for (gboolean *done)
{
  guint bound = g_timeout_add_seconds (10, too_late, NULL);
  while (!*done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (bound);
}

static void
outcome_clear (Outcome *outcome)
{
  json_decref (outcome->json);
  g_clear_object (&outcome->stream);
  g_clear_error (&outcome->error);
}

static void
call (LsClient *client, const char *method, const char *path, json_t *body, Outcome *outcome)
{
  *outcome = (Outcome) { 0 };
  static const char *const headers[] = { "Idempotency-Key", "k1", NULL };
  ls_client_call_async (client, method, path, body, headers, NULL, called, outcome);
  wait_for (&outcome->done);
}

static void
an_answer_is_its_json (void **state)
{
  static const char *const answers[] = { "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}", NULL };
  g_autoptr (CannedServer) server = canned_server_new (answers);
  g_autoptr (LsClient) client = ls_client_new (canned_server_path (server));
  g_autoptr (json_t) body = json_pack ("{s:i}", "workers", 4);
  Outcome outcome;
  call (client, "PATCH", "/v1/clusters/web", body, &outcome);
  assert_null (outcome.error);
  assert_int_equal (outcome.status, 202);
  assert_int_equal (json_integer_value (json_object_get (outcome.json, "a")), 1);
  const char *request = canned_server_request (server, 0);
  assert_true (g_str_has_prefix (request, "PATCH /v1/clusters/web HTTP/1.1\r\n"));
  assert_non_null (strstr (request, "Idempotency-Key: k1\r\n"));
  assert_non_null (strstr (request, "Content-Type: application/merge-patch+json\r\n"));
  assert_true (g_str_has_suffix (request, "{\"workers\":4}"));
  outcome_clear (&outcome);
}

static void
an_empty_answer_is_null (void **state)
{
  static const char *const answers[] = { "HTTP/1.1 204 No Content\r\n\r\n", NULL };
  g_autoptr (CannedServer) server = canned_server_new (answers);
  g_autoptr (LsClient) client = ls_client_new (canned_server_path (server));
  Outcome outcome;
  call (client, "DELETE", "/v1/clusters/web", NULL, &outcome);
  assert_null (outcome.error);
  assert_true (json_is_null (outcome.json));
  outcome_clear (&outcome);
}

static void
a_problem_is_an_error_with_the_sentence (void **state)
{
  static const char *const answers[] = {
    "HTTP/1.1 422 Unprocessable Content\r\nContent-Type: application/problem+json\r\nContent-Length: 17\r\n\r\n{\"detail\":\"no. \"}",
    "HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\nContent-Length: 16\r\n\r\n{\"detail\":\"what\"}",
    NULL,
  };
  g_autoptr (CannedServer) server = canned_server_new (answers);
  g_autoptr (LsClient) client = ls_client_new (canned_server_path (server));
  Outcome outcome;
  call (client, "GET", "/v1/agent", NULL, &outcome);
  assert_true (g_error_matches (outcome.error, LS_ERROR, LS_ERROR_IMPOSSIBLE));
  assert_string_equal (outcome.error->message, "no. ");
  outcome_clear (&outcome);
  outcome = (Outcome) { 0 };
  ls_client_open_async (client, "GET", "/metrics", NULL, NULL, NULL, was_opened, &outcome);
  wait_for (&outcome.done);
  assert_true (g_error_matches (outcome.error, LS_ERROR, LS_ERROR_UNKNOWN));
  outcome_clear (&outcome);
}

static void
nobody_there_is_said_so (void **state)
{
  g_autoptr (LsClient) client = ls_client_new ("/nonexistent/agent.sock");
  Outcome outcome;
  call (client, "GET", "/v1/agent", NULL, &outcome);
  assert_true (g_error_matches (outcome.error, LS_ERROR, LS_ERROR_NO_AGENT));
  assert_string_equal (outcome.error->message, "no agent answers on /nonexistent/agent.sock: start one there with \"lineshaft-agent --socket /nonexistent/agent.sock\"");
  outcome_clear (&outcome);
}

static void
an_answer_cut_short_is_an_error (void **state)
{
  static const char *const answers[] = { "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnope", NULL };
  g_autoptr (CannedServer) server = canned_server_new (answers);
  g_autoptr (LsClient) client = ls_client_new (canned_server_path (server));
  for (int i = 0; i < 2; i++)
    {
      Outcome outcome;
      call (client, "GET", "/v1/agent", NULL, &outcome);
      assert_null (outcome.json);
      assert_int_equal (outcome.error->domain, LS_ERROR);
      outcome_clear (&outcome);
    }
}

static void
a_stream_ends_with_its_answer (void **state)
{
  static const char *const answers[] = { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", NULL };
  g_autoptr (CannedServer) server = canned_server_new (answers);
  g_autoptr (LsClient) client = ls_client_new (canned_server_path (server));
  g_autoptr (GBytes) input = g_bytes_new_static ("in", 2);
  Outcome outcome = { 0 };
  ls_client_open_async (client, "POST", "/v1/tasks/t1/input?close=1", input, "application/octet-stream", NULL, was_opened, &outcome);
  wait_for (&outcome.done);
  char bytes[16];
  gsize n = 0;
  assert_true (g_input_stream_read_all (outcome.stream, bytes, sizeof bytes, &n, NULL, NULL));
  assert_int_equal (n, 5);
  assert_memory_equal (bytes, "abcde", 5);
  outcome_clear (&outcome);
}

static void
a_call_can_be_cancelled (void **state)
{
  static const char *const answers[] = { "(hold)", NULL };
  g_autoptr (CannedServer) server = canned_server_new (answers);
  g_autoptr (LsClient) client = ls_client_new (canned_server_path (server));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };
  ls_client_call_async (client, "GET", "/v1/agent", NULL, NULL, cancellable, called, &outcome);
  while (!canned_server_request (server, 0))
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  wait_for (&outcome.done);
  assert_true (g_error_matches (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  outcome_clear (&outcome);
}

/* A program called ssh that notes how it was called and answers by itself. */
static void
another_computer_is_reached_by_ssh (void **state)
{
  static const char script[] = "#!/bin/sh\necho \"$@\" > \"$(dirname \"$0\")/called\"\n"
                               "printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\n{\"far\":1}'\ncat > /dev/null\n";
  g_autofree char *directory = g_dir_make_tmp ("lineshaft-test-XXXXXX", NULL);
  g_autofree char *ssh = g_build_filename (directory, "ssh", NULL), *called_path = g_build_filename (directory, "called", NULL);
  g_autofree char *path = g_strconcat (directory, ":", g_getenv ("PATH"), NULL), *how = NULL;
  assert_true (g_file_set_contents (ssh, script, -1, NULL));
  assert_int_equal (g_chmod (ssh, 0700), 0);
  g_setenv ("PATH", path, TRUE);
  LsClient *client = ls_client_new ("ssh://me@far.example:2222");
  Outcome outcome;
  call (client, "GET", "/v1/agent", NULL, &outcome);
  assert_null (outcome.error);
  assert_int_equal (json_integer_value (json_object_get (outcome.json, "far")), 1);
  assert_true (g_file_get_contents (called_path, &how, NULL, NULL));
  assert_string_equal (how, "-T -p 2222 -- me@far.example lineshaft dial-stdio\n");
  outcome_clear (&outcome);
  g_object_unref (client);
  g_unlink (ssh);
  g_unlink (called_path);
  g_rmdir (directory);
}

static void
addresses_that_cannot_be_used_are_refused (void **state)
{
  g_autofree char *long_path = g_strnfill (200, 'x');
  const char *const addresses[] = { "http://localhost:80", long_path, "ssh://-oProxyCommand=x", "ssh://", "ssh://host/path", "" };
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (LsClient) client = ls_client_new (addresses[i]);
      Outcome outcome;
      call (client, "GET", "/v1/agent", NULL, &outcome);
      assert_true (g_error_matches (outcome.error, LS_ERROR, LS_ERROR_IMPOSSIBLE));
      outcome_clear (&outcome);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (an_answer_is_its_json),
    cmocka_unit_test (an_empty_answer_is_null),
    cmocka_unit_test (a_problem_is_an_error_with_the_sentence),
    cmocka_unit_test (nobody_there_is_said_so),
    cmocka_unit_test (an_answer_cut_short_is_an_error),
    cmocka_unit_test (a_stream_ends_with_its_answer),
    cmocka_unit_test (a_call_can_be_cancelled),
    cmocka_unit_test (another_computer_is_reached_by_ssh),
    cmocka_unit_test (addresses_that_cannot_be_used_are_refused),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
