/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody at a task's terminal: output goes out as it comes, input and the window's size come in. Any number may be attached; they share one
 * terminal, whose size is what the last of them said. Whoever goes leaves the task running.
 *
 * What is not written yet stays in the log store and not here: one that reads slowly holds the task back for a while, and then misses something. */
#include "service/attach.h"

#include "service/follow.h"
#include "service/problem.h"
#include "service/state.h"

/* What was there before is shown first, so much of it. */
#define TAIL_BYTES (64u * 1024)
#define RETRY_MS 20

typedef struct {
  LsService *service;
  LsHttpExchange *exchange;
  char *task;
  LsFollow *follow;
  LsOutlet *outlet;
  LsBrake *brake;
  LsTerminalReader *frames;
  GByteArray *input;           /* that the task does not take yet */
  gboolean input_ends;         /* after that */
  uv_timer_t *retry;
  char *exit;                  /* JSON, once the task has ended */
  gboolean exit_is_written;
  gboolean has_failed;         /* what comes in are no frames */
} Attached;

/* --- out --- */

static void
format_frame (GString *to, const LsLogEntry *entry)
{
  gsize begin = to->len;

  ls_terminal_frame_append (to, entry->stream == LS_LOG_STDERR ? LS_FRAME_ERRORS : LS_FRAME_OUTPUT, entry->text, entry->length);
  if (!entry->newline)
    return;
  g_string_append_c (to, '\n');
  /* The payload has become a byte longer: at most 8 KiB, so two bytes of its length can change. */
  to->str[begin + 6] = (char) ((entry->length + 1) >> 8);
  to->str[begin + 7] = (char) (entry->length + 1);
}

static gboolean
fill (void *user, GString *buffer)
{
  Attached *attached = user;
  gboolean more = ls_follow_take (attached->follow, buffer, LS_OUTLET_HIGH);

  if (buffer->len > 0)
    ls_brake_taken (attached->brake);
  ls_brake_set (attached->brake, more);
  if (!more && attached->exit != NULL && !attached->exit_is_written)
    {
      ls_terminal_bytes_append (buffer, LS_FRAME_EXIT, attached->exit, strlen (attached->exit));
      attached->exit_is_written = TRUE;
    }
  return more;
}

static void
ready (void *user)
{
  Attached *attached = user;

  if (attached->outlet == NULL)
    return;
  if (ls_follow_is_behind (attached->follow))
    ls_brake_set (attached->brake, TRUE);
  ls_outlet_kick (attached->outlet);
}

static gsize
unread (void *user)
{
  const Attached *attached = user;

  return attached->outlet != NULL ? ls_outlet_unwritten (attached->outlet) : 0;
}

/* --- in --- */

static void on_retry (uv_timer_t *timer);

/* FALSE: later. What the task will never take is as good as taken. */
static gboolean
give_input (Attached *attached, const char *data, gsize length, gboolean ends)
{
  g_autoptr (GError) error = NULL;

  return ls_supervisor_task_input (attached->service->parts.supervisor, attached->task, data, length, ends, &error)
         || !g_error_matches (error, LS_ERROR, LS_ERROR_BUSY);
}

static void
keep_input (Attached *attached, const char *data, gsize length, gboolean ends)
{
  g_byte_array_append (attached->input, (const guint8 *) data, (guint) length);
  attached->input_ends |= ends;
  ls_http_exchange_pause_raw (attached->exchange);
  if (!uv_is_active ((uv_handle_t *) attached->retry))
    uv_timer_start (attached->retry, on_retry, RETRY_MS, RETRY_MS);
}

static void
on_retry (uv_timer_t *timer)
{
  Attached *attached = timer->data;

  while (attached->input->len > 0)
    {
      gsize now = MIN (attached->input->len, LS_TERMINAL_PAYLOAD_MAX);

      if (!give_input (attached, (const char *) attached->input->data, now, FALSE))
        return;
      g_byte_array_remove_range (attached->input, 0, (guint) now);
    }
  if (attached->input_ends && !give_input (attached, "", 0, TRUE))
    return;
  attached->input_ends = FALSE;
  uv_timer_stop (timer);
  ls_http_exchange_resume_body (attached->exchange);
}

static void
on_frame (void *user, guint type, const char *payload, gsize length)
{
  Attached *attached = user;
  LsTerminalSize window;

  if (type == LS_FRAME_INPUT && (attached->input->len > 0 || !give_input (attached, payload, length, length == 0)))
    keep_input (attached, payload, length, length == 0);
  /* A task without a terminal has no window: what is said of it changes nothing. */
  if (type == LS_FRAME_WINDOW && ls_terminal_window_parse (payload, length, &window))
    ls_supervisor_task_window (attached->service->parts.supervisor, attached->task, window, NULL);
}

static void
on_data (void *user, const char *data, size_t length)
{
  Attached *attached = user;

  if (length > 0 && !attached->has_failed && ls_terminal_reader_feed (attached->frames, data, length, NULL))
    return;
  /* The peer has gone, or speaks something else: what is left for it is not waited for. */
  attached->has_failed = TRUE;
  ls_outlet_cut (attached->outlet);
}

/* --- beginning and end --- */

static void
on_timer_closed (uv_handle_t *handle)
{
  g_free (handle);
}

static void
ended (void *user)
{
  Attached *attached = user;

  g_ptr_array_remove_fast (attached->service->attached, attached);
  ls_follow_free (attached->follow);
  ls_brake_free (attached->brake);
  ls_terminal_reader_free (attached->frames);
  g_byte_array_unref (attached->input);
  uv_close ((uv_handle_t *) attached->retry, on_timer_closed);
  g_free (attached->exit);
  g_free (attached->task);
  g_free (attached);
}

static char *
exit_json (const LsTask *task)
{
  g_autoptr (json_t) json = ls_task_to_json (task);
  g_autoptr (json_t) told = json_object ();
  static const char *const members[] = { "state", "reason", "exit", "usage", "output" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    json_object_set (told, members[i], json_object_get (json_object_get (json, "status"), members[i]));
  return ls_json_to_text (told);
}

static gboolean
measure (void *user, const LsLogEntry *entry)
{
  *(gsize *) user += entry->length + entry->newline;
  return TRUE;
}

typedef struct {
  gsize too_many;
  guint64 after_seq;
} Skip;

static gboolean
skip (void *user, const LsLogEntry *entry)
{
  Skip *skipped = user;
  gsize length = entry->length + entry->newline;

  if (skipped->too_many == 0)
    return FALSE;
  skipped->too_many -= MIN (skipped->too_many, length);
  skipped->after_seq = entry->seq;
  return TRUE;
}

/* Where the last TAIL_BYTES begin. */
static guint64
tail_begin (LsLogStore *logs, const LsLogQuery *query)
{
  gsize all = 0;
  Skip skipped = { 0 };

  ls_log_store_each (logs, query, measure, &all);
  skipped.too_many = all > TAIL_BYTES ? all - TAIL_BYTES : 0;
  ls_log_store_each (logs, query, skip, &skipped);
  return skipped.after_seq;
}

static void
refuse_plain (LsCall *call)
{
  ls_http_exchange_add_header (call->exchange, "Upgrade", LS_TERMINAL_PROTOCOL);
  ls_call_reply (call, 426, ls_problem_new (426, "A terminal is attached by “Connection: Upgrade” and “Upgrade: " LS_TERMINAL_PROTOCOL "”."));
}

gboolean
ls_attach (LsCall *call, const LsTask *task, GError **error)
{
  static const LsOutletOwner owner = { fill, ended };
  LsService *service = call->service;
  const char *upgrade = ls_http_exchange_header (call->exchange, "Upgrade");
  const char *const sources[] = { task->id, NULL };
  LsLogQuery query = { .sources = sources, .stream = -1 };
  gboolean live = !ls_task_state_is_final (task->state);
  Attached *attached;

  if (call->head_only || upgrade == NULL || g_ascii_strcasecmp (upgrade, LS_TERMINAL_PROTOCOL) != 0)
    {
      refuse_plain (call);
      return TRUE;
    }
  attached = g_new0 (Attached, 1);
  attached->service = service;
  attached->exchange = call->exchange;
  attached->task = g_strdup (task->id);
  attached->frames = ls_terminal_reader_new (on_frame, attached);
  attached->input = g_byte_array_new ();
  attached->retry = g_new0 (uv_timer_t, 1);
  uv_timer_init (service->parts.loop, attached->retry);
  attached->retry->data = attached;
  attached->exit = live ? NULL : exit_json (task);
  query.after_seq = tail_begin (service->parts.logs, &query);
  attached->follow = ls_follow_new (service->parts.logs, &query, live, format_frame, ready, attached);
  ls_brakes_reader_came (service->brakes, task->id, -1);
  attached->brake = ls_brake_new (service->brakes, task->id, unread, attached);
  g_ptr_array_add (service->attached, attached);
  attached->outlet = ls_outlet_new_upgraded (service->outlets, call, LS_TERMINAL_PROTOCOL, on_data, &owner, attached, error);
  if (attached->outlet == NULL)
    {
      ended (attached);
      return FALSE;
    }
  ls_brake_set (attached->brake, live);
  if (!live)
    ls_outlet_finish (attached->outlet);
  return TRUE;
}

void
ls_attach_task_ended (LsService *service, const LsTask *task)
{
  for (guint i = 0; i < service->attached->len; i++)
    {
      Attached *attached = g_ptr_array_index (service->attached, i);

      if (attached->exit != NULL || g_strcmp0 (attached->task, task->id) != 0)
        continue;
      attached->exit = exit_json (task);
      ls_outlet_finish (attached->outlet);
    }
}
