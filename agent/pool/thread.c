/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/thread.h"
#include "pool/board.h"
#include "pool/memory.h"
#include "pool/system.h"

#include <pthread.h>
#include <stdio.h>

#define STACK_SIZE (1024 * 1024)
#define TURN_NS 2000000u /* short jobs go on one after the other so long before the loop turns */

struct LsThread {
  unsigned index;
  LsShop *shop;
  uv_thread_t thread;
  LsHand hand;
  uv_async_t wake;

  /* The thread's own. */
  uv_loop_t loop;
  uv_idle_t idle;          /* turns while there is a job */
  LsWork work;
  LsOrder *order;          /* NULL: no job */
  LsStart start;
  LsEvent *unsaid;         /* that it is there, or how a job ended: said together with the start of the next */
  bool is_done;            /* the same of a job of which only work.done is said */
};

static void
close_loop (LsThread *thread)
{
  uv_close ((uv_handle_t *) &thread->idle, NULL);
  uv_close ((uv_handle_t *) &thread->wake, NULL);
}

/* How the job before ended, if there was one, and what comes now. */
static void
say (LsThread *thread, const LsOrder *order)
{
  uint64_t wait_us = order != NULL ? (thread->work.started_ns - order->came_ns) / 1000 : 0;
  if (thread->unsaid != NULL || thread->is_done || order != NULL)
    ls_outbox_go_on (&thread->shop->outbox, &thread->start, thread->unsaid, thread->is_done ? &thread->work.done : NULL, order, wait_us);
  thread->unsaid = NULL;
  thread->is_done = false;
}

static void
end (LsThread *thread, LsWorkEnd how)
{
  thread->unsaid = ls_work_end (&thread->work, how);
  thread->is_done = thread->unsaid == NULL;
}

static void
look_at (LsThread *thread, LsStep step)
{
  if (step != LS_STEP_MORE)
    end (thread, step == LS_STEP_DONE ? LS_WORK_DONE : LS_WORK_FAILED);
}

/* Takes the next job. FALSE: there is none now, or never again. */
static bool
take_next (LsThread *thread)
{
  LsOrder *before = thread->order;
  thread->order = ls_queue_take (&thread->shop->queue, &thread->hand);
  ls_work_next (&thread->work, thread->order);
  say (thread, thread->order);
  ls_order_free (before); /* not before: it was the start that could be told */
  if (thread->order == NULL) {
    uv_idle_stop (&thread->idle);
    if (thread->hand.left && !uv_is_closing ((uv_handle_t *) &thread->wake))
      close_loop (thread);
    return false;
  }
  look_at (thread, ls_work_begin (&thread->work, thread->order));
  return true;
}

static void
read_mail (LsThread *thread)
{
  for (LsMail *mail = ls_queue_take_mail (&thread->shop->queue, &thread->hand); mail != NULL;) {
    LsMail *next = mail->next;
    ls_work_message (&thread->work, mail->json);
    free (mail);
    mail = next;
  }
}

static void
on_turn (uv_idle_t *idle)
{
  LsThread *thread = idle->data;
  uint64_t begun = uv_hrtime ();
  do {
    if (thread->work.order == NULL) { /* it ended */
      if (!take_next (thread))
        return;
      continue;
    }
    if (ls_hand_is_asked (&thread->hand)) {
      end (thread, LS_WORK_CANCELLED);
      continue;
    }
    if (ls_hand_has_mail (&thread->hand))
      read_mail (thread);
    look_at (thread, ls_work_step (&thread->work));
  } while (thread->unsaid != NULL || thread->is_done || uv_hrtime () - begun < TURN_NS);
}

static void
on_wake (uv_async_t *wake)
{
  LsThread *thread = wake->data;
  if (thread->order == NULL && !uv_is_closing ((uv_handle_t *) wake) && take_next (thread))
    uv_idle_start (&thread->idle, on_turn);
}

/* A job has called pthread_exit: without its thread it would run for ever, and the pool would have one less. So it is a crash like others. */
static void
on_thread_left (void *user)
{
  abort ();
}

static void
thread_main (void *user)
{
  LsThread *thread = user;
  char name[16];
  snprintf (name, sizeof name, "pool/%u", thread->index);
  ls_name_thread (name);
  ls_board_enter_thread (thread->index);
  ls_outbox_enter (&thread->shop->outbox, &thread->start, thread->index);
  LsEvent *up = ls_event_new (LS_EVENT_THREAD, thread->index);
  up->number = ls_thread_number ();
  thread->unsaid = up; /* said once it stands ready for jobs */
  on_wake (&thread->wake);
  pthread_cleanup_push (on_thread_left, NULL);
  uv_run (&thread->loop, UV_RUN_DEFAULT);
  pthread_cleanup_pop (0);
  ls_board_leave_thread ();
  ls_outbox_put (&thread->shop->outbox, ls_event_new (LS_EVENT_GONE, thread->index));
}

static int
start (LsThread *thread)
{
  uv_thread_options_t options = { .flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = STACK_SIZE };
  int r = uv_async_init (&thread->loop, &thread->wake, on_wake);
  if (r < 0)
    return r;
  thread->wake.data = thread;
  ls_queue_set_hand (&thread->shop->queue, thread->index, &thread->hand);
  r = uv_thread_create_ex (&thread->thread, &options, thread_main, thread);
  if (r < 0) {
    ls_queue_set_hand (&thread->shop->queue, thread->index, NULL);
    uv_close ((uv_handle_t *) &thread->wake, NULL);
  }
  return r;
}

LsThread *
ls_thread_new (unsigned index, LsShop *shop, int *ret_error)
{
  LsThread *thread = ls_new0 (LsThread, 1);
  thread->index = index;
  thread->shop = shop;
  thread->hand.wake = &thread->wake;
  thread->work.thread = index;
  thread->work.outbox = &shop->outbox;
  thread->work.start = &thread->start;
  thread->work.buffers = &shop->buffers;
  thread->work.hand = &thread->hand;
  thread->work.brief = &shop->brief;
  int r = uv_loop_init (&thread->loop);
  if (r < 0) {
    free (thread);
    *ret_error = r;
    return NULL;
  }
  uv_idle_init (&thread->loop, &thread->idle);
  thread->idle.data = thread;
  r = start (thread);
  if (r == 0)
    return thread;

  uv_close ((uv_handle_t *) &thread->idle, NULL);
  uv_run (&thread->loop, UV_RUN_DEFAULT);
  uv_loop_close (&thread->loop);
  free (thread);
  *ret_error = r;
  return NULL;
}

LsHand *
ls_thread_hand (LsThread *thread)
{
  return &thread->hand;
}

void
ls_thread_free (LsThread *thread)
{
  if (thread == NULL)
    return;
  uv_thread_join (&thread->thread);
  ls_queue_set_hand (&thread->shop->queue, thread->index, NULL);
  ls_outbox_leave (&thread->shop->outbox, &thread->start);
  ls_work_clear (&thread->work);
  uv_loop_close (&thread->loop);
  free (thread);
}
