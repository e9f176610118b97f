/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/work.h"
#include "abi/channel.h"
#include "pool/board.h"
#include "pool/jobs.h"
#include "pool/memory.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define PROGRESS_NS 50000000u /* 20 a second */
#define PROGRESS_TEXT_MAX 1000u
#define FAILURE_MAX 4000u
#define CPU_KEPT_NS 1000000u
#define DONE_MAX 4096u /* of what is said of many jobs at once; longer ones go by themselves */

static LsWork *
work_of (LsRun *run)
{
  return run->host;
}

void
ls_work_next (LsWork *work, const LsOrder *order)
{
  if (order != NULL && work->ended_ns == 0)
    work->started_ns = uv_hrtime ();
  else if (order != NULL) /* it may have come after that, while the thread asked for it */
    work->started_ns = work->ended_ns > order->came_ns ? work->ended_ns : order->came_ns;
  work->ended_ns = 0;
}

/* The clock of the thread is a system call, and not worth it for jobs of microseconds: it is asked once a millisecond, and in between the thread is
 * taken to have worked, as it does between two short jobs. */
static void
ask_cpu (LsWork *work, uint64_t now)
{
  struct timespec time;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  work->cpu_ns = (uint64_t) time.tv_sec * 1000000000u + (uint64_t) time.tv_nsec;
  work->cpu_at_ns = now;
}

/* Of the run that ends @now. */
static uint64_t
used_cpu_ns (LsWork *work, uint64_t now)
{
  uint64_t ran = now - work->started_ns, before = work->cpu_ns + (work->started_ns - work->cpu_at_ns);
  if (now - work->cpu_at_ns <= CPU_KEPT_NS)
    return ran;
  ask_cpu (work, now);
  uint64_t used = work->cpu_ns > before ? work->cpu_ns - before : 0;
  return used < ran ? used : ran;
}

/* --- lines --- */

static LsEvent *
new_event (LsWork *work, LsEventKind kind, const char *cmd)
{
  LsEvent *event = ls_event_new (kind, work->thread);
  LsText *line = &event->line;
  ls_text_add_word (line, "{\"cmd\":\"");
  ls_text_add_word (line, cmd);
  ls_text_add_word (line, "\",\"id\":");
  ls_text_add_string (line, work->order->id);
  return event;
}

static void
add_figure (LsText *line, const char *name, uint64_t figure)
{
  ls_text_add_word (line, ",\"");
  ls_text_add_word (line, name);
  ls_text_add_word (line, "\":");
  ls_text_add_number (line, figure);
}

static void
end_line (LsEvent *event)
{
  ls_text_add_word (&event->line, "}\n");
}

/* --- what the job says --- */

/* A copy of no more than @max bytes: what is longer ends in "…", and never within a character. NULL for NULL. */
static char *
shortened (const char *text, size_t max)
{
  if (text == NULL || strnlen (text, max + 1) <= max)
    return ls_copy_text (text);
  char *copy = ls_must (strndup (text, max + 4));
  while (max > 0 && (copy[max] & 0xc0) == 0x80)
    max--;
  strcpy (copy + max, "…");
  return copy;
}

static void
run_progress (LsRun *run, double part, const char *text)
{
  LsWork *work = work_of (run);
  uint64_t now = uv_hrtime ();
  char number[32];
  if (now - work->last_progress < PROGRESS_NS)
    return;
  work->last_progress = now;
  LsEvent *event = new_event (work, LS_EVENT_PROGRESS, LS_POOL_JOB_PROGRESS);
  part = !(part > 0) ? 0 : part > 1 ? 1 : part;
  snprintf (number, sizeof number, ",\"progress\":%u.%06u", (unsigned) part, (unsigned) ((part - (unsigned) part) * 1e6));
  ls_text_add_word (&event->line, number);
  if (text != NULL) {
    char *message = shortened (text, PROGRESS_TEXT_MAX);
    ls_text_add_word (&event->line, ",\"message\":");
    ls_text_add_string (&event->line, message);
    free (message);
  }
  end_line (event);
  ls_outbox_put_of_job (work->outbox, work->start, event);
}

static void
run_result (LsRun *run, const char *json)
{
  LsWork *work = work_of (run);
  free (work->result);
  work->result = ls_copy_text (json);
}

static void
run_fail (LsRun *run, const char *sentence)
{
  LsWork *work = work_of (run);
  free (work->failure);
  work->failure = shortened (sentence, FAILURE_MAX);
}

static void
run_send (LsRun *run, const char *json)
{
  LsWork *work = work_of (run);
  LsEvent *event = new_event (work, LS_EVENT_MESSAGE, LS_POOL_JOB_MESSAGE);
  ls_text_add_word (&event->line, ",\"message\":");
  ls_text_add_json (&event->line, json);
  end_line (event);
  if (event->line.length <= LS_CHANNEL_MAX_LINE) {
    ls_outbox_put_of_job (work->outbox, work->start, event);
    return;
  }
  fprintf (stderr, "A message of %s of %zu bytes was dropped: %d are allowed.\n", work->order->id, event->line.length, LS_CHANNEL_MAX_LINE);
  ls_event_free (event);
}

/* --- what the job asks for --- */

static int
run_cancelled (LsRun *run)
{
  return ls_hand_is_asked (work_of (run)->hand);
}

static int
run_write (LsRun *run, const void *bytes, size_t length)
{
  return ls_output_write (&work_of (run)->output, bytes, length);
}

static void *
run_map (LsRun *run, const char *buffer, size_t *ret_size)
{
  LsWork *work = work_of (run);
  return ls_buffers_map (work->buffers, buffer, &work->mappings, ret_size);
}

/* --- beginning --- */

/* Asked once: the host stays where it was started. */
static const char *
own_folder (void)
{
  static __thread char folder[PATH_MAX];
  if (folder[0] == '\0' && getcwd (folder, sizeof folder) == NULL)
    return "/";
  return folder;
}

static LsStep
refuse (LsWork *work, const char *sentence)
{
  run_fail (&work->run, sentence);
  return LS_STEP_FAILED;
}

static LsStep
refuse_output (LsWork *work, int error)
{
  char sentence[PATH_MAX + 200];
  snprintf (sentence, sizeof sentence, "the output file %s cannot be written: %s", work->order->output,
            error == -EEXIST ? "there is something of that name that is no plain file" : strerror (-error));
  return refuse (work, sentence);
}

static LsStep
refuse_name (LsWork *work)
{
  char sentence[1024], list[800];
  snprintf (sentence, sizeof sentence, "There is no job “%.100s” here; this pool knows: %s.", work->order->name, ls_jobs_list (list, sizeof list));
  return refuse (work, sentence);
}

LsStep
ls_work_begin (LsWork *work, const LsOrder *order)
{
  if (work->started_ns - work->cpu_at_ns > CPU_KEPT_NS)
    ask_cpu (work, work->started_ns);
  work->order = order;
  work->last_progress = 0;
  work->output = (LsOutput) { .fd = -1 };
  work->run = (LsRun) {
    .n_args = order->n_args,
    .args = order->args,
    .cwd = order->cwd != NULL ? order->cwd : own_folder (),
    .attempt = order->attempt,
    .thread = work->thread,
    .progress = run_progress,
    .result = run_result,
    .fail = run_fail,
    .send = run_send,
    .cancelled = run_cancelled,
    .write = run_write,
    .map = run_map,
    .host = work,
  };
  if (work->last_kind == NULL || strcmp (work->last_kind->name, order->name) != 0)
    work->last_kind = ls_jobs_find (order->name);
  work->kind = work->last_kind;
  if (work->kind == NULL)
    return refuse_name (work);
  ls_board_set (order->id);
  int error = order->output != NULL ? ls_output_open (&work->output, order->output, order->id) : 0;
  if (error < 0) {
    work->kind = NULL; /* it never began */
    return refuse_output (work, error);
  }
  return work->kind->begin (&work->run);
}

LsStep
ls_work_step (LsWork *work)
{
  return work->kind->step (&work->run);
}

void
ls_work_message (LsWork *work, const char *json)
{
  if (work->kind->message != NULL)
    work->kind->message (&work->run, json);
}

/* --- end --- */

/* A job that wrote nothing itself: its result goes to the file, a text as it is. */
static void
write_result (LsWork *work)
{
  json_t *value = work->result != NULL ? json_loads (work->result, JSON_DECODE_ANY, NULL) : NULL;
  const char *text = json_is_string (value) ? json_string_value (value) : work->result;
  size_t length = text != NULL ? strlen (text) : 0;
  ls_output_write (&work->output, text, length);
  if (length > 0 && text[length - 1] != '\n')
    ls_output_write (&work->output, "\n", 1);
  json_decref (value);
}

static LsWorkEnd
keep_output (LsWork *work, LsWorkEnd how)
{
  if (work->output.path == NULL)
    return how;
  if (how == LS_WORK_DONE && work->output.bytes == 0 && work->output.error == 0)
    write_result (work);
  int error = how == LS_WORK_DONE ? ls_output_keep (&work->output) : 0;
  if (error == 0)
    return how;
  refuse_output (work, error);
  return LS_WORK_FAILED;
}

static void
add_element (LsText *line, uint64_t figure)
{
  ls_text_add (line, ",", 1);
  ls_text_add_number (line, figure);
}

/* FALSE: it is too long for that. */
static bool
make_element (LsWork *work, uint64_t cpu_ns)
{
  LsText *line = &work->done;
  line->length = 0;
  ls_text_add (line, "[", 1);
  ls_text_add_string (line, work->order->id);
  add_element (line, work->thread);
  add_element (line, (work->started_ns - work->order->came_ns) / 1000);
  add_element (line, (work->ended_ns - work->started_ns) / 1000);
  add_element (line, cpu_ns / 1000);
  ls_text_add (line, ",", 1);
  ls_text_add_json (line, work->result);
  ls_text_add (line, "]", 1);
  return line->length <= DONE_MAX;
}

static LsEvent *
make_line (LsWork *work, LsWorkEnd how, uint64_t cpu_ns)
{
  static const char *const cmds[] = { LS_POOL_JOB_DONE, LS_POOL_JOB_FAILED, LS_POOL_JOB_CANCELLED };
  LsEvent *event = new_event (work, LS_EVENT_ENDED, cmds[how]);
  LsText *line = &event->line;
  add_figure (line, "thread", work->thread);
  add_figure (line, "wait_us", (work->started_ns - work->order->came_ns) / 1000);
  add_figure (line, "run_us", (work->ended_ns - work->started_ns) / 1000);
  add_figure (line, "cpu_us", cpu_ns / 1000);
  if (work->output.bytes > 0)
    add_figure (line, "output_bytes", work->output.bytes);
  if (how == LS_WORK_DONE) {
    ls_text_add_word (line, ",\"result\":");
    ls_text_add_json (line, work->result);
  }
  else if (how == LS_WORK_FAILED) {
    ls_text_add_word (line, ",\"error\":");
    ls_text_add_string (line, work->failure != NULL ? work->failure : "The job failed and did not say why.");
  }
  end_line (event);
  return event;
}

/* NULL: work->done says it. */
static LsEvent *
say_end (LsWork *work, LsWorkEnd how)
{
  char sentence[200];
  work->ended_ns = uv_hrtime ();
  uint64_t cpu_ns = used_cpu_ns (work, work->ended_ns);
  bool is_brief = how == LS_WORK_DONE && work->order->output == NULL && __atomic_load_n (work->brief, __ATOMIC_RELAXED) != 0;
  if (is_brief && make_element (work, cpu_ns))
    return NULL;
  LsEvent *event = make_line (work, how, cpu_ns);
  if (event->line.length <= LS_CHANNEL_MAX_LINE)
    return event;
  snprintf (sentence, sizeof sentence, "its result has %zu bytes, and %d are allowed: ask for an output file", event->line.length,
            LS_CHANNEL_MAX_LINE);
  refuse (work, sentence);
  ls_event_free (event);
  return make_line (work, LS_WORK_FAILED, cpu_ns);
}

LsEvent *
ls_work_end (LsWork *work, LsWorkEnd how)
{
  if (work->kind != NULL && work->kind->end != NULL)
    work->kind->end (&work->run);
  ls_board_set (NULL);
  how = keep_output (work, how);
  LsEvent *event = say_end (work, how);
  ls_output_drop (&work->output);
  ls_mappings_free (&work->mappings);
  free (work->result);
  free (work->failure);
  work->result = work->failure = NULL;
  work->order = NULL;
  work->kind = NULL;
  return event;
}

void
ls_work_clear (LsWork *work)
{
  ls_text_clear (&work->done);
}
