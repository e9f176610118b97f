/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One worker thread with an event loop of its own. It takes jobs from the queue and runs one at a time.
 *
 * All functions here are the main thread's. What the thread has to say comes back through the outbox. */

#include "pool/work.h"

typedef struct LsThread LsThread;

/* What all threads of a host share. */
typedef struct {
  LsQueue queue;
  LsOutbox outbox;
  LsBuffers buffers;
  unsigned brief;          /* see LsWork */
} LsShop;

/* Starts it. NULL: the system has no more threads to give, *ret_error is a negative errno. */
LsThread *ls_thread_new (unsigned index, LsShop *shop, int *ret_error);
LsHand *ls_thread_hand (LsThread *thread);
void ls_thread_free (LsThread *thread);      /* waits for its end: only after LS_EVENT_GONE */
