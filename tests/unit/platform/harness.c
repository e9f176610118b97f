/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness.h"

#include "model/json.h"

#include <string.h>

/* A condition is looked at again at least this often, also when nothing happens on the loop. */
#define LOOK_EVERY_MS 5

static Seen *
seen_new (const char *id, LsInstance instance)
{
  Seen *seen = g_new0 (Seen, 1);
  seen->instance = instance;
  seen->id = g_strdup (id);
  seen->output = g_string_new (NULL);
  seen->errors = g_string_new (NULL);
  seen->notes = g_string_new (NULL);
  seen->messages = g_ptr_array_new_with_free_func (free);
  return seen;
}

static void
seen_free (gpointer data)
{
  Seen *seen = data;
  g_free (seen->not_started);
  g_free (seen->id);
  g_string_free (seen->output, TRUE);
  g_string_free (seen->errors, TRUE);
  g_string_free (seen->notes, TRUE);
  g_ptr_array_unref (seen->messages);
  g_free (seen);
}

static Seen *
find (Harness *harness, LsInstance instance)
{
  for (guint i = 0; i < harness->seen->len; i++) {
    Seen *seen = g_ptr_array_index (harness->seen, i);
    if (ls_instance_equal (seen->instance, instance)) {
      seen->spoke_after_exit |= seen->exited;
      return seen;
    }
  }
  fail_msg ("an event of a child that was never started: pid %d", (int) instance.pid);
  return NULL;
}

static void
on_started (void *self, const char *id, LsInstance instance, const GError *error)
{
  Harness *harness = self;
  Seen *seen = seen_new (id, instance);
  assert_true ((instance.pid == 0) == (error != NULL));
  if (error)
    seen->not_started = g_strdup (error->message);
  g_ptr_array_add (harness->seen, seen);
}

static void
on_notify (void *self, LsInstance instance, LsNotifyKind kind, const char *text)
{
  static const char *const names[] = { "READY", "STOPPING", "WATCHDOG", "STATUS", "RELOADING" };
  g_string_append_printf (find (self, instance)->notes, text ? "%s=%s " : "%s ", names[kind], text);
}

static void
on_message (void *self, LsInstance instance, json_t *message)
{
  g_ptr_array_add (find (self, instance)->messages, ls_json_to_text (message));
}

static void
on_output (void *self, LsInstance instance, const char *id, gboolean is_stderr, const char *data, gsize length)
{
  Seen *seen = find (self, instance);
  assert_string_equal (seen->id, id);
  g_string_append_len (is_stderr ? seen->errors : seen->output, data, (gssize) length);
}

static void
on_exited (void *self, LsInstance instance, const char *id, const LsExit *how)
{
  Seen *seen = find (self, instance);
  assert_false (seen->exited);
  seen->exited = TRUE;
  seen->exited_us = g_get_monotonic_time ();
  seen->how = *how;
}

Harness *
harness_new (void)
{
  Harness *harness = g_new0 (Harness, 1);
  LsChildEvents events = { on_started, on_notify, NULL, on_message, on_output, on_exited, harness };
  assert_int_equal (uv_loop_init (&harness->loop), 0);
  harness->seen = g_ptr_array_new_with_free_func (seen_free);
  harness->children = ls_children_new (&harness->loop, &events, TRUE, NULL);
  assert_non_null (harness->children);
  harness->spawner = ls_children_spawner (harness->children);
  return harness;
}

static void
note_closed (void *closed)
{
  *(gboolean *) closed = TRUE;
}

void
harness_close (Harness *harness, gboolean *ret_closed)
{
  ls_children_close (harness->children, note_closed, ret_closed);
  harness->children = NULL;
  uv_run (&harness->loop, UV_RUN_DEFAULT);
}

void
harness_free (Harness *harness)
{
  gboolean closed = FALSE;
  if (harness->children) {
    assert_int_equal (ls_children_count (harness->children), 0);
    harness_close (harness, &closed);
    assert_true (closed);
  }
  assert_int_equal (uv_loop_close (&harness->loop), 0);
  g_ptr_array_unref (harness->seen);
  g_free (harness);
}

LsSpawnRequest
shell (const char *const argv[4], const char *script)
{
  return (LsSpawnRequest) { .id = "t1", .argv = argv, .scoreboard_fd = -1, .stdin_mode = LS_STDIN_NONE };
}

Seen *
start (Harness *harness, const LsSpawnRequest *request)
{
  g_autoptr (GError) error = NULL;
  LsInstance instance = { 0, 0 };
  if (!harness->spawner.spawn (harness->spawner.self, request, &instance, &error))
    fail_msg ("%s", error->message);
  Seen *seen = seen_new (request->id, instance);
  g_ptr_array_add (harness->seen, seen);
  return seen;
}

static void
nothing (uv_timer_t *timer)
{
}

static void
turn_until (Harness *harness, Condition condition, gpointer data, guint patience_ms)
{
  gint64 give_up = g_get_monotonic_time () + (gint64) patience_ms * 1000;
  uv_timer_t tick;
  uv_timer_init (&harness->loop, &tick);
  uv_timer_start (&tick, nothing, LOOK_EVERY_MS, LOOK_EVERY_MS);
  while (!condition (data) && g_get_monotonic_time () < give_up)
    uv_run (&harness->loop, UV_RUN_ONCE);
  uv_close ((uv_handle_t *) &tick, NULL);
  uv_run (&harness->loop, UV_RUN_NOWAIT);
}

void
wait_until (Harness *harness, Condition condition, gpointer data)
{
  turn_until (harness, condition, data, PATIENCE_MS);
  assert_true (condition (data));
}

static gboolean
has_exited (gpointer data)
{
  return ((Seen *) data)->exited;
}

void
wait_for_exit (Harness *harness, Seen *seen)
{
  wait_until (harness, has_exited, seen);
}

Seen *
run (Harness *harness, const LsSpawnRequest *request)
{
  Seen *seen = start (harness, request);
  wait_for_exit (harness, seen);
  return seen;
}

typedef struct {
  const GString *where;
  const char *text;
} Awaited;

static gboolean
has_text (gpointer data)
{
  const Awaited *awaited = data;
  return strstr (awaited->where->str, awaited->text) != NULL;
}

void
wait_for_output (Harness *harness, Seen *seen, const char *text)
{
  wait_until (harness, has_text, &(Awaited) { seen->output, text });
}

void
wait_for_note (Harness *harness, Seen *seen, const char *note)
{
  wait_until (harness, has_text, &(Awaited) { seen->notes, note });
}

typedef struct {
  const GPtrArray *messages;
  guint n;
} AwaitedMessages;

static gboolean
has_messages (gpointer data)
{
  const AwaitedMessages *awaited = data;
  return awaited->messages->len >= awaited->n;
}

void
wait_for_messages (Harness *harness, Seen *seen, guint n)
{
  wait_until (harness, has_messages, &(AwaitedMessages) { seen->messages, n });
}

static gboolean
never (gpointer data)
{
  return FALSE;
}

void
let_pass (Harness *harness, guint ms)
{
  turn_until (harness, never, NULL, ms);
}
