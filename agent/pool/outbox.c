/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/outbox.h"
#include "pool/memory.h"

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

static LsEvent *
take_all (LsOutbox *outbox)
{
  uv_mutex_lock (&outbox->lock);
  LsEvent *first = outbox->first;
  outbox->first = outbox->last = NULL;
  uv_mutex_unlock (&outbox->lock);
  return first;
}

static void
on_wake (uv_async_t *wake)
{
  LsOutbox *outbox = wake->data;
  for (LsEvent *event = take_all (outbox); event != NULL;) {
    LsEvent *next = event->next;
    outbox->take (outbox->user, event);
    event = next;
  }
  outbox->taken (outbox->user);
}

void
ls_outbox_init (LsOutbox *outbox, uv_loop_t *loop, void (*take) (void *user, LsEvent *event), void (*taken) (void *user), void *user)
{
  *outbox = (LsOutbox) { .take = take, .taken = taken, .user = user };
  uv_mutex_init (&outbox->lock);
  uv_async_init (loop, &outbox->wake, on_wake);
  outbox->wake.data = outbox;
}

static void
on_closed (uv_handle_t *wake)
{
  LsOutbox *outbox = wake->data;
  for (LsEvent *event = take_all (outbox); event != NULL;) {
    LsEvent *next = event->next;
    ls_event_free (event);
    event = next;
  }
  uv_mutex_destroy (&outbox->lock);
}

void
ls_outbox_close (LsOutbox *outbox)
{
  uv_close ((uv_handle_t *) &outbox->wake, on_closed);
}

void
ls_outbox_put (LsOutbox *outbox, LsEvent *event, LsEvent *next)
{
  event->next = next;
  uv_mutex_lock (&outbox->lock);
  if (outbox->last != NULL)
    outbox->last->next = event;
  else
    outbox->first = event;
  outbox->last = next != NULL ? next : event;
  uv_mutex_unlock (&outbox->lock);
  uv_async_send (&outbox->wake);
}
