/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/job_parts.h"

typedef struct {
  int priority;
  GQueue jobs;                 /* LsPoolJob, by number; never empty */
} Level;

void
ls_job_queue_init (LsJobQueue *queue)
{
  queue->levels = g_array_new (FALSE, FALSE, sizeof (Level));
  queue->length = 0;
}

void
ls_job_queue_clear (LsJobQueue *queue)
{
  g_array_unref (queue->levels);
}

/* Its place among the levels, or where it would be. */
static guint
find_level (const LsJobQueue *queue, int priority)
{
  guint i = 0;

  while (i < queue->levels->len && g_array_index (queue->levels, Level, i).priority > priority)
    i++;
  return i;
}

static Level *
need_level (LsJobQueue *queue, int priority)
{
  guint i = find_level (queue, priority);
  Level level = { priority, G_QUEUE_INIT };

  if (i == queue->levels->len || g_array_index (queue->levels, Level, i).priority != priority)
    g_array_insert_val (queue->levels, i, level);
  return &g_array_index (queue->levels, Level, i);
}

void
ls_job_queue_push (LsJobQueue *queue, LsPoolJob *job)
{
  GQueue *jobs = &need_level (queue, job->noun->priority)->jobs;
  GList *after = jobs->tail;

  job->in_queue.data = job;
  queue->length++;
  if (!after || ((LsPoolJob *) after->data)->number < job->number)
    {
      g_queue_push_tail_link (jobs, &job->in_queue);      /* as nearly always */
      return;
    }
  /* One that was there before: at or near the head. */
  for (after = jobs->head; ((LsPoolJob *) after->data)->number < job->number;)
    after = after->next;
  g_queue_insert_before_link (jobs, after, &job->in_queue);
}

void
ls_job_queue_remove (LsJobQueue *queue, LsPoolJob *job)
{
  GQueue *jobs;
  guint i;

  if (!job->in_queue.data)
    return;
  i = find_level (queue, job->noun->priority);
  jobs = &g_array_index (queue->levels, Level, i).jobs;
  g_queue_unlink (jobs, &job->in_queue);
  job->in_queue.data = NULL;
  queue->length--;
  if (!jobs->head)
    g_array_remove_index (queue->levels, i);
}

LsPoolJob *
ls_job_queue_first (const LsJobQueue *queue)
{
  return queue->levels->len > 0 ? g_array_index (queue->levels, Level, 0).jobs.head->data : NULL;
}
