/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which jobs wait, and who works on which: everything that the main thread and the others share about jobs, under one lock.
 *
 * Each thread has a *hand* here. It takes the oldest order by itself as soon as it has ended the one before, so between two short jobs nobody
 * is woken; a hand that finds nothing is idle, and the next order goes to the idle one with the lowest index. */

#include "pool/order.h"

#include <stdbool.h>
#include <uv.h>

#define LS_THREADS_MAX 4096u

typedef struct LsMail LsMail;
struct LsMail {
  LsMail *next;
  char json[];             /* terminated */
};

typedef struct {
  uv_async_t *wake;        /* of the thread's loop */
  LsOrder *job;            /* NULL: none */
  LsMail *first, *last;    /* messages to it */
  bool idle;               /* waits to be woken */
  bool given;              /* woken for the job above, which it has not taken yet */
  bool surplus;            /* to leave after its job */
  bool left;
  unsigned asked;          /* to stop the job; read without the lock, as is has_mail */
  unsigned has_mail;
} LsHand;

typedef struct {
  uv_mutex_t lock;
  LsOrder *first, *last;
  unsigned length;
  LsHand *hands[LS_THREADS_MAX];      /* by index */
  unsigned n_hands;                   /* one past the highest */
  unsigned n_idle;
} LsQueue;

void ls_queue_init (LsQueue *queue);
void ls_queue_clear (LsQueue *queue);      /* forgets what waits */
void ls_queue_deinit (LsQueue *queue);

/* --- the main thread --- */
void ls_queue_set_hand (LsQueue *queue, unsigned index, LsHand *hand);      /* NULL: the thread has ended */
void ls_queue_push (LsQueue *queue, LsOrder *orders);      /* one, or a list of them by next; takes them over */
/* Takes the order out if it waits (transfer full). NULL: a hand has it and was asked to stop, or nobody has (*ret_known is FALSE). */
LsOrder *ls_queue_cancel (LsQueue *queue, const char *id, bool *ret_known);
void ls_queue_cancel_running (LsQueue *queue);
void ls_queue_mail (LsQueue *queue, const char *id, const char *json);      /* forgotten if no hand has that job */
/* FALSE: it has left already (or is about to) and cannot be kept. */
bool ls_queue_set_surplus (LsQueue *queue, LsHand *hand, bool surplus);

/* --- the hand's own thread --- */
/* Ends the job it had, which the caller frees, and takes the next. NULL: it is idle, or with @hand->left it shall end. */
LsOrder *ls_queue_take (LsQueue *queue, LsHand *hand);
LsMail *ls_queue_take_mail (LsQueue *queue, LsHand *hand);      /* a list, the caller's; oldest first */

static inline bool
ls_hand_is_asked (const LsHand *hand)
{
  return __atomic_load_n (&hand->asked, __ATOMIC_RELAXED) != 0;
}

static inline bool
ls_hand_has_mail (const LsHand *hand)
{
  return __atomic_load_n (&hand->has_mail, __ATOMIC_RELAXED) != 0;
}
