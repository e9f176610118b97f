/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One worker thread with an event loop of its own. It runs one job at a time.
 *
 * All functions here are the host's, called in the main thread; they put an order into the thread's inbox and wake its loop. What the thread
 * has to say comes back through the outbox that it was given. An order about a job that has just ended is no error: it is forgotten. */

#include "pool/outbox.h"

typedef struct LsThread LsThread;

/* Starts it. NULL: the system has no more threads to give, *ret_error is a negative errno. */
LsThread *ls_thread_new (unsigned index, LsOutbox *outbox, int *ret_error);

/* The texts are copied. */
void ls_thread_run (LsThread *thread, const char *id, const char *name, int n_args, const char *const *args);
void ls_thread_cancel (LsThread *thread, const char *id);
void ls_thread_message (LsThread *thread, const char *id, const char *json);

/* It ends once its job has (at once with @now, then the job is cancelled), says LS_EVENT_GONE, and can be freed. */
void ls_thread_quit (LsThread *thread, int now);
void ls_thread_free (LsThread *thread);      /* waits for its end: only after LS_EVENT_GONE */
