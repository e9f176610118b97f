/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One run of a job in the test's own thread, with a folder of its own: what it said is kept. */

#include "abi/job.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  LsRun run;                 /* first: the callbacks find the trial by it */
  char folder[64];           /* the job's cwd; removed with the trial */

  /* Set these before it runs. */
  bool has_output;
  unsigned cancel_after;     /* steps; 0: never */
  void *buffer;              /* called "data" */
  size_t buffer_size;

  /* How it went. */
  LsStep last;
  bool cancelled;
  unsigned steps;
  json_t *result;            /* NULL: none was given */
  char *failure;             /* NULL: it did not fail */
  char *sent;                /* the last message */
  double progress;           /* the last */
  char *text;                /* of the progress */
  char *output;
  size_t output_length;
} Trial;

int trial_setup (void **state);      /* for cmocka: *state is a Trial */
int trial_teardown (void **state);

/* Runs the kind with @words (NULL-terminated), in place of whatever was run before. */
void trial_run (Trial *trial, const char *kind, ...);

/* Runs it and wants a result, or a sentence that has @part in it. */
#define trial_expect_done(trial, ...) (trial_run ((trial), __VA_ARGS__, NULL), trial_check_done ((trial)))
#define trial_expect_failure(trial, part, ...) (trial_run ((trial), __VA_ARGS__, NULL), trial_check_failure ((trial), (part)))
void trial_check_done (Trial *trial);
void trial_check_failure (Trial *trial, const char *part);

/* Files of the trial's folder. */
void trial_write (Trial *trial, const char *name, const void *bytes, size_t length);
char *trial_read (Trial *trial, const char *name, size_t *ret_length);      /* NULL: there is none */
bool trial_has (Trial *trial, const char *name);
unsigned trial_count (Trial *trial);      /* entries of the folder */

/* Runs a shell command in the folder and returns what it printed; its exit status must be 0. */
char *trial_shell (Trial *trial, const char *command);

/* @length bytes, the same each time: half noise, half text that repeats. */
char *trial_bytes (size_t length);
