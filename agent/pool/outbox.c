/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/outbox.h"
#include "pool/memory.h"

static void
free_event (LsEvent *event)
{
  free (event->id);
  free (event->text);
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
    free_event (event);
    event = next;
  }
}

void
ls_outbox_init (LsOutbox *outbox, uv_loop_t *loop, void (*take) (void *user, const LsEvent *event), void *user)
{
  *outbox = (LsOutbox) { .take = take, .user = user };
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
    free_event (event);
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
ls_outbox_put (LsOutbox *outbox, const LsEvent *event)
{
  LsEvent *copy = ls_new0 (LsEvent, 1);
  *copy = *event;
  copy->next = NULL;
  copy->id = ls_copy_text (event->id);
  copy->text = ls_copy_text (event->text);
  uv_mutex_lock (&outbox->lock);
  if (outbox->last != NULL)
    outbox->last->next = copy;
  else
    outbox->first = copy;
  outbox->last = copy;
  uv_mutex_unlock (&outbox->lock);
  uv_async_send (&outbox->wake);
}
