/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: MIT */

/* The job "word-count FILE": lines, words and bytes, as wc counts them. All that a job of one's own needs, in one page. */

#include "example.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
  FILE *file;
  double size;
  unsigned long long lines, words, bytes;
  int in_word;
  char buffer[65536];
} WordCount;

/* What is wrong is said before any work is done. */
static LsStep
begin (LsRun *run)
{
  char text[512], path[4096];
  struct stat info = { 0 };
  WordCount *self = NULL;

  if (run->n_args != 1) {
    run->fail (run, "word-count takes one file: word-count FILE.");
    return LS_STEP_FAILED;
  }
  /* A relative path is meant from where the job was submitted, not from where this process happens to be. */
  snprintf (path, sizeof path, "%s%s%s", run->args[0][0] == '/' ? "" : run->cwd, run->args[0][0] == '/' ? "" : "/", run->args[0]);
  if (stat (path, &info) == 0 && !S_ISREG (info.st_mode))
    errno = EISDIR;
  else
    self = calloc (1, sizeof *self);
  if (self != NULL)
    self->file = fopen (path, "r");
  if (self == NULL || self->file == NULL) {
    snprintf (text, sizeof text, "“%.300s” cannot be read: %s.", run->args[0], strerror (errno));
    run->fail (run, text);
    free (self);
    return LS_STEP_FAILED;
  }
  self->size = (double) info.st_size;
  run->state = self;
  return LS_STEP_MORE;
}

/* One piece of the work, a few milliseconds at most: between two of them the thread sees to cancellation and messages. */
static LsStep
step (LsRun *run)
{
  WordCount *self = run->state;
  char text[128];
  size_t n = fread (self->buffer, 1, sizeof self->buffer, self->file);

  for (size_t i = 0; i < n; i++) {
    int is_space = strchr (" \t\n\v\f\r", self->buffer[i]) != NULL && self->buffer[i] != '\0';
    self->lines += self->buffer[i] == '\n';
    self->words += !is_space && !self->in_word;
    self->in_word = !is_space;
  }
  self->bytes += n;
  if (n > 0) {
    snprintf (text, sizeof text, "%llu words", self->words);
    run->progress (run, self->size > 0 ? (double) self->bytes / self->size : 0, text);
    return LS_STEP_MORE;
  }
  if (ferror (self->file)) {
    run->fail (run, "The file could not be read to its end.");
    return LS_STEP_FAILED;
  }
  snprintf (text, sizeof text, "{\"lines\":%llu,\"words\":%llu,\"bytes\":%llu}", self->lines, self->words, self->bytes);
  run->result (run, text);
  return LS_STEP_DONE;
}

/* "lineshaft send j17 anything" is answered with the count so far. */
static void
message (LsRun *run, const char *json)
{
  const WordCount *self = run->state;
  char text[64];

  snprintf (text, sizeof text, "{\"words\":%llu}", self->words);
  run->send (run, text);
}

/* However it ended: done, failed or cancelled. */
static void
end (LsRun *run)
{
  WordCount *self = run->state;

  if (self == NULL)
    return;
  fclose (self->file);
  free (self);
}

const LsJobKind word_count_job = {
  .abi = LS_JOB_ABI,
  .name = "word-count",
  .arguments = "FILE",
  .description = "lines, words and bytes of a file",
  .begin = begin,
  .step = step,
  .message = message,
  .end = end,
};
