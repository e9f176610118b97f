/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/thread.h"
#include "pool/jobs.h"
#include "pool/memory.h"
#include "pool/system.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#define PROGRESS_NS 50000000u /* 20 a second */

typedef enum { ORDER_RUN, ORDER_CANCEL, ORDER_MESSAGE, ORDER_QUIT, ORDER_QUIT_NOW } OrderKind;

typedef struct Order Order;
struct Order {
  Order *next;
  OrderKind kind;
  char *id;
  char *text;              /* the job's name, or a message */
  int n_args;
  char **args;
};

struct LsThread {
  unsigned index;
  LsOutbox *outbox;
  uv_thread_t thread;

  /* Shared with the main thread. */
  uv_mutex_t lock;
  uv_async_t wake;
  Order *first, *last;

  /* The thread's own. */
  uv_loop_t loop;
  uv_idle_t work;
  bool quitting;
  LsRun run;
  const LsJobKind *kind;   /* NULL: no job */
  Order *job;              /* the order that started it */
  char *result;
  char *failure;
  uint64_t last_progress;
};

static void
free_order (Order *order)
{
  for (int i = 0; i < order->n_args; i++)
    free (order->args[i]);
  free (order->args);
  free (order->id);
  free (order->text);
  free (order);
}

static void
say (LsThread *thread, LsEventKind kind, double part, const char *text)
{
  LsEvent event = { .kind = kind, .thread = thread->index, .part = part };
  event.id = thread->job != NULL ? thread->job->id : NULL;
  event.text = (char *) text;
  ls_outbox_put (thread->outbox, &event);
}

static LsThread *
thread_of_run (LsRun *run)
{
  return (LsThread *) ((char *) run - offsetof (LsThread, run));
}

static void
run_progress (LsRun *run, double part, const char *text)
{
  LsThread *thread = thread_of_run (run);
  uint64_t now = uv_hrtime ();
  if (now - thread->last_progress < PROGRESS_NS)
    return;
  thread->last_progress = now;
  say (thread, LS_EVENT_PROGRESS, part < 0 ? 0 : part > 1 ? 1 : part, text);
}

static void
run_result (LsRun *run, const char *json)
{
  LsThread *thread = thread_of_run (run);
  free (thread->result);
  thread->result = ls_copy_text (json);
}

static void
run_fail (LsRun *run, const char *sentence)
{
  LsThread *thread = thread_of_run (run);
  free (thread->failure);
  thread->failure = ls_copy_text (sentence);
}

static void
run_send (LsRun *run, const char *json)
{
  say (thread_of_run (run), LS_EVENT_MESSAGE, 0, json);
}

/* --- what the job can ask for --- */

static int
run_cancelled (LsRun *run)
{
  return thread_of_run (run)->quitting;
}

static int
run_write (LsRun *run, const void *bytes, size_t length)
{
  return -EBADF;
}

static void *
run_map (LsRun *run, const char *buffer, size_t *ret_size)
{
  return NULL;
}

static void
close_loop (LsThread *thread)
{
  uv_close ((uv_handle_t *) &thread->work, NULL);
  uv_close ((uv_handle_t *) &thread->wake, NULL);
}

static void
end_job (LsThread *thread, LsEventKind kind)
{
  uv_idle_stop (&thread->work);
  if (thread->kind != NULL && thread->kind->end != NULL)
    thread->kind->end (&thread->run);
  if (kind == LS_EVENT_FAILED)
    say (thread, kind, 0, thread->failure != NULL ? thread->failure : "The job failed and did not say why.");
  else
    say (thread, kind, 0, kind == LS_EVENT_DONE ? thread->result : NULL);
  free_order (thread->job);
  free (thread->result);
  free (thread->failure);
  thread->job = NULL;
  thread->kind = NULL;
  thread->result = thread->failure = NULL;
  if (thread->quitting)
    close_loop (thread);
}

static void
after_step (LsThread *thread, LsStep step)
{
  if (step == LS_STEP_DONE)
    end_job (thread, LS_EVENT_DONE);
  else if (step == LS_STEP_FAILED)
    end_job (thread, LS_EVENT_FAILED);
}

static void
on_work (uv_idle_t *work)
{
  LsThread *thread = work->data;
  after_step (thread, thread->kind->step (&thread->run));
}

static void
begin_job (LsThread *thread, Order *order)
{
  thread->job = order;
  thread->last_progress = 0;
  thread->run = (LsRun) {
    .n_args = order->n_args,
    .args = order->args,
    .progress = run_progress,
    .result = run_result,
    .fail = run_fail,
    .send = run_send,
    .cwd = "/",
    .attempt = 1,
    .thread = thread->index,
    .cancelled = run_cancelled,
    .write = run_write,
    .map = run_map,
  };
  say (thread, LS_EVENT_STARTED, 0, NULL);
  thread->kind = ls_jobs_find (order->text);
  if (thread->kind == NULL) {
    char sentence[512], list[256];
    snprintf (sentence, sizeof sentence, "There is no job “%.100s” here; this pool knows: %s.", order->text, ls_jobs_list (list, sizeof list));
    run_fail (&thread->run, sentence);
    end_job (thread, LS_EVENT_FAILED);
    return;
  }
  uv_idle_start (&thread->work, on_work);
  after_step (thread, thread->kind->begin (&thread->run));
}

static void
quit (LsThread *thread, bool now)
{
  bool first = !thread->quitting;
  thread->quitting = true;
  if (thread->job != NULL && now)
    end_job (thread, LS_EVENT_CANCELLED);
  else if (thread->job == NULL && first)
    close_loop (thread);
}

/* Whether the order is used up. */
static bool
obey (LsThread *thread, Order *order)
{
  bool mine = thread->job != NULL && order->id != NULL && strcmp (order->id, thread->job->id) == 0;
  switch (order->kind) {
  case ORDER_RUN:
    begin_job (thread, order);
    return false;
  case ORDER_CANCEL:
    if (mine)
      end_job (thread, LS_EVENT_CANCELLED);
    return true;
  case ORDER_MESSAGE:
    if (mine && thread->kind->message != NULL)
      thread->kind->message (&thread->run, order->text);
    return true;
  case ORDER_QUIT:
    quit (thread, false);
    return true;
  case ORDER_QUIT_NOW:
    quit (thread, true);
    return true;
  }
  return true;
}

static void
on_wake (uv_async_t *wake)
{
  LsThread *thread = wake->data;
  uv_mutex_lock (&thread->lock);
  Order *order = thread->first;
  thread->first = thread->last = NULL;
  uv_mutex_unlock (&thread->lock);
  while (order != NULL) {
    Order *next = order->next;
    if (obey (thread, order))
      free_order (order);
    order = next;
  }
}

static void
thread_main (void *user)
{
  LsThread *thread = user;
  char name[16];
  snprintf (name, sizeof name, "pool/%u", thread->index);
  ls_name_thread (name);
  ls_outbox_put (thread->outbox, &(LsEvent) { .kind = LS_EVENT_THREAD, .thread = thread->index, .number = ls_thread_number () });
  uv_run (&thread->loop, UV_RUN_DEFAULT);
  ls_outbox_put (thread->outbox, &(LsEvent) { .kind = LS_EVENT_GONE, .thread = thread->index });
}

static void
destroy (LsThread *thread)
{
  for (Order *order = thread->first; order != NULL;) {
    Order *next = order->next;
    free_order (order);
    order = next;
  }
  uv_loop_close (&thread->loop);
  uv_mutex_destroy (&thread->lock);
  free (thread);
}

LsThread *
ls_thread_new (unsigned index, LsOutbox *outbox, int *ret_error)
{
  LsThread *thread = ls_new0 (LsThread, 1);
  thread->index = index;
  thread->outbox = outbox;
  int r = uv_loop_init (&thread->loop);
  if (r < 0) {
    free (thread);
    *ret_error = r;
    return NULL;
  }
  uv_mutex_init (&thread->lock);
  uv_idle_init (&thread->loop, &thread->work);
  thread->work.data = thread;
  r = uv_async_init (&thread->loop, &thread->wake, on_wake);
  thread->wake.data = thread;
  uv_thread_options_t options = { .flags = UV_THREAD_HAS_STACK_SIZE, .stack_size = 1024 * 1024 };
  bool has_wake = r == 0;
  if (r == 0)
    r = uv_thread_create_ex (&thread->thread, &options, thread_main, thread);
  if (r == 0)
    return thread;

  uv_close ((uv_handle_t *) &thread->work, NULL);
  if (has_wake)
    uv_close ((uv_handle_t *) &thread->wake, NULL);
  uv_run (&thread->loop, UV_RUN_DEFAULT);
  destroy (thread);
  *ret_error = r;
  return NULL;
}

void
ls_thread_free (LsThread *thread)
{
  if (thread == NULL)
    return;
  uv_thread_join (&thread->thread);
  destroy (thread);
}

static void
give (LsThread *thread, Order *order)
{
  uv_mutex_lock (&thread->lock);
  if (thread->last != NULL)
    thread->last->next = order;
  else
    thread->first = order;
  thread->last = order;
  uv_mutex_unlock (&thread->lock);
  uv_async_send (&thread->wake);
}

static Order *
new_order (OrderKind kind, const char *id, const char *text)
{
  Order *order = ls_new0 (Order, 1);
  order->kind = kind;
  order->id = ls_copy_text (id);
  order->text = ls_copy_text (text);
  return order;
}

void
ls_thread_run (LsThread *thread, const char *id, const char *name, int n_args, const char *const *args)
{
  Order *order = new_order (ORDER_RUN, id, name);
  order->n_args = n_args;
  order->args = ls_new0 (char *, (size_t) n_args + 1);
  for (int i = 0; i < n_args; i++)
    order->args[i] = ls_copy_text (args[i]);
  give (thread, order);
}

void
ls_thread_cancel (LsThread *thread, const char *id)
{
  give (thread, new_order (ORDER_CANCEL, id, NULL));
}

void
ls_thread_message (LsThread *thread, const char *id, const char *json)
{
  give (thread, new_order (ORDER_MESSAGE, id, json));
}

void
ls_thread_quit (LsThread *thread, int now)
{
  give (thread, new_order (now ? ORDER_QUIT_NOW : ORDER_QUIT, NULL, NULL));
}
