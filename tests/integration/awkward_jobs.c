/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A plug-in whose jobs do what jobs should not: they end the process, close its descriptors, say too much, or say nonsense. For test_awkward.c. */

#include "job.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long
number (const LsRun *run)
{
  return run->n_args > 0 ? atol (run->args[0]) : 0;
}

/* As many bytes as were asked for, after @before. */
static char *
long_text (const LsRun *run, const char *before)
{
  size_t length = (size_t) number (run), head = strlen (before);
  char *text = malloc (head + length + 2);
  memcpy (text, before, head);
  memset (text + head, 'y', length);
  strcpy (text + head + length, *before != '\0' ? "\"" : "");
  return text;
}

static LsStep
go_on (LsRun *run)
{
  return LS_STEP_MORE;
}

/* Until it is cancelled. */
static LsStep
wait_step (LsRun *run)
{
  usleep (1000);
  return LS_STEP_MORE;
}

/* One step of so many ms, in which it does not look. */
static LsStep
doze_step (LsRun *run)
{
  usleep ((useconds_t) number (run) * 1000);
  return LS_STEP_DONE;
}

static LsStep
exit_step (LsRun *run)
{
  exit (0);
}

static LsStep
quit_step (LsRun *run)
{
  _exit (0);
}

static LsStep
leave_step (LsRun *run)
{
  pthread_exit (NULL);
}

static LsStep
close_step (LsRun *run)
{
  for (int i = 0; i < 256; i++)
    close (i);
  return LS_STEP_DONE;
}

static LsStep
say_step (LsRun *run)
{
  char *text = long_text (run, "\"");
  run->result (run, text);
  free (text);
  return LS_STEP_DONE;
}

static LsStep
wail_step (LsRun *run)
{
  char *text = long_text (run, "");
  run->fail (run, text);
  free (text);
  return LS_STEP_FAILED;
}

static LsStep
murmur_begin (LsRun *run)
{
  char *text = long_text (run, "");
  run->progress (run, 0.5, text);
  free (text);
  return LS_STEP_MORE;
}

static LsStep
nonsense_begin (LsRun *run)
{
  run->progress (run, strtod (run->args[0], NULL), "\xff\xfe \x01 \"\\");
  return LS_STEP_MORE;
}

static LsStep
answer_step (LsRun *run)
{
  run->result (run, run->args[0]);
  return LS_STEP_DONE;
}

static LsStep
unknown_step (LsRun *run)
{
  return (LsStep) 99;
}

static LsStep
pour_step (LsRun *run)
{
  char zeros[4096] = "";
  int error = 0;
  for (long left = number (run); left > 0 && error == 0; left -= (long) sizeof zeros)
    error = run->write (run, zeros, sizeof zeros);
  if (error != 0)
    run->fail (run, strerror (-error));
  return error != 0 ? LS_STEP_FAILED : LS_STEP_DONE;
}

static void
echo_message (LsRun *run, const char *json)
{
  run->send (run, json);
}

#define KIND(NAME, BEGIN, STEP) static const LsJobKind NAME##_job = { .abi = LS_JOB_ABI, .name = #NAME, .arguments = "", .begin = BEGIN, .step = STEP }

KIND (wait, go_on, wait_step);
KIND (doze, go_on, doze_step);
KIND (exit, go_on, exit_step);
KIND (quit, go_on, quit_step);
KIND (leave, go_on, leave_step);
KIND (close, go_on, close_step);
KIND (say, go_on, say_step);
KIND (wail, go_on, wail_step);
KIND (murmur, murmur_begin, wait_step);
KIND (nonsense, nonsense_begin, wait_step);
KIND (answer, go_on, answer_step);
KIND (unknown, go_on, unknown_step);
KIND (pour, go_on, pour_step);
static const LsJobKind echo_job = { .abi = LS_JOB_ABI, .name = "echo", .arguments = "", .begin = go_on, .step = wait_step, .message = echo_message };

static const LsJobKind *const kinds[] = { &wait_job,   &doze_job,     &exit_job,   &quit_job,    &leave_job, &close_job, &say_job,  &wail_job,
                                          &murmur_job, &nonsense_job, &answer_job, &unknown_job, &pour_job,  &echo_job, NULL };

LS_JOB_EXPORT const LsJobPlugin ls_job_plugin = { LS_JOB_ABI, "awkward", "1.0", kinds };
