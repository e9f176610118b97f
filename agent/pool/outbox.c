/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/outbox.h"
#include "abi/channel.h"
#include "pool/memory.h"
#include "pool/spin.h"

#define MANY 8u      /* at once */
#define LOOK_MS 1
#define DONE_BYTES (32u * 1024)

LsEvent *
ls_event_new (LsEventKind kind, unsigned thread)
{
  LsEvent *event = ls_new0 (LsEvent, 1);
  event->kind = kind;
  event->thread = thread;
  return event;
}

void
ls_event_free (LsEvent *event)
{
  if (event == NULL)
    return;
  ls_text_clear (&event->line);
  free (event);
}

/* --- under the lock --- */

static void
append (LsOutbox *outbox, LsEvent *event)
{
  if (outbox->last != NULL)
    outbox->last->next = event;
  else
    outbox->first = event;
  outbox->last = event;
}

static void
tell_start (LsOutbox *outbox, LsStart *start)
{
  if (start->order == NULL)
    return;
  LsEvent *event = ls_event_new (LS_EVENT_STARTED, start->thread);
  LsText *line = &event->line;
  ls_text_add_word (line, "{\"cmd\":\"" LS_POOL_JOB_STARTED "\",\"id\":");
  ls_text_add_string (line, start->order->id);
  ls_text_add_word (line, ",\"thread\":");
  ls_text_add_number (line, start->thread);
  ls_text_add_word (line, ",\"wait_us\":");
  ls_text_add_number (line, start->wait_us);
  ls_text_add_word (line, "}\n");
  append (outbox, event);
  start->order = NULL;
  outbox->n_untold--;
}

static void
set_start (LsOutbox *outbox, LsStart *start, const LsOrder *order, uint64_t wait_us)
{
  outbox->n_untold += (unsigned) (order != NULL) - (unsigned) (start->order != NULL);
  start->order = order;
  start->wait_us = wait_us;
}

static void
add_done (LsOutbox *outbox, unsigned thread, const LsText *element)
{
  LsEvent *event = outbox->last;
  if (event == NULL || event->kind != LS_EVENT_DONE || event->line.length + element->length > DONE_BYTES) {
    event = ls_event_new (LS_EVENT_DONE, thread);
    append (outbox, event);
  }
  if (event->number++ > 0)
    ls_text_add (&event->line, ",", 1);
  ls_text_add (&event->line, element->data, element->length);
}

/* --- the main thread --- */

static LsEvent *
take_all (LsOutbox *outbox)
{
  ls_spin_lock (&outbox->lock);
  for (unsigned i = 0; i < outbox->n_starts && outbox->n_untold > 0; i++)
    if (outbox->starts[i] != NULL)
      tell_start (outbox, outbox->starts[i]);
  LsEvent *first = outbox->first;
  outbox->first = outbox->last = NULL;
  uv_mutex_unlock (&outbox->lock);
  return first;
}

/* How much there was. */
static unsigned
drain (LsOutbox *outbox)
{
  unsigned n = 0;
  for (LsEvent *event = take_all (outbox); event != NULL;) {
    LsEvent *next = event->next;
    n += event->kind == LS_EVENT_DONE ? (unsigned) event->number : 1;
    outbox->take (outbox->user, event);
    event = next;
  }
  outbox->taken (outbox->user);
  return n;
}

static void
set_watched (LsOutbox *outbox, bool watched)
{
  uv_mutex_lock (&outbox->lock);
  outbox->watched = watched;
  uv_mutex_unlock (&outbox->lock);
}

static void
on_look (uv_timer_t *look)
{
  LsOutbox *outbox = look->data;
  if (drain (outbox) >= MANY || uv_is_closing ((uv_handle_t *) look))
    return;
  uv_timer_stop (look);
  set_watched (outbox, false);
  drain (outbox); /* what came before they knew that they must wake us */
}

static void
on_wake (uv_async_t *wake)
{
  LsOutbox *outbox = wake->data;
  if (drain (outbox) < MANY || uv_is_closing ((uv_handle_t *) wake) || uv_is_active ((uv_handle_t *) &outbox->look))
    return;
  set_watched (outbox, true);
  uv_timer_start (&outbox->look, on_look, LOOK_MS, LOOK_MS);
}

void
ls_outbox_init (LsOutbox *outbox, uv_loop_t *loop, void (*take) (void *user, LsEvent *event), void (*taken) (void *user), void *user)
{
  *outbox = (LsOutbox) { .take = take, .taken = taken, .user = user, .open_handles = 2 };
  uv_mutex_init (&outbox->lock);
  uv_async_init (loop, &outbox->wake, on_wake);
  uv_timer_init (loop, &outbox->look);
  outbox->wake.data = outbox->look.data = outbox;
}

static void
on_closed (uv_handle_t *handle)
{
  LsOutbox *outbox = handle->data;
  if (--outbox->open_handles > 0)
    return;
  for (LsEvent *event = take_all (outbox); event != NULL;) {
    LsEvent *next = event->next;
    ls_event_free (event);
    event = next;
  }
  free (outbox->starts);
  uv_mutex_destroy (&outbox->lock);
}

void
ls_outbox_close (LsOutbox *outbox)
{
  uv_close ((uv_handle_t *) &outbox->wake, on_closed);
  uv_close ((uv_handle_t *) &outbox->look, on_closed);
}

/* --- from any thread --- */

/* Ends what began with the lock. */
static void
unlock_and_wake (LsOutbox *outbox)
{
  bool watched = outbox->watched;
  uv_mutex_unlock (&outbox->lock);
  if (!watched)
    uv_async_send (&outbox->wake);
}

void
ls_outbox_put (LsOutbox *outbox, LsEvent *event)
{
  ls_spin_lock (&outbox->lock);
  append (outbox, event);
  unlock_and_wake (outbox);
}

void
ls_outbox_put_of_job (LsOutbox *outbox, LsStart *start, LsEvent *event)
{
  ls_spin_lock (&outbox->lock);
  tell_start (outbox, start);
  append (outbox, event);
  unlock_and_wake (outbox);
}

void
ls_outbox_go_on (LsOutbox *outbox, LsStart *start, LsEvent *event, const LsText *done, const LsOrder *order, uint64_t wait_us)
{
  ls_spin_lock (&outbox->lock);
  if (event != NULL)
    append (outbox, event);
  if (done != NULL)
    add_done (outbox, start->thread, done);
  set_start (outbox, start, order, wait_us);
  unlock_and_wake (outbox);
}

void
ls_outbox_enter (LsOutbox *outbox, LsStart *start, unsigned thread)
{
  uv_mutex_lock (&outbox->lock);
  if (thread >= outbox->n_starts) {
    outbox->starts = ls_must (realloc (outbox->starts, (thread + 1) * sizeof *outbox->starts));
    while (outbox->n_starts <= thread)
      outbox->starts[outbox->n_starts++] = NULL;
  }
  *start = (LsStart) { .thread = thread };
  outbox->starts[thread] = start;
  uv_mutex_unlock (&outbox->lock);
}

void
ls_outbox_leave (LsOutbox *outbox, LsStart *start)
{
  uv_mutex_lock (&outbox->lock);
  set_start (outbox, start, NULL, 0);
  outbox->starts[start->thread] = NULL;
  uv_mutex_unlock (&outbox->lock);
}
