/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/once.h"
#include "abi/channel.h"
#include "pool/jobs.h"
#include "pool/memory.h"
#include "pool/thread.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ID "1"

typedef struct {
  const LsOnce *asked;
  LsShop shop;
  LsThread *thread;
  uv_signal_t interrupt, terminate;
  int by;                  /* the signal that ended it; 0: none */
  int status;
} Run;

/* --- what it says --- */

static void
print_value (FILE *file, json_t *value)
{
  char *text = json_is_string (value) || json_is_null (value) ? NULL : json_dumps (value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION (15));
  if (json_is_string (value))
    fwrite (json_string_value (value), 1, json_string_length (value), file);
  else if (text != NULL)
    fputs (text, file);
  bool ended = json_is_string (value) && json_string_length (value) > 0 && json_string_value (value)[json_string_length (value) - 1] == '\n';
  if (!json_is_null (value) && !ended)
    putc ('\n', file);
  free (text);
}

static void
show_progress (json_t *line)
{
  const char *text = json_string_value (json_object_get (line, "message"));
  fprintf (stderr, "%3.0f %% %s\n", 100 * json_number_value (json_object_get (line, "progress")), text != NULL ? text : "");
}

static int
show_end (const Run *run, json_t *line)
{
  const char *cmd = json_string_value (json_object_get (line, "cmd"));
  if (strcmp (cmd, LS_POOL_JOB_DONE) == 0) {
    if (run->asked->output == NULL)
      print_value (stdout, json_object_get (line, "result"));
    return fflush (stdout) == 0 ? 0 : 1;
  }
  if (strcmp (cmd, LS_POOL_JOB_CANCELLED) == 0)
    return 128 + (run->by != 0 ? run->by : SIGTERM);
  fprintf (stderr, "lineshaft-pool: %s: %s\n", run->asked->name, json_string_value (json_object_get (line, "error")));
  return 1;
}

/* --- what happens --- */

static void
on_event (void *user, LsEvent *event)
{
  Run *run = user;
  json_t *line = event->line.length > 0 ? json_loadb (event->line.data, event->line.length, 0, NULL) : NULL;
  if (event->kind == LS_EVENT_PROGRESS && run->asked->progress)
    show_progress (line);
  else if (event->kind == LS_EVENT_MESSAGE && run->asked->progress)
    print_value (stderr, json_object_get (line, "message"));
  else if (event->kind == LS_EVENT_ENDED) {
    run->status = show_end (run, line);
    ls_queue_set_surplus (&run->shop.queue, ls_thread_hand (run->thread), true);
  }
  else if (event->kind == LS_EVENT_GONE) {
    ls_thread_free (run->thread);
    ls_outbox_close (&run->shop.outbox);
    uv_close ((uv_handle_t *) &run->interrupt, NULL);
    uv_close ((uv_handle_t *) &run->terminate, NULL);
  }
  json_decref (line);
  ls_event_free (event);
}

static void
on_taken (void *user)
{
}

/* The first asks, the second ends the process. */
static void
on_signal (uv_signal_t *handle, int signal_number)
{
  Run *run = handle->data;
  run->by = signal_number;
  ls_queue_cancel_running (&run->shop.queue);
  uv_signal_stop (handle);
}

static void
watch (Run *run, uv_loop_t *loop, uv_signal_t *handle, int signal_number)
{
  uv_signal_init (loop, handle);
  handle->data = run;
  uv_signal_start (handle, on_signal, signal_number);
}

int
ls_once_run (const LsOnce *once)
{
  static Run run;
  char cwd[PATH_MAX], known[800];
  uv_loop_t loop;
  int error;
  if (ls_jobs_find (once->name) == NULL) {
    fprintf (stderr, "lineshaft-pool: there is no job “%s” here; known are: %s.\n", once->name, ls_jobs_list (known, sizeof known));
    return 2;
  }
  run = (Run) { .asked = once, .status = 1 };
  error = uv_loop_init (&loop);
  if (error == 0) {
    ls_queue_init (&run.shop.queue);
    ls_buffers_init (&run.shop.buffers);
    ls_outbox_init (&run.shop.outbox, &loop, on_event, on_taken, &run);
    ls_queue_push (&run.shop.queue, ls_order_new (ID, once->name, once->n_args, once->args, getcwd (cwd, sizeof cwd), once->output));
    run.thread = ls_thread_new (0, &run.shop, &error);
  }
  if (error < 0) {
    fprintf (stderr, "lineshaft-pool: no thread can be started: %s.\n", uv_strerror (error));
    return 1;
  }
  watch (&run, &loop, &run.interrupt, SIGINT);
  watch (&run, &loop, &run.terminate, SIGTERM);
  uv_run (&loop, UV_RUN_DEFAULT);
  uv_loop_close (&loop);
  ls_queue_deinit (&run.shop.queue);
  ls_buffers_deinit (&run.shop.buffers);
  return run.status;
}
