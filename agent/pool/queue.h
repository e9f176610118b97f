/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Jobs that were sent before a thread was free for them, oldest first. The agent sends few of these: its own queue is the long one. */

#include <jansson.h>
#include <stdbool.h>

#define LS_QUEUE_MAX 4096u

typedef struct LsQueued LsQueued;

typedef struct {
  LsQueued *first, *last;
  unsigned length;
} LsQueue;

bool ls_queue_push (LsQueue *queue, json_t *message);      /* FALSE: it is full */
json_t *ls_queue_pop (LsQueue *queue);                     /* (transfer full); NULL: it is empty */
bool ls_queue_remove (LsQueue *queue, const char *id);     /* the message with this "id", if there is one */
void ls_queue_clear (LsQueue *queue);

static inline unsigned
ls_queue_length (const LsQueue *queue)
{
  return queue->length;
}
