/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/host.h"
#include "abi/channel.h"
#include "pool/channel.h"
#include "pool/memory.h"
#include "pool/queue.h"
#include "pool/system.h"
#include "pool/thread.h"

#include <stdio.h>

#define MAX_THREADS 4096u

typedef struct {
  LsThread *thread;        /* NULL: none of this index */
  bool up;                 /* its loop runs */
  bool quitting;           /* told to end */
  char *job;               /* NULL: idle */
} Slot;

struct LsHost {
  uv_loop_t *loop;
  LsChannel channel;
  LsOutbox outbox;
  Slot slots[MAX_THREADS];
  unsigned n_slots;        /* one past the highest in use */
  unsigned wanted;
  LsQueue waiting;         /* LINESHAFT_JOB messages without a thread */
  bool was_ready;
  bool draining;
  bool ended;
};

static void
tell (LsHost *host, json_t *object)
{
  ls_channel_send (&host->channel, object, false);
}

static void
fail_job (LsHost *host, const char *id, const char *sentence)
{
  tell (host, json_pack ("{s:s, s:s, s:s}", "cmd", LS_POOL_JOB_FAILED, "id", id, "error", sentence));
}

static void
end_if_empty (LsHost *host)
{
  if (!host->draining || host->n_slots > 0 || host->ended)
    return;
  host->ended = true;
  ls_channel_close (&host->channel);
  ls_outbox_close (&host->outbox);
}

/* --- threads --- */

static void
tell_ready (LsHost *host)
{
  unsigned up = 0;
  char text[64];
  if (host->was_ready || host->draining)
    return;
  for (unsigned i = 0; i < host->n_slots; i++)
    up += host->slots[i].up;
  if (up == 0 || up < host->wanted)
    return;
  host->was_ready = true;
  snprintf (text, sizeof text, "READY=1\nSTATUS=%u thread%s", up, up == 1 ? "" : "s");
  ls_notify (text);
}

static void
quit_thread (Slot *slot)
{
  slot->quitting = true;
  ls_thread_quit (slot->thread, 0);
}

/* Brings the threads nearer to what is wanted; those that are busy or about to end come by again. */
static void
adjust (LsHost *host)
{
  for (unsigned i = 0; i < host->wanted; i++) {
    Slot *slot = &host->slots[i];
    int error;
    if (slot->thread != NULL)
      continue;
    slot->thread = ls_thread_new (i, &host->outbox, &error);
    if (slot->thread == NULL) {
      fprintf (stderr, "Thread %u of %u cannot be started (%s): the pool goes on with %u.\n", i + 1, host->wanted, uv_strerror (error), i);
      host->wanted = i;
      break;
    }
    if (i >= host->n_slots)
      host->n_slots = i + 1;
  }
  for (unsigned i = host->wanted; i < host->n_slots; i++) {
    Slot *slot = &host->slots[i];
    if (slot->thread != NULL && slot->job == NULL && !slot->quitting)
      quit_thread (slot);
  }
  end_if_empty (host);
}

static void
start_job (Slot *slot, json_t *message)
{
  const char *id = json_string_value (json_object_get (message, "id"));
  const char *name = json_string_value (json_object_get (message, "name"));
  json_t *list = json_object_get (message, "args");
  size_t n = json_array_size (list);
  const char **args = ls_new0 (const char *, n + 1);
  for (size_t i = 0; i < n; i++)
    args[i] = json_string_value (json_array_get (list, i));
  slot->job = ls_copy_text (id);
  ls_thread_run (slot->thread, id, name, (int) n, args);
  free (args);
}

static Slot *
find_idle (LsHost *host)
{
  for (unsigned i = 0; i < host->wanted; i++) {
    Slot *slot = &host->slots[i];
    if (slot->thread != NULL && !slot->quitting && slot->job == NULL)
      return slot;
  }
  return NULL;
}

static void
start_waiting (LsHost *host)
{
  Slot *slot = NULL;
  while (ls_queue_length (&host->waiting) > 0 && (slot = find_idle (host)) != NULL) {
    json_t *message = ls_queue_pop (&host->waiting);
    start_job (slot, message);
    json_decref (message);
  }
}

/* --- what the agent says --- */

static Slot *
find_running (LsHost *host, const char *id)
{
  for (unsigned i = 0; i < host->n_slots; i++)
    if (host->slots[i].job != NULL && strcmp (host->slots[i].job, id) == 0)
      return &host->slots[i];
  return NULL;
}

static bool
are_strings (json_t *list)
{
  size_t i;
  json_t *item;
  json_array_foreach (list, i, item)
    if (!json_is_string (item))
      return false;
  return list == NULL || json_is_array (list);
}

static void
take_job (LsHost *host, const char *id, json_t *message)
{
  if (host->draining)
    return; /* it never began: the agent still has it */
  if (!json_is_string (json_object_get (message, "name")) || !are_strings (json_object_get (message, "args"))) {
    fail_job (host, id, "A job needs a name, and its args must be strings.");
    return;
  }
  if (!ls_queue_push (&host->waiting, message)) {
    fail_job (host, id, "Too many jobs wait in the pool's host.");
    return;
  }
  start_waiting (host);
}

static void
take_cancel (LsHost *host, const char *id)
{
  Slot *slot = find_running (host, id);
  if (slot != NULL) {
    ls_thread_cancel (slot->thread, id);
    return;
  }
  if (ls_queue_remove (&host->waiting, id))
    tell (host, json_pack ("{s:s, s:s}", "cmd", LS_POOL_JOB_CANCELLED, "id", id));
}

static void
take_job_message (LsHost *host, const char *id, json_t *message)
{
  Slot *slot = find_running (host, id);
  if (slot == NULL)
    return;
  char *text = json_dumps (json_object_get (message, "message"), JSON_COMPACT | JSON_ENCODE_ANY);
  ls_thread_message (slot->thread, id, text != NULL ? text : "null");
  free (text);
}

static void
take_threads (LsHost *host, json_t *message)
{
  json_int_t count = json_integer_value (json_object_get (message, "count"));
  if (count < 1 || count > (json_int_t) MAX_THREADS) {
    fprintf (stderr, "%s needs a count from 1 to %u; the pool stays as it is.\n", LS_POOL_THREADS, MAX_THREADS);
    return;
  }
  if (host->draining)
    return;
  host->wanted = (unsigned) count;
  adjust (host);
  start_waiting (host);
  tell_ready (host);
}

static void
on_message (void *user, json_t *object)
{
  LsHost *host = user;
  const char *cmd = json_string_value (json_object_get (object, "cmd"));
  const char *id = json_string_value (json_object_get (object, "id"));
  if (cmd != NULL && strcmp (cmd, LS_POOL_THREADS) == 0)
    take_threads (host, object);
  else if (cmd != NULL && id != NULL && strcmp (cmd, LS_POOL_JOB) == 0)
    take_job (host, id, object);
  else if (cmd != NULL && id != NULL && strcmp (cmd, LS_POOL_CANCEL) == 0)
    take_cancel (host, id);
  else if (cmd != NULL && id != NULL && strcmp (cmd, LS_POOL_JOB_MESSAGE) == 0)
    take_job_message (host, id, object);
  else
    fprintf (stderr, "A message on the channel is not for a pool (cmd “%.40s”) and was ignored.\n", cmd != NULL ? cmd : "");
}

/* --- what the threads say --- */

/* A job's JSON; what is none is passed on as a text. */
static json_t *
json_of_text (const char *text)
{
  if (text == NULL)
    return json_null ();
  json_t *value = json_loads (text, JSON_DECODE_ANY, NULL);
  return value != NULL ? value : json_string (text);
}

static void
job_ended (LsHost *host, const LsEvent *event)
{
  Slot *slot = &host->slots[event->thread];
  free (slot->job);
  slot->job = NULL;
  start_waiting (host);
  adjust (host);
}

static void
thread_gone (LsHost *host, const LsEvent *event)
{
  Slot *slot = &host->slots[event->thread];
  ls_thread_free (slot->thread);
  *slot = (Slot) { 0 };
  while (host->n_slots > 0 && host->slots[host->n_slots - 1].thread == NULL)
    host->n_slots--;
  tell (host, json_pack ("{s:s, s:i}", "cmd", LS_POOL_THREAD_GONE, "index", (int) event->thread));
  adjust (host);
  start_waiting (host);
}

static void
on_event (void *user, const LsEvent *event)
{
  LsHost *host = user;
  switch (event->kind) {
  case LS_EVENT_THREAD:
    host->slots[event->thread].up = true;
    tell (host, json_pack ("{s:s, s:i, s:i}", "cmd", LS_POOL_THREAD, "index", (int) event->thread, "tid", event->number));
    tell_ready (host);
    break;
  case LS_EVENT_GONE:
    thread_gone (host, event);
    break;
  case LS_EVENT_STARTED:
    tell (host, json_pack ("{s:s, s:s, s:i}", "cmd", LS_POOL_JOB_STARTED, "id", event->id, "thread", (int) event->thread));
    break;
  case LS_EVENT_PROGRESS:
    ls_channel_send (&host->channel,
                     json_pack ("{s:s, s:s, s:f, s:s?}", "cmd", LS_POOL_JOB_PROGRESS, "id", event->id, "progress", event->part, "message", event->text),
                     true);
    break;
  case LS_EVENT_DONE:
    tell (host, json_pack ("{s:s, s:s, s:o}", "cmd", LS_POOL_JOB_DONE, "id", event->id, "result", json_of_text (event->text)));
    job_ended (host, event);
    break;
  case LS_EVENT_FAILED:
    fail_job (host, event->id, event->text);
    job_ended (host, event);
    break;
  case LS_EVENT_CANCELLED:
    tell (host, json_pack ("{s:s, s:s}", "cmd", LS_POOL_JOB_CANCELLED, "id", event->id));
    job_ended (host, event);
    break;
  case LS_EVENT_MESSAGE:
    tell (host, json_pack ("{s:s, s:s, s:o}", "cmd", LS_POOL_JOB_MESSAGE, "id", event->id, "message", json_of_text (event->text)));
    break;
  }
}

/* --- beginning and end --- */

static void
cancel_running (LsHost *host)
{
  for (unsigned i = 0; i < host->n_slots; i++)
    if (host->slots[i].job != NULL)
      ls_thread_cancel (host->slots[i].thread, host->slots[i].job);
}

void
ls_host_drain (LsHost *host)
{
  if (host->ended)
    return;
  if (host->draining) {
    cancel_running (host);
    return;
  }
  host->draining = true;
  host->wanted = 0;
  ls_notify ("STOPPING=1");
  ls_queue_clear (&host->waiting);
  adjust (host);
}

/* Nobody is left to tell a result to. */
static void
on_channel_end (void *user)
{
  LsHost *host = user;
  ls_host_drain (host);
  cancel_running (host);
}

LsHost *
ls_host_new (uv_loop_t *loop, int channel_fd, int *ret_error)
{
  LsHost *host = ls_new0 (LsHost, 1);
  host->loop = loop;
  host->channel.message = on_message;
  host->channel.end = on_channel_end;
  host->channel.user = host;
  int r = ls_channel_open (&host->channel, loop, channel_fd);
  if (r < 0) {
    ls_channel_close (&host->channel);
    uv_run (loop, UV_RUN_NOWAIT);
    free (host);
    *ret_error = r;
    return NULL;
  }
  ls_outbox_init (&host->outbox, loop, on_event, host);
  return host;
}

void
ls_host_free (LsHost *host)
{
  if (host == NULL)
    return;
  ls_queue_clear (&host->waiting);
  free (host);
}
