/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/queue.h"
#include "pool/memory.h"

struct LsQueued {
  LsQueued *next;
  json_t *message;
};

bool
ls_queue_push (LsQueue *queue, json_t *message)
{
  if (queue->length >= LS_QUEUE_MAX)
    return false;
  LsQueued *queued = ls_new0 (LsQueued, 1);
  queued->message = json_incref (message);
  if (queue->last != NULL)
    queue->last->next = queued;
  else
    queue->first = queued;
  queue->last = queued;
  queue->length++;
  return true;
}

/* Takes the one after @before out (the first after NULL) and gives its message. */
static json_t *
take_after (LsQueue *queue, LsQueued *before)
{
  LsQueued *queued = before != NULL ? before->next : queue->first;
  json_t *message = queued->message;
  if (before != NULL)
    before->next = queued->next;
  else
    queue->first = queued->next;
  if (queue->last == queued)
    queue->last = before;
  queue->length--;
  free (queued);
  return message;
}

json_t *
ls_queue_pop (LsQueue *queue)
{
  return queue->first != NULL ? take_after (queue, NULL) : NULL;
}

bool
ls_queue_remove (LsQueue *queue, const char *id)
{
  LsQueued *before = NULL;
  for (LsQueued *queued = queue->first; queued != NULL; before = queued, queued = queued->next) {
    const char *its = json_string_value (json_object_get (queued->message, "id"));
    if (its == NULL || strcmp (its, id) != 0)
      continue;
    json_decref (take_after (queue, before));
    return true;
  }
  return false;
}

void
ls_queue_clear (LsQueue *queue)
{
  while (queue->first != NULL)
    json_decref (take_after (queue, NULL));
}
