/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the threads tell the main thread: a queue under a lock, and a wake-up of the main loop.
 *
 * When events come thick and fast the main thread looks by itself, every millisecond, and is not woken for each; as soon as there are few it sleeps again.
 *
 * What is for the agent comes as the finished line of the channel: the threads make them side by side, the main thread only passes them on. */

#include "pool/text.h"

#include <stdbool.h>
#include <uv.h>

typedef enum {
  LS_EVENT_THREAD,          /* its loop runs; number is its tid */
  LS_EVENT_GONE,            /* its loop has ended */
  LS_EVENT_STARTED,
  LS_EVENT_PROGRESS,        /* may be left out */
  LS_EVENT_MESSAGE,
  LS_EVENT_ENDED,
  LS_EVENT_DONE             /* ended so, and the line is an element of LINESHAFT_JOBS_DONE */
} LsEventKind;

typedef struct LsEvent LsEvent;
struct LsEvent {
  LsEvent *next;
  LsEventKind kind;
  unsigned thread;
  int number;
  LsText line;              /* with its end; empty for the thread's own */
};

typedef struct {
  uv_mutex_t lock;
  uv_async_t wake;
  uv_timer_t look;
  unsigned open_handles;
  bool watched;            /* the timer runs: no need to wake */
  LsEvent *first, *last;
  void (*take) (void *user, LsEvent *event);
  void (*taken) (void *user);
  void *user;
} LsOutbox;

LsEvent *ls_event_new (LsEventKind kind, unsigned thread);
void ls_event_free (LsEvent *event);      /* takes NULL */

/* @take is called in @loop's thread, for each event in order, and owns it; @taken after the last of those that were there. */
void ls_outbox_init (LsOutbox *outbox, uv_loop_t *loop, void (*take) (void *user, LsEvent *event), void (*taken) (void *user), void *user);
void ls_outbox_close (LsOutbox *outbox);      /* no thread may be left; the loop must turn once more */

/* From any thread; takes over @event and, if it is not NULL, @next. */
void ls_outbox_put (LsOutbox *outbox, LsEvent *event, LsEvent *next);
