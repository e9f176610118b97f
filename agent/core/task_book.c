/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/task_book.h"

#include "base/error.h"

#define ENDED_KEPT 1000u
#define WAITING_MAX 20000u
#define TURNS_MAX 16u      /* at once: the loop has other things to do, too */

struct LsTaskBook {
  guint max;
  guint running;
  gboolean going_on;       /* a turn is being taken: what it ends gives the next its turn, and not a second time */
  GQueue line;             /* LsTaskUnit */
  GQueue ended;            /* LsTaskUnit, oldest first */
};

LsTaskBook *
ls_task_book_new (void)
{
  LsTaskBook *book = g_new0 (LsTaskBook, 1);

  book->max = LS_TASKS_MAX_DEFAULT;
  g_queue_init (&book->line);
  g_queue_init (&book->ended);
  return book;
}

void
ls_task_book_free (LsTaskBook *book)
{
  g_free (book);
}

void
ls_task_book_set_max (LsTaskBook *book, guint max)
{
  book->max = max;
}

guint
ls_task_book_max (const LsTaskBook *book)
{
  return book->max;
}

guint
ls_task_book_running (const LsTaskBook *book)
{
  return book->running;
}

gboolean
ls_task_book_has_room (const LsTaskBook *book, GError **error)
{
  if (book->line.length < WAITING_MAX)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_BUSY, "%u tasks wait for their turn already: try again when some have ended", book->line.length);
  return FALSE;
}

gboolean
ls_task_book_is_free (const LsTaskBook *book)
{
  return book->running < book->max && (book->line.length == 0 || book->going_on);
}

gboolean
ls_task_book_enter (LsTaskBook *book, LsTaskUnit *task)
{
  if (!ls_task_book_is_free (book))
    return FALSE;
  book->running++;
  task->has_place = TRUE;
  return TRUE;
}

void
ls_task_book_wait (LsTaskBook *book, LsTaskUnit *task, gboolean at_head)
{
  ls_task_book_leave (book, task);
  task->line_link.data = task;
  if (at_head)
    g_queue_push_head_link (&book->line, &task->line_link);
  else
    g_queue_push_tail_link (&book->line, &task->line_link);
}

void
ls_task_book_leave (LsTaskBook *book, LsTaskUnit *task)
{
  if (task->has_place)
    book->running--;
  task->has_place = FALSE;
  if (task->line_link.data)
    g_queue_unlink (&book->line, &task->line_link);
  task->line_link.data = NULL;
}

void
ls_task_book_go_on (LsTaskBook *book)
{
  guint turns = MIN (book->line.length, TURNS_MAX);

  if (book->going_on)
    return;
  book->going_on = TRUE;
  /* One that could not start now is in the line again: nobody has two turns. */
  for (; turns > 0 && book->line.length > 0 && book->running < book->max; turns--)
    {
      LsTaskUnit *task = book->line.head->data;
      guint before = book->line.length;

      ls_task_book_leave (book, task);
      ls_task_take_turn (task);
      if (book->line.length >= before)
        break;
    }
  book->going_on = FALSE;
}

LsTaskUnit *
ls_task_book_ended (LsTaskBook *book, LsTaskUnit *task)
{
  ls_task_book_leave (book, task);
  if (!task->ended_link.data)
    {
      task->ended_link.data = task;
      g_queue_push_tail_link (&book->ended, &task->ended_link);
    }
  return book->ended.length > ENDED_KEPT ? book->ended.head->data : NULL;
}

void
ls_task_book_strike (LsTaskBook *book, LsTaskUnit *task)
{
  ls_task_book_leave (book, task);
  if (task->ended_link.data)
    g_queue_unlink (&book->ended, &task->ended_link);
  task->ended_link.data = NULL;
}
