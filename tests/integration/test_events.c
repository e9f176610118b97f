/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* The event stream: whole at the start, nothing missed later, and no reader that can hurt. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/events.h"
#include "tests/support/processes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WEB "[agent]\ninterval = 200ms\n[cluster web]\nlisten = 127.0.0.1:0\nworkers = 2\n"
#define SOON 10000

static void
wait_ready (LsTestAgent *agent)
{
  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.state", "ready", SOON));
}

static void
patch (LsTestAgent *agent, const char *body)
{
  g_autoptr (LsTestReply) reply = ls_test_call (agent, "PATCH", "/v1/clusters/web", NULL, body);

  assert_in_range (reply->status, 200, 202);
}

static void
it_opens_with_hello_and_a_whole_snapshot (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *events;
  const LsTestEvent *event;
  g_autofree char *epoch = NULL;

  wait_ready (agent);
  events = ls_test_events_open (agent, "/v1/events", NULL);
  event = ls_test_events_next (events, NULL, SOON);
  assert_string_equal (event->type, "hello");
  epoch = g_strdup (ls_test_text (event->data, "epoch"));
  assert_true (g_str_has_prefix (event->id, epoch));
  assert_int_equal (ls_test_number (event->data, "interval_ms"), 200);
  event = ls_test_events_next (events, NULL, SOON);
  assert_string_equal (event->type, "snapshot");
  assert_string_equal (ls_test_text (event->data, "clusters.0.name"), "web");
  assert_string_equal (ls_test_text (event->data, "workers.1.id"), "web.2");
  event = ls_test_events_next (events, "sample", SOON);
  assert_string_equal (ls_test_text (event->data, "epoch"), epoch);
  assert_string_equal (ls_test_text (event->data, "workers.rows.0.0"), "web.1");
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
changes_come_in_order_as_they_happen (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *events;
  const LsTestEvent *event;
  guint64 last = 0;

  wait_ready (agent);
  events = ls_test_events_open (agent, "/v1/events?topics=change", NULL);
  ls_test_events_next (events, "snapshot", SOON);
  patch (agent, "{\"workers\":3}");
  for (;;)
    {
      guint64 number;

      event = ls_test_events_next (events, NULL, SOON);
      assert_string_equal (event->type, "change");
      number = g_ascii_strtoull (strrchr (event->id, '-') + 1, NULL, 10);
      assert_true (last == 0 || number == last + 1);
      last = number;
      if (strcmp (ls_test_text (event->data, "resource.id"), "web.3") == 0 && strcmp (ls_test_text (event->data, "resource.state"), "ready") == 0)
        break;
    }
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
who_comes_back_misses_nothing (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *events;
  const LsTestEvent *event;
  g_autofree char *id = NULL, *foreign = NULL;

  wait_ready (agent);
  events = ls_test_events_open (agent, "/v1/events?topics=change", NULL);
  id = g_strdup (ls_test_events_next (events, "snapshot", SOON)->id);
  ls_test_events_close (events);
  patch (agent, "{\"stop_timeout_ms\":1234}");
  events = ls_test_events_open (agent, "/v1/events?topics=change", id);
  event = ls_test_events_next (events, NULL, SOON);
  assert_string_equal (event->type, "hello");
  assert_true (json_is_true (json_object_get (event->data, "resumed")));
  event = ls_test_events_next (events, NULL, SOON);
  assert_string_equal (event->type, "change");
  ls_test_events_close (events);

  /* Of another run of the agent: told so, and given everything anew. */
  foreign = g_strdup_printf ("00000000%s", strrchr (id, '-'));
  events = ls_test_events_open (agent, "/v1/events?topics=change", foreign);
  assert_string_equal (ls_test_events_next (events, NULL, SOON)->type, "hello");
  assert_string_equal (ls_test_events_next (events, NULL, SOON)->type, "resync");
  event = ls_test_events_next (events, NULL, SOON);
  assert_string_equal (event->type, "snapshot");
  assert_int_equal (ls_test_number (event->data, "clusters.0.spec.stop_timeout_ms"), 1234);
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_reader_chooses_its_interval (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *events = ls_test_events_open (agent, "/v1/events?topics=sample&interval=1000", NULL);
  json_int_t before = ls_test_number (ls_test_events_next (events, "sample", SOON)->data, "at");

  for (int i = 0; i < 2; i++)
    {
      json_int_t at = ls_test_number (ls_test_events_next (events, "sample", SOON)->data, "at");

      assert_in_range (at - before, 850, 5000);
      before = at;
    }
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
logs_and_messages_come_where_asked (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *logs = ls_test_events_open (agent, "/v1/events?topics=log&source=t1", NULL);
  LsTestEvents *events = ls_test_events_open (agent, "/v1/events?topics=message", NULL);
  const LsTestEvent *event;
  json_t *messages;

  ls_test_events_next (logs, "snapshot", SOON);
  ls_test_events_next (events, "snapshot", SOON);
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/tasks",
                               "{\"spec\":{\"argv\":\"echo spoken; echo '{\\\"told\\\":42}' >&$NODE_CHANNEL_FD; read line\",\"stdin\":\"open\"}}"));
  event = ls_test_events_next (logs, NULL, SOON);
  assert_string_equal (event->type, "log");
  assert_string_equal (ls_test_text (event->data, "source"), "t1");
  assert_string_equal (ls_test_text (event->data, "text"), "spoken");
  event = ls_test_events_next (events, NULL, SOON);
  assert_string_equal (event->type, "message");
  assert_string_equal (ls_test_text (event->data, "kind"), "task");
  assert_string_equal (ls_test_text (event->data, "id"), "t1");
  assert_int_equal (ls_test_number (event->data, "message.told"), 42);
  messages = ls_test_get (agent, "/v1/tasks/t1/messages");
  assert_int_equal (ls_test_number (messages, "items.0.message.told"), 42);
  json_decref (messages);
  ls_test_events_close (logs);
  ls_test_events_close (events);
  ls_test_agent_stop (agent);
  *state = NULL;
}

#define READERS 64

static void
readers_stand_apart_from_calls_and_are_bounded (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *events[READERS];

  for (guint i = 0; i < READERS; i++)
    {
      events[i] = ls_test_events_open (agent, "/v1/events?topics=change", NULL);
      ls_test_events_next (events[i], "snapshot", SOON);
    }
  {
    g_autoptr (LsTestReply) one_more = ls_test_call (agent, "GET", "/v1/events", NULL, NULL);
    g_autofree char *retry = ls_test_reply_header (one_more, "Retry-After");

    assert_int_equal (one_more->status, 429);
    assert_non_null (retry);
  }
  json_decref (ls_test_get (agent, "/v1/agent"));
  patch (agent, "{\"stop_timeout_ms\":4321}");
  for (guint i = 0; i < READERS; i++)
    {
      const LsTestEvent *event;

      do
        event = ls_test_events_change (events[i], "cluster", "name", "web", SOON);
      while (ls_test_number (event->data, "resource.spec.stop_timeout_ms") != 4321);
      ls_test_events_close (events[i]);
    }
  ls_test_agent_stop (agent);
  *state = NULL;
}

#define CHANGES 3000

static void
change_much (LsTestAgent *agent)
{
  for (int i = 0; i < CHANGES; i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"stop_timeout_ms\":%d}", 5000 + i);

      patch (agent, body);
    }
}

/* It neither misses a change unknowingly nor costs more than a bounded buffer. */
static void
a_reader_that_stops_reading_is_told_and_costs_little (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (WEB);
  LsTestEvents *slow, *quick;
  const LsTestEvent *event;
  gsize before;

  wait_ready (agent);
  change_much (agent);      /* the ring and all buffers are full once before it is measured */
  slow = ls_test_events_open (agent, "/v1/events?topics=sample,change,log,message", NULL);
  ls_test_events_next (slow, "snapshot", SOON);
  before = ls_test_rss (agent->pid);
  change_much (agent);
  if (LS_TEST_SLOWNESS == 1)
    assert_in_range (ls_test_rss (agent->pid), 0, before + 768 * 1024);

  /* Another one is not held up by it. */
  quick = ls_test_events_open (agent, "/v1/events?topics=change", NULL);
  event = ls_test_events_next (quick, "snapshot", SOON);
  assert_int_equal (ls_test_number (event->data, "clusters.0.spec.stop_timeout_ms"), 5000 + CHANGES - 1);
  ls_test_events_close (quick);

  event = ls_test_events_next (slow, "resync", SOON);
  event = ls_test_events_next (slow, NULL, SOON);
  assert_string_equal (event->type, "snapshot");
  assert_int_equal (ls_test_number (event->data, "clusters.0.spec.stop_timeout_ms"), 5000 + CHANGES - 1);
  patch (agent, "{\"stop_timeout_ms\":77777}");
  event = ls_test_events_change (slow, "cluster", "name", "web", SOON);
  assert_int_equal (ls_test_number (event->data, "resource.spec.stop_timeout_ms"), 77777);
  ls_test_events_close (slow);
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (it_opens_with_hello_and_a_whole_snapshot, ls_test_teardown),
    cmocka_unit_test_teardown (changes_come_in_order_as_they_happen, ls_test_teardown),
    cmocka_unit_test_teardown (who_comes_back_misses_nothing, ls_test_teardown),
    cmocka_unit_test_teardown (a_reader_chooses_its_interval, ls_test_teardown),
    cmocka_unit_test_teardown (logs_and_messages_come_where_asked, ls_test_teardown),
    cmocka_unit_test_teardown (readers_stand_apart_from_calls_and_are_bounded, ls_test_teardown),
    cmocka_unit_test_teardown (a_reader_that_stops_reading_is_told_and_costs_little, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
