/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/outbox.h"
#include "pool/memory.h"

#define MANY 8u      /* events at once */
#define LOOK_MS 1

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

/* How many there were. */
static unsigned
drain (LsOutbox *outbox)
{
  unsigned n = 0;
  for (LsEvent *event = take_all (outbox); event != NULL; n++) {
    LsEvent *next = event->next;
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
  uv_mutex_destroy (&outbox->lock);
}

void
ls_outbox_close (LsOutbox *outbox)
{
  uv_close ((uv_handle_t *) &outbox->wake, on_closed);
  uv_close ((uv_handle_t *) &outbox->look, on_closed);
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
  bool watched = outbox->watched;
  uv_mutex_unlock (&outbox->lock);
  if (!watched)
    uv_async_send (&outbox->wake);
}
