/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* What the agent really answers, good and bad, held against the document that it serves; and the reader of schemas itself. */
#include "tests/support/agent.h"
#include "tests/support/check.h"
#include "tests/support/events.h"
#include "tests/support/schema.h"

#include <string.h>
#include <unistd.h>

#define EVERYTHING "[agent]\ninterval = 200ms\n[cluster web]\nlisten = 127.0.0.1:0\nworkers = 2\n[pool compute]\nthreads = 1\n[task hello]\ncommand = echo hello\n[schedule nightly]\nwhen = daily 03:00\ncommand = true\n"
#define SOON 20000

static json_t *
response_of (json_t *document, json_t *operation, int status)
{
  g_autofree char *code = g_strdup_printf ("%d", status);
  json_t *responses = json_object_get (operation, "responses");
  json_t *response = json_object_get (responses, code);
  const char *reference;

  if (response == NULL && status >= 400)
    response = json_object_get (responses, "default");
  reference = json_string_value (json_object_get (response, "$ref"));
  if (reference == NULL)
    return response;
  return json_object_get (json_object_get (json_object_get (document, "components"), "responses"), strrchr (reference, '/') + 1);
}

/* Calls @method @target, which is of @path in the document, and holds the answer against it. */
static void
call_and_check (LsTestAgent *agent, json_t *document, const char *path, const char *method, const char *target, const char *body, int status)
{
  g_autoptr (LsTestReply) reply = ls_test_call (agent, method, target, NULL, body);
  g_autofree char *lower = g_ascii_strdown (method, -1);
  g_autofree char *type = ls_test_reply_header (reply, "Content-Type");
  json_t *operation = json_object_get (json_object_get (json_object_get (document, "paths"), path), lower);
  json_t *response = response_of (document, operation, reply->status);
  json_t *content = json_object_get (response, "content");
  json_t *schema;
  g_autofree char *misfit = NULL;

  if (operation == NULL || response == NULL)
    fail_msg ("%s %s: the document has no answer %d for %s: %s", method, target, reply->status, path, reply->body);
  if (reply->status != status)
    fail_msg ("%s %s: %d instead of %d: %s", method, target, reply->status, status, reply->body);
  if (content == NULL)
    {
      assert_int_equal (reply->length, 0);
      return;
    }
  schema = json_object_get (json_object_get (content, type), "schema");
  if (schema == NULL)
    fail_msg ("%s %s: the document knows no content of type %s", method, target, type);
  if (strstr (type, "json") == NULL)
    return;
  misfit = ls_schema_check (document, schema, reply->json);
  if (misfit != NULL)
    fail_msg ("%s %s: %s: %s", method, target, misfit, reply->body);
}

static void
answers_are_as_the_document_says (void **state)
{
  static const struct { const char *path, *method, *target, *body; int status; } cases[] = {
    { "/v1/agent", "GET", "/v1/agent", NULL, 200 },
    { "/v1/host", "GET", "/v1/host", NULL, 200 },
    { "/v1/openapi.json", "GET", "/v1/openapi.json", NULL, 200 },
    { "/metrics", "GET", "/metrics", NULL, 200 },
    { "/v1/clusters", "GET", "/v1/clusters", NULL, 200 },
    { "/v1/clusters", "GET", "/v1/clusters?limit=x", NULL, 400 },
    { "/v1/clusters/{name}", "GET", "/v1/clusters/web", NULL, 200 },
    { "/v1/clusters/{name}", "GET", "/v1/clusters/nope", NULL, 404 },
    { "/v1/clusters/{name}", "PUT", "/v1/clusters/more", "{\"listen\":[\"127.0.0.1:0\"],\"workers\":1,\"env\":{\"A\":\"b\"}}", 201 },
    { "/v1/clusters/{name}", "PUT", "/v1/clusters/more", "{\"listen\":[\"127.0.0.1:0\"],\"workers\":1,\"env\":{\"A\":\"b\"}}", 200 },
    { "/v1/clusters/{name}", "PUT", "/v1/clusters/compute", "{}", 409 },
    { "/v1/clusters/{name}", "PATCH", "/v1/clusters/web", "{\"workers\":3}", 202 },
    { "/v1/clusters/{name}", "PATCH", "/v1/clusters/web", "{\"stop_timeout_ms\":5000}", 200 },
    { "/v1/clusters/{name}", "PATCH", "/v1/clusters/web", "{\"workers\":-1}", 422 },
    { "/v1/clusters/{name}/reload", "POST", "/v1/clusters/web/reload", NULL, 202 },
    { "/v1/clusters/{name}/reload", "POST", "/v1/clusters/web/reload", NULL, 409 },
    { "/v1/clusters/{name}/stop", "POST", "/v1/clusters/more/stop", NULL, 202 },
    { "/v1/clusters/{name}/start", "POST", "/v1/clusters/more/start", NULL, 202 },
    { "/v1/clusters/{name}", "DELETE", "/v1/clusters/more", NULL, 202 },
    { "/v1/workers", "GET", "/v1/workers", NULL, 200 },
    { "/v1/workers", "GET", "/v1/workers?cluster=web&limit=1", NULL, 200 },
    { "/v1/workers/{id}", "GET", "/v1/workers/web.1", NULL, 200 },
    { "/v1/workers/{id}/signal", "POST", "/v1/workers/web.1/signal", "{\"signal\":\"SIGCONT\"}", 204 },
    { "/v1/workers/{id}/signal", "POST", "/v1/workers/web.1/signal", "{\"signal\":\"SIGCONT\",\"instance\":\"1-1\"}", 412 },
    { "/v1/workers/{id}/messages", "POST", "/v1/workers/web.1/messages", "{\"message\":1}", 204 },
    { "/v1/workers/{id}/messages", "GET", "/v1/workers/web.1/messages", NULL, 200 },
    { "/v1/workers/{id}/restart", "POST", "/v1/workers/web.1/restart", "{\"instance\":\"nonsense\"}", 400 },
    { "/v1/workers/{id}/drain", "POST", "/v1/workers/web.99/drain", NULL, 404 },
    { "/v1/pools", "GET", "/v1/pools", NULL, 200 },
    { "/v1/pools/{name}", "GET", "/v1/pools/compute", NULL, 200 },
    { "/v1/pools/{name}", "PUT", "/v1/pools/other", "{\"threads\":1}", 201 },
    { "/v1/pools/{name}", "DELETE", "/v1/pools/other", NULL, 202 },
    { "/v1/pools/{name}/jobs", "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"4000000000\"]}", 201 },
    { "/v1/pools/{name}/jobs", "POST", "/v1/pools/compute/jobs", "{\"nam\":\"primes\"}", 400 },
    { "/v1/pools/{name}/jobs", "GET", "/v1/pools/compute/jobs", NULL, 200 },
    { "/v1/pools/{name}/jobs", "POST", "/v1/pools/compute/jobs", "{\"name\":\"pimes\"}", 422 },
    { "/v1/pools/{name}/jobs", "POST", "/v1/pools/compute/jobs", "{\"items\":[{\"name\":\"primes\",\"args\":[\"10\"],\"retries\":1}]}", 201 },
    { "/v1/pools/{name}/jobs", "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args_list\":[[\"10\"],[\"20\"]]}", 201 },
    { "/v1/pools/{name}/jobs", "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"10\"],\"count\":3}", 201 },
    { "/v1/pools/{name}/jobs", "POST", "/v1/pools/compute/jobs", "{\"items\":[]}", 400 },
    { "/v1/pools/{name}/buffers/{buffer}", "PUT", "/v1/pools/compute/buffers/frame", "{\"size\":65536}", 201 },
    { "/v1/pools/{name}/buffers/{buffer}", "PUT", "/v1/pools/compute/buffers/frame", "{\"size\":65536}", 200 },
    { "/v1/pools/{name}/buffers/{buffer}", "PUT", "/v1/pools/compute/buffers/frame", "{\"size\":4096}", 409 },
    { "/v1/pools/{name}/buffers/{buffer}", "PUT", "/v1/pools/compute/buffers/large", "{\"size\":33554432}", 202 },
    { "/v1/pools/{name}/buffers/{buffer}", "PUT", "/v1/pools/compute/buffers/huge", "{\"size\":1099511627776}", 422 },
    { "/v1/pools/{name}/buffers/{buffer}", "PUT", "/v1/pools/compute/buffers/Frame", "{\"size\":4096}", 422 },
    { "/v1/pools/{name}/buffers/{buffer}", "GET", "/v1/pools/compute/buffers/frame", NULL, 200 },
    { "/v1/pools/{name}/buffers", "GET", "/v1/pools/compute/buffers", NULL, 200 },
    { "/v1/buffers", "GET", "/v1/buffers", NULL, 200 },
    { "/v1/pools/{name}/buffers/{buffer}", "DELETE", "/v1/pools/compute/buffers/frame", NULL, 204 },
    { "/v1/pools/{name}/buffers/{buffer}", "DELETE", "/v1/pools/compute/buffers/frame", NULL, 404 },
    { "/v1/pools/{name}/signal", "POST", "/v1/pools/compute/signal", "{\"signal\":\"SIGCONT\"}", 204 },
    { "/v1/jobs", "GET", "/v1/jobs", NULL, 200 },
    { "/v1/jobs/{id}", "GET", "/v1/jobs/j1", NULL, 200 },
    { "/v1/jobs/{id}/messages", "GET", "/v1/jobs/j1/messages", NULL, 200 },
    { "/v1/jobs/{id}", "DELETE", "/v1/jobs/j1", NULL, 202 },
    { "/v1/jobs/{id}", "DELETE", "/v1/jobs/j99", NULL, 404 },
    { "/v1/tasks", "GET", "/v1/tasks", NULL, 200 },
    { "/v1/tasks", "POST", "/v1/tasks", "{\"name\":\"cat\",\"spec\":{\"argv\":[\"cat\"],\"stdin\":\"open\"}}", 201 },
    { "/v1/tasks", "POST", "/v1/tasks", "{\"spec\":{\"argv\":[]}}", 422 },
    { "/v1/tasks/{id}", "GET", "/v1/tasks/t1", NULL, 200 },
    { "/v1/tasks/{id}/input", "POST", "/v1/tasks/t2/input", "hello", 204 },
    { "/v1/tasks/{id}/messages", "POST", "/v1/tasks/t2/messages", "{\"message\":null}", 204 },
    { "/v1/tasks/{id}/signal", "POST", "/v1/tasks/t2/signal", "{\"signal\":\"CONT\"}", 204 },
    { "/v1/tasks/{id}/output", "GET", "/v1/tasks/t1/output", NULL, 200 },
    { "/v1/tasks/{id}/stop", "POST", "/v1/tasks/t2/stop", NULL, 202 },
    { "/v1/tasks", "POST", "/v1/tasks", "{\"spec\":{\"argv\":[\"cat\"],\"pty\":true,\"nice\":1,\"limits\":{\"nofile\":{\"soft\":32,\"hard\":64}}}}", 201 },
    { "/v1/tasks/{id}/window", "POST", "/v1/tasks/t3/window", "{\"rows\":30,\"columns\":100}", 204 },
    { "/v1/tasks/{id}/window", "POST", "/v1/tasks/t3/window", "{\"rows\":0,\"columns\":100}", 422 },
    { "/v1/tasks/{id}/window", "POST", "/v1/tasks/t1/window", "{\"rows\":30,\"columns\":100}", 409 },
    { "/v1/tasks/{id}/attach", "GET", "/v1/tasks/t3/attach", NULL, 426 },
    { "/v1/tasks/{id}/attach", "POST", "/v1/tasks/t99/attach", NULL, 404 },
    { "/v1/tasks/{id}", "GET", "/v1/tasks/t3", NULL, 200 },
    { "/v1/tasks", "POST", "/v1/tasks", "{\"items\":[{\"spec\":{\"argv\":[\"true\"],\"stdin\":{\"file\":\"/dev/null\"}}},{\"spec\":{\"argv\":[\"false\"]}}]}", 201 },
    { "/v1/tasks", "POST", "/v1/tasks", "{\"items\":[{\"spec\":{\"argv\":[\"/no/such/program\"]}}]}", 422 },
    { "/v1/tasks/{id}", "DELETE", "/v1/tasks/t1", NULL, 204 },
    { "/v1/schedules", "GET", "/v1/schedules", NULL, 200 },
    { "/v1/schedules", "GET", "/v1/schedules?state=asleep", NULL, 400 },
    { "/v1/schedules/{name}", "GET", "/v1/schedules/nightly", NULL, 200 },
    { "/v1/schedules/{name}", "GET", "/v1/schedules/nope", NULL, 404 },
    { "/v1/schedules/{name}", "PUT", "/v1/schedules/often", "{\"when\":\"every 1 h\",\"argv\":[\"sleep\",\"60\"],\"overlap\":\"queue\"}", 201 },
    { "/v1/schedules/{name}", "PUT", "/v1/schedules/often", "{\"when\":\"every 1 h\",\"argv\":[\"sleep\",\"60\"],\"overlap\":\"queue\"}", 200 },
    { "/v1/schedules/{name}", "PUT", "/v1/schedules/web", "{\"when\":\"@daily\",\"argv\":\"true\"}", 409 },
    { "/v1/schedules/{name}", "PUT", "/v1/schedules/bad", "{\"when\":\"dayly\",\"argv\":\"true\"}", 422 },
    { "/v1/schedules/{name}", "PATCH", "/v1/schedules/often", "{\"wehn\":1}", 400 },
    { "/v1/schedules/{name}", "PATCH", "/v1/schedules/often", "{\"missed\":\"once\"}", 200 },
    { "/v1/schedules/{name}/run", "POST", "/v1/schedules/often/run", NULL, 201 },
    { "/v1/schedules/{name}/run", "POST", "/v1/schedules/often/run", NULL, 202 },
    { "/v1/schedules/{name}/run", "POST", "/v1/schedules/often/run", NULL, 409 },
    { "/v1/schedules/{name}", "GET", "/v1/schedules/often", NULL, 200 },
    { "/v1/schedules/{name}", "DELETE", "/v1/schedules/often", NULL, 204 },
    { "/v1/operations", "GET", "/v1/operations", NULL, 200 },
    { "/v1/operations/{id}", "GET", "/v1/operations/op-1", NULL, 200 },
    { "/v1/logs", "GET", "/v1/logs?last=10", NULL, 200 },
    { "/v1/logs", "GET", "/v1/logs?raw=1", NULL, 200 },
    { "/v1/history", "GET", "/v1/history?since=0&of=host,web,compute,web.1", NULL, 200 },
    { "/v1/apply", "POST", "/v1/apply", "{\"dry_run\":true,\"text\":\"[cluster a]\"}", 200 },
    { "/v1/apply", "POST", "/v1/apply", "{\"dry_run\":true,\"text\":\"[clutser a]\"}", 400 },
    { "/v1/pools/{name}/restart", "POST", "/v1/pools/compute/restart", NULL, 202 },
  };
  LsTestAgent *agent = *state = ls_test_agent_start (EVERYTHING);
  json_t *document = ls_test_get (agent, "/v1/openapi.json");

  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.state", "ready", SOON));
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON));
  json_decref (ls_test_until (agent, "/v1/tasks/t1", "status.state", "exited", SOON));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    call_and_check (agent, document, cases[i].path, cases[i].method, cases[i].target, cases[i].body, cases[i].status);
  json_decref (document);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
head_is_get_without_a_body (void **state)
{
  static const char *const targets[] = { "/v1/agent", "/v1/clusters", "/v1/clusters/web", "/v1/clusters/nope", "/v1/openapi.json", "/v1/schedules" };
  static const char *const streams[] = { "/v1/events", "/v1/tasks/t1/output?follow=1", "/v1/logs?follow=1" };
  LsTestAgent *agent = *state = ls_test_agent_start (EVERYTHING);

  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.state", "ready", SOON));
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (LsTestReply) head = ls_test_call (agent, "HEAD", targets[i], NULL, NULL);
      g_autoptr (LsTestReply) get = ls_test_call (agent, "GET", targets[i], NULL, NULL);
      g_autofree char *head_type = ls_test_reply_header (head, "Content-Type"), *get_type = ls_test_reply_header (get, "Content-Type");
      g_autofree char *head_tag = ls_test_reply_header (head, "ETag"), *get_tag = ls_test_reply_header (get, "ETag");

      assert_int_equal (head->status, get->status);
      assert_string_equal (head_type, get_type);
      assert_int_equal (g_strcmp0 (head_tag, get_tag), 0);
      assert_int_equal (head->length, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      g_autoptr (LsTestReply) head = ls_test_call (agent, "HEAD", streams[i], NULL, NULL);

      assert_int_equal (head->status, 200);
      assert_int_equal (head->length, 0);
    }
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
check_event (json_t *document, const LsTestEvent *event)
{
  static const struct { const char *type, *schema; } schemas[] = {
    { "hello", "Hello" }, { "snapshot", "Snapshot" }, { "sample", "Sample" }, { "change", "Change" }, { "log", "LogEntry" }, { "message", "Message" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (schemas); i++)
    if (strcmp (schemas[i].type, event->type) == 0)
      {
        g_autofree char *misfit = ls_schema_check_named (document, schemas[i].schema, event->data);
        g_autofree char *text = json_dumps (event->data, JSON_COMPACT);

        if (misfit != NULL)
          fail_msg ("event %s: %s: %s", event->type, misfit, text);
        return;
      }
  fail_msg ("the document knows no event “%s”", event->type);
}

static void
events_are_as_the_document_says (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (EVERYTHING);
  json_t *document = ls_test_get (agent, "/v1/openapi.json");
  LsTestEvents *events = ls_test_events_open (agent, "/v1/events?topics=sample,change,log,message", NULL);
  guint samples = 0, changes = 0;

  json_decref (ls_test_until (agent, "/v1/clusters/web", "status.state", "ready", SOON));
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON));
  json_decref (ls_test_expect (agent, 202, "POST", "/v1/clusters/web/reload", NULL));
  json_decref (ls_test_expect (agent, 201, "POST", "/v1/pools/compute/jobs", "{\"name\":\"primes\",\"args\":[\"10000000\"]}"));
  while (samples < 5 || changes < 20)
    {
      const LsTestEvent *event = ls_test_events_next (events, NULL, SOON);

      check_event (document, event);
      samples += strcmp (event->type, "sample") == 0;
      changes += strcmp (event->type, "change") == 0;
    }
  ls_test_events_close (events);
  json_decref (document);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* A check that cannot fail is none: what is wrong is seen to be. */
static void
the_reader_of_schemas_sees_what_is_wrong (void **state)
{
  static const struct { const char *schema, *value; gboolean fits; } cases[] = {
    { "{\"type\":\"integer\"}", "1", TRUE },
    { "{\"type\":\"integer\"}", "1.5", FALSE },
    { "{\"type\":\"number\"}", "1", TRUE },
    { "{\"type\":[\"string\",\"null\"]}", "null", TRUE },
    { "{\"type\":[\"string\",\"null\"]}", "true", FALSE },
    { "{\"type\":\"integer\",\"minimum\":1}", "0", FALSE },
    { "{\"type\":\"integer\",\"maximum\":1}", "2", FALSE },
    { "{\"enum\":[\"a\",\"b\"]}", "\"b\"", TRUE },
    { "{\"enum\":[\"a\",\"b\"]}", "\"c\"", FALSE },
    { "{\"const\":\"a\"}", "\"b\"", FALSE },
    { "{\"pattern\":\"^a+$\"}", "\"aab\"", FALSE },
    { "{\"required\":[\"a\"]}", "{\"b\":1}", FALSE },
    { "{\"properties\":{\"a\":{\"type\":\"string\"}}}", "{\"a\":1}", FALSE },
    { "{\"properties\":{\"a\":{}},\"additionalProperties\":false}", "{\"a\":1,\"b\":2}", FALSE },
    { "{\"additionalProperties\":{\"type\":\"integer\"}}", "{\"a\":\"x\"}", FALSE },
    { "{\"items\":{\"type\":\"integer\"}}", "[1,\"x\"]", FALSE },
    { "{\"minItems\":2}", "[1]", FALSE },
    { "{\"maxLength\":2}", "\"abc\"", FALSE },
    { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "1", FALSE },
    { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "null", TRUE },
    { "{\"$ref\":\"#/a\"}", "1", FALSE },
    { "{\"multipleOf\":2}", "2", FALSE },
  };
  g_autoptr (json_t) document = json_loads ("{\"a\":{\"type\":\"string\"}}", 0, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) schema = json_loads (cases[i].schema, 0, NULL);
      g_autoptr (json_t) value = json_loads (cases[i].value, JSON_DECODE_ANY, NULL);
      g_autofree char *misfit = ls_schema_check (document, schema, value);

      assert_non_null (schema);
      if ((misfit == NULL) != cases[i].fits)
        fail_msg ("%s against %s: %s", cases[i].value, cases[i].schema, misfit != NULL ? misfit : "fits");
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (the_reader_of_schemas_sees_what_is_wrong),
    cmocka_unit_test_teardown (answers_are_as_the_document_says, ls_test_teardown),
    cmocka_unit_test_teardown (head_is_get_without_a_body, ls_test_teardown),
    cmocka_unit_test_teardown (events_are_as_the_document_says, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
