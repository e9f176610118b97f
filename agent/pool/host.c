/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/host.h"
#include "abi/channel.h"
#include "pool/channel.h"
#include "pool/jobs.h"
#include "pool/memory.h"
#include "pool/system.h"
#include "pool/thread.h"

#include <stdio.h>

typedef struct {
  LsThread *thread;        /* NULL: none of this index */
  bool up;                 /* its loop runs */
} Slot;

struct LsHost {
  uv_loop_t *loop;
  LsChannel channel;
  LsShop shop;
  Slot slots[LS_THREADS_MAX];
  unsigned n_slots;        /* one past the highest in use */
  unsigned wanted;
  bool was_ready;
  bool draining;
  bool ended;
};

static void
tell (LsHost *host, json_t *object)
{
  ls_channel_send (&host->channel, object);
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
  ls_outbox_close (&host->shop.outbox);
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

/* Brings the threads nearer to what is wanted; those that are about to end come by again. */
static void
adjust (LsHost *host)
{
  for (unsigned i = 0; i < host->wanted; i++) {
    Slot *slot = &host->slots[i];
    int error;
    if (slot->thread != NULL) {
      ls_queue_set_surplus (&host->shop.queue, ls_thread_hand (slot->thread), false);
      continue;
    }
    slot->thread = ls_thread_new (i, &host->shop, &error);
    if (slot->thread == NULL) {
      fprintf (stderr, "Thread %u of %u cannot be started (%s): the pool goes on with %u.\n", i + 1, host->wanted, uv_strerror (error), i);
      host->wanted = i;
      break;
    }
    if (i >= host->n_slots)
      host->n_slots = i + 1;
  }
  for (unsigned i = host->wanted; i < host->n_slots; i++)
    if (host->slots[i].thread != NULL)
      ls_queue_set_surplus (&host->shop.queue, ls_thread_hand (host->slots[i].thread), true);
  end_if_empty (host);
}

/* --- what the agent says --- */

static void
take_job (LsHost *host, const char *id, json_t *message)
{
  const char *why;
  if (host->draining)
    return; /* it never began: the agent still has it */
  LsOrder *order = ls_order_from_json (message, &why);
  if (order != NULL)
    ls_queue_push (&host->shop.queue, order);
  else
    fail_job (host, id, why);
}

static bool
on_line (void *user, const char *text, size_t length)
{
  LsHost *host = user;
  LsOrder *orders;
  if (host->draining || !ls_orders_from_line (text, length, &orders))
    return false;
  __atomic_store_n (&host->shop.brief, 1, __ATOMIC_RELAXED);
  ls_queue_push (&host->shop.queue, orders);
  return true;
}

/* What on_line did not understand. */
static void
take_jobs (LsHost *host, json_t *message)
{
  const char *name = json_string_value (json_object_get (message, "name")), *cwd = json_string_value (json_object_get (message, "cwd"));
  size_t i;
  json_t *list;
  if (host->draining || name == NULL)
    return;
  __atomic_store_n (&host->shop.brief, 1, __ATOMIC_RELAXED);
  json_array_foreach (json_object_get (message, "jobs"), i, list) {
    LsOrder *order = ls_order_from_list (name, cwd, list);
    if (order != NULL)
      ls_queue_push (&host->shop.queue, order);
  }
}

static void
take_cancel (LsHost *host, const char *id)
{
  bool known;
  LsOrder *order = ls_queue_cancel (&host->shop.queue, id, &known);
  if (order != NULL)
    tell (host, json_pack ("{s:s, s:s}", "cmd", LS_POOL_JOB_CANCELLED, "id", id));
  ls_order_free (order);
}

static void
take_job_message (LsHost *host, const char *id, json_t *message)
{
  char *text = json_dumps (json_object_get (message, "message"), JSON_COMPACT | JSON_ENCODE_ANY);
  ls_queue_mail (&host->shop.queue, id, text != NULL ? text : "null");
  free (text);
}

static void
take_buffer (LsHost *host, json_t *message)
{
  const char *name = json_string_value (json_object_get (message, "name"));
  const char *shm = json_string_value (json_object_get (message, "shm"));
  json_int_t size = json_integer_value (json_object_get (message, "size"));
  if (name != NULL && size >= 0)
    ls_buffers_set (&host->shop.buffers, name, size > 0 ? shm : NULL, (size_t) size);
}

static void
take_threads (LsHost *host, json_t *message)
{
  json_int_t count = json_integer_value (json_object_get (message, "count"));
  if (count < 1 || count > (json_int_t) LS_THREADS_MAX) {
    fprintf (stderr, "%s needs a count from 1 to %u; the pool stays as it is.\n", LS_POOL_THREADS, LS_THREADS_MAX);
    return;
  }
  if (host->draining)
    return;
  host->wanted = (unsigned) count;
  adjust (host);
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
  else if (cmd != NULL && strcmp (cmd, LS_POOL_JOBS) == 0)
    take_jobs (host, object);
  else if (cmd != NULL && strcmp (cmd, LS_POOL_BUFFER) == 0)
    take_buffer (host, object);
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

static void
pass_on (LsHost *host, LsEvent *event)
{
  if (event->kind != LS_EVENT_PROGRESS || !ls_channel_is_slow (&host->channel))
    ls_channel_add (&host->channel, event->line.data, event->line.length);
  ls_event_free (event);
}

static void
pass_on_done (LsHost *host, LsEvent *event)
{
  static const char beginning[] = "{\"cmd\":\"" LS_POOL_JOBS_DONE "\",\"jobs\":[";
  ls_channel_add (&host->channel, beginning, sizeof beginning - 1);
  ls_channel_add (&host->channel, event->line.data, event->line.length);
  ls_channel_add (&host->channel, "]}\n", 3);
  ls_event_free (event);
}

static void
thread_up (LsHost *host, const LsEvent *event)
{
  host->slots[event->thread].up = true;
  tell (host, json_pack ("{s:s, s:i, s:i}", "cmd", LS_POOL_THREAD, "index", (int) event->thread, "tid", event->number));
  tell_ready (host);
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
}

static void
on_event (void *user, LsEvent *event)
{
  LsHost *host = user;
  switch (event->kind) {
  case LS_EVENT_THREAD:
    thread_up (host, event);
    ls_event_free (event);
    break;
  case LS_EVENT_GONE:
    thread_gone (host, event);
    ls_event_free (event);
    break;
  case LS_EVENT_STARTED:
  case LS_EVENT_PROGRESS:
  case LS_EVENT_MESSAGE:
  case LS_EVENT_ENDED:
    pass_on (host, event);
    break;
  case LS_EVENT_DONE:
    pass_on_done (host, event);
    break;
  }
}

static void
on_events_taken (void *user)
{
  LsHost *host = user;
  if (!host->ended)
    ls_channel_flush (&host->channel);
}

/* --- beginning and end --- */

void
ls_host_drain (LsHost *host)
{
  if (host->ended)
    return;
  if (host->draining) {
    ls_queue_cancel_running (&host->shop.queue);
    return;
  }
  host->draining = true;
  host->wanted = 0;
  ls_notify ("STOPPING=1");
  ls_queue_clear (&host->shop.queue);
  adjust (host);
}

/* Nobody is left to tell a result to. */
static void
on_channel_end (void *user)
{
  LsHost *host = user;
  ls_host_drain (host);
  ls_queue_cancel_running (&host->shop.queue);
}

LsHost *
ls_host_new (uv_loop_t *loop, int channel_fd, int *ret_error)
{
  LsHost *host = ls_new0 (LsHost, 1);
  host->loop = loop;
  host->channel.line = on_line;
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
  ls_outbox_init (&host->shop.outbox, loop, on_event, on_events_taken, host);
  ls_queue_init (&host->shop.queue);
  ls_buffers_init (&host->shop.buffers);
  return host;
}

void
ls_host_tell_kinds (LsHost *host)
{
  json_t *list = json_array ();
  const LsJobKind *kind;
  const char *plugin;
  for (size_t i = 0; (kind = ls_jobs_at (i, &plugin)) != NULL; i++)
    json_array_append_new (list, json_pack ("{s:s, s:s, s:s?, s:s?}", "name", kind->name, "arguments", kind->arguments, "description",
                                            kind->description, "plugin", plugin));
  tell (host, json_pack ("{s:s, s:o}", "cmd", LS_POOL_KINDS, "kinds", list));
  ls_channel_flush (&host->channel);
}

void
ls_host_refuse (LsHost *host, const char *why)
{
  tell (host, json_pack ("{s:s, s:s}", "cmd", LS_POOL_KINDS, "error", why));
  ls_channel_flush (&host->channel);
  ls_host_drain (host);
}

void
ls_host_free (LsHost *host)
{
  if (host == NULL)
    return;
  ls_queue_deinit (&host->shop.queue);
  ls_buffers_deinit (&host->shop.buffers);
  free (host);
}
