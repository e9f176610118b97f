/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the threads tell the main thread: a queue under a lock, and a wake-up of the main loop.
 *
 * When much is told the main thread looks by itself, every millisecond, and is not woken for each; as soon as there is little it sleeps again. And
 * what there is most of is no event at all: that a job begins is a *start*, which the next one of that thread replaces, so it is told only if it
 * still is true when the main thread looks; jobs that are done are added to the event that is last in the queue, if it is of that kind.
 *
 * What is for the agent comes as the finished line of the channel: the threads make them side by side, the main thread only passes them on. */

#include "pool/order.h"
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
  LS_EVENT_DONE             /* so did number jobs; the line has their elements of LINESHAFT_JOBS_DONE */
} LsEventKind;

typedef struct LsEvent LsEvent;
struct LsEvent {
  LsEvent *next;
  LsEventKind kind;
  unsigned thread;
  int number;
  LsText line;              /* with its end, but for LS_EVENT_DONE; empty for the thread's own */
};

/* What a thread has begun. */
typedef struct {
  const LsOrder *order;     /* NULL: nothing, or it was told */
  uint64_t wait_us;
  unsigned thread;
} LsStart;

typedef struct {
  uv_mutex_t lock;
  uv_async_t wake;
  uv_timer_t look;
  unsigned open_handles;
  bool watched;            /* the timer runs: no need to wake */
  LsEvent *first, *last;
  LsStart **starts;        /* of the threads, by index */
  unsigned n_starts;       /* one past the highest */
  unsigned n_untold;
  void (*take) (void *user, LsEvent *event);
  void (*taken) (void *user);
  void *user;
} LsOutbox;

LsEvent *ls_event_new (LsEventKind kind, unsigned thread);
void ls_event_free (LsEvent *event);      /* takes NULL */

/* @take is called in @loop's thread, for each event in order, and owns it; @taken after the last of those that were there. */
void ls_outbox_init (LsOutbox *outbox, uv_loop_t *loop, void (*take) (void *user, LsEvent *event), void (*taken) (void *user), void *user);
void ls_outbox_close (LsOutbox *outbox);      /* no thread may be left; the loop must turn once more */

/* From any thread; takes over @event. */
void ls_outbox_put (LsOutbox *outbox, LsEvent *event);

/* --- a thread with its start --- */
void ls_outbox_enter (LsOutbox *outbox, LsStart *start, unsigned thread);
void ls_outbox_leave (LsOutbox *outbox, LsStart *start);
/* Of the job that it is at: its start is told first. */
void ls_outbox_put_of_job (LsOutbox *outbox, LsStart *start, LsEvent *event);
/* The job before is over (@event or @done, an element of LINESHAFT_JOBS_DONE, or both NULL: there was none); next it begins @order, which lives until the next
 * call. NULL: nothing. */
void ls_outbox_go_on (LsOutbox *outbox, LsStart *start, LsEvent *event, const LsText *done, const LsOrder *order, uint64_t wait_us);
