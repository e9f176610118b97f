/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the threads tell the main thread: a queue under a lock, and a wake-up of the main loop. */

#include <uv.h>

typedef enum {
  LS_EVENT_THREAD,          /* its loop runs; number is its tid */
  LS_EVENT_GONE,            /* its loop has ended */
  LS_EVENT_STARTED,
  LS_EVENT_PROGRESS,        /* part and text */
  LS_EVENT_DONE,            /* text: the result as JSON, or NULL */
  LS_EVENT_FAILED,          /* text: a sentence */
  LS_EVENT_CANCELLED,
  LS_EVENT_MESSAGE          /* text: JSON */
} LsEventKind;

typedef struct LsEvent LsEvent;
struct LsEvent {
  LsEvent *next;
  LsEventKind kind;
  unsigned thread;
  int number;
  double part;
  char *id;                 /* of the job; NULL for the thread's own */
  char *text;
};

typedef struct {
  uv_mutex_t lock;
  uv_async_t wake;
  LsEvent *first, *last;
  void (*take) (void *user, const LsEvent *event);
  void *user;
} LsOutbox;

/* @take is called in @loop's thread, for each event in order. */
void ls_outbox_init (LsOutbox *outbox, uv_loop_t *loop, void (*take) (void *user, const LsEvent *event), void *user);
void ls_outbox_close (LsOutbox *outbox);      /* no thread may be left; the loop must turn once more */

/* From any thread; copies the texts. */
void ls_outbox_put (LsOutbox *outbox, const LsEvent *event);
