/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"
#include "canned_server.h"
#include "client/events.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
#define HELLO "event: hello\nid: e-1\ndata: {}\n\n"

typedef struct {
  GString *seen;
  guint connected, lost;
  GError *why;
  LsEventStream *stop_at_sample;
} Watcher;

static void
on_event (LsEventStream *stream, const char *type, gpointer json, gpointer user)
{
  Watcher *watcher = user;
  g_string_append_printf (watcher->seen, "%s ", type);
  if (watcher->stop_at_sample && g_str_equal (type, "sample"))
    ls_event_stream_stop (stream);
}

static void
on_lost (LsEventStream *stream, const GError *why, gpointer user)
{
  Watcher *watcher = user;
  watcher->lost++;
  g_clear_error (&watcher->why);
  watcher->why = g_error_copy (why);
}

static void
on_connected (LsEventStream *stream, gpointer user)
{
  Watcher *watcher = user;
  watcher->connected++;
}

static LsEventStream *
watch (const char *socket, Watcher *watcher)
{
  g_autoptr (LsClient) client = ls_client_new (socket);
  LsEventStream *stream = ls_event_stream_new (client, "sample,change", 1000);
  watcher->seen = g_string_new (NULL);
  g_signal_connect (stream, "event", G_CALLBACK (on_event), watcher);
  g_signal_connect (stream, "lost", G_CALLBACK (on_lost), watcher);
  g_signal_connect (stream, "connected", G_CALLBACK (on_connected), watcher);
  ls_event_stream_start (stream);
  return stream;
}

static void
watcher_clear (Watcher *watcher)
{
  g_string_free (watcher->seen, TRUE);
  g_clear_error (&watcher->why);
}

static gboolean
too_late (gpointer data)
{
  fail_msg ("nothing happened for ten seconds");
  return G_SOURCE_REMOVE;
}

#define WAIT_UNTIL(condition)                                                                                                                          G_STMT_START                                                                                                                                         {                                                                                                                                                      guint bound = g_timeout_add_seconds (10, too_late, NULL);                                                                                            while (!(condition))                                                                                                                                   g_main_context_iteration (NULL, TRUE);                                                                                                             g_source_remove (bound);                                                                                                                           }                                                                                                                                                    G_STMT_END

static void
it_comes_back_and_resumes_where_it_was (void **state)
{
  static const char *const answers[] = {
    HEAD HELLO "event: snapshot\nid: e-2\ndata: {}\n\nevent: sample\nid: e-7\ndata: {}\n\n",
    HEAD "event: hello\ndata: {}\n\nevent: sample\nid: e-8\ndata: {}\n\n(hold)",
    NULL,
  };
  g_autoptr (CannedServer) server = canned_server_new (answers);
  Watcher watcher = { 0 };
  g_autoptr (LsEventStream) stream = watch (canned_server_path (server), &watcher);
  WAIT_UNTIL (g_str_has_suffix (watcher.seen->str, "sample hello sample "));
  assert_string_equal (watcher.seen->str, "hello snapshot sample hello sample ");
  assert_int_equal (watcher.connected, 2);
  assert_int_equal (watcher.lost, 1);
  assert_true (g_error_matches (watcher.why, LS_ERROR, LS_ERROR_NO_AGENT));
  assert_true (ls_event_stream_is_connected (stream));
  assert_true (g_str_has_prefix (canned_server_request (server, 0), "GET /v1/events?topics=sample,change&interval=1000 HTTP/1.1\r\n"));
  assert_null (strstr (canned_server_request (server, 0), "Last-Event-ID"));
  assert_non_null (strstr (canned_server_request (server, 1), "Last-Event-ID: e-7\r\n"));
  ls_event_stream_stop (stream);
  assert_false (ls_event_stream_is_connected (stream));
  watcher_clear (&watcher);
}

static void
a_loss_is_told_once (void **state)
{
  static const char *const answers[] = { "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "", HEAD HELLO "(hold)", NULL };
  g_autoptr (CannedServer) server = canned_server_new (answers);
  Watcher watcher = { 0 };
  g_autoptr (LsEventStream) stream = watch (canned_server_path (server), &watcher);
  WAIT_UNTIL (watcher.lost);
  assert_true (g_error_matches (watcher.why, LS_ERROR, LS_ERROR_BUSY));
  ls_event_stream_retry_now (stream);
  WAIT_UNTIL (watcher.connected);
  assert_int_equal (watcher.lost, 1);
  watcher_clear (&watcher);
}

static void
no_agent_is_a_loss (void **state)
{
  Watcher watcher = { 0 };
  g_autoptr (LsEventStream) stream = watch ("/nonexistent/agent.sock", &watcher);
  WAIT_UNTIL (watcher.lost);
  assert_true (g_error_matches (watcher.why, LS_ERROR, LS_ERROR_NO_AGENT));
  assert_false (ls_event_stream_is_connected (stream));
  watcher_clear (&watcher);
}

static void
start_agent (LsEventStream *stream, const GError *why, gpointer unused)
{
  ls_event_stream_retry_now (stream);
}

/* Whoever starts the agent does so when it hears of the loss, before there is a next attempt to bring forward. Waits that double would take longer than
 * the bound. */
static void
an_agent_that_is_expected_is_not_waited_for_ever_longer (void **state)
{
  static const char *const answers[] = { "", "", "", "", "", "", "", HEAD HELLO "(hold)", NULL };
  g_autoptr (CannedServer) server = canned_server_new (answers);
  Watcher watcher = { 0 };
  g_autoptr (LsEventStream) stream = watch (canned_server_path (server), &watcher);
  g_signal_connect (stream, "lost", G_CALLBACK (start_agent), NULL);
  WAIT_UNTIL (watcher.connected);
  assert_int_equal (watcher.lost, 1);
  watcher_clear (&watcher);
}

static void
a_handler_may_stop_the_stream (void **state)
{
  static const char *const answers[] = { HEAD HELLO "event: sample\ndata: {}\n\nevent: sample\ndata: {}\n\n(hold)", NULL };
  g_autoptr (CannedServer) server = canned_server_new (answers);
  Watcher watcher = { 0 };
  g_autoptr (LsEventStream) stream = watch (canned_server_path (server), &watcher);
  watcher.stop_at_sample = stream;
  WAIT_UNTIL (strstr (watcher.seen->str, "sample"));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_string_equal (watcher.seen->str, "hello sample ");
  assert_int_equal (watcher.lost, 0);
  watcher_clear (&watcher);
}

static void
a_stream_may_go_while_it_connects (void **state)
{
  static const char *const answers[] = { "(hold)", NULL };
  g_autoptr (CannedServer) server = canned_server_new (answers);
  Watcher watcher = { 0 };
  LsEventStream *stream = watch (canned_server_path (server), &watcher);
  g_object_add_weak_pointer (G_OBJECT (stream), (gpointer *) &stream);
  while (!canned_server_request (server, 0))
    g_main_context_iteration (NULL, FALSE);
  g_object_unref (stream);
  assert_null (stream);
  assert_int_equal (watcher.lost, 0);
  watcher_clear (&watcher);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (it_comes_back_and_resumes_where_it_was),
    cmocka_unit_test (a_loss_is_told_once),
    cmocka_unit_test (no_agent_is_a_loss),
    cmocka_unit_test (an_agent_that_is_expected_is_not_waited_for_ever_longer),
    cmocka_unit_test (a_handler_may_stop_the_stream),
    cmocka_unit_test (a_stream_may_go_while_it_connects),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
