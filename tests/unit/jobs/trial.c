/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "trial.h"

#include "pool/jobs.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* --- what the job calls --- */

static void
on_progress (LsRun *run, double part, const char *text)
{
  Trial *trial = (Trial *) run;
  free (trial->text);
  trial->progress = part;
  trial->text = strdup (text);
}

static void
on_result (LsRun *run, const char *json)
{
  Trial *trial = (Trial *) run;
  json_decref (trial->result);
  trial->result = json_loads (json, JSON_DECODE_ANY, NULL);
  assert_non_null (trial->result);
}

static void
on_fail (LsRun *run, const char *sentence)
{
  Trial *trial = (Trial *) run;
  free (trial->failure);
  trial->failure = strdup (sentence);
}

static void
on_send (LsRun *run, const char *json)
{
  Trial *trial = (Trial *) run;
  free (trial->sent);
  trial->sent = strdup (json);
}

static int
is_cancelled (LsRun *run)
{
  return ((Trial *) run)->cancelled;
}

static int
on_write (LsRun *run, const void *bytes, size_t length)
{
  Trial *trial = (Trial *) run;
  if (!trial->has_output)
    return -EBADF;
  trial->output = realloc (trial->output, trial->output_length + length + 1);
  memcpy (trial->output + trial->output_length, bytes, length);
  trial->output_length += length;
  trial->output[trial->output_length] = '\0';
  return 0;
}

static void *
on_map (LsRun *run, const char *buffer, size_t *ret_size)
{
  Trial *trial = (Trial *) run;
  if (trial->buffer == NULL || strcmp (buffer, "data") != 0)
    return NULL;
  *ret_size = trial->buffer_size;
  return trial->buffer;
}

/* --- runs --- */

static void
forget (Trial *trial)
{
  json_decref (trial->result);
  free (trial->failure);
  free (trial->sent);
  free (trial->text);
  free (trial->output);
  trial->result = NULL;
  trial->failure = trial->sent = trial->text = trial->output = NULL;
  trial->output_length = 0;
  trial->steps = 0;
  trial->cancelled = false;
}

void
trial_run (Trial *trial, const char *name, ...)
{
  const LsJobKind *kind = ls_jobs_find (name);
  char *words[16];
  int n = 0;
  va_list list;
  va_start (list, name);
  while ((words[n] = va_arg (list, char *)) != NULL)
    n++;
  va_end (list);
  assert_non_null (kind);
  forget (trial);
  trial->run = (LsRun) { .n_args = n, .args = words, .cwd = trial->folder, .attempt = 1, .progress = on_progress, .result = on_result, .fail = on_fail,
                         .send = on_send, .cancelled = is_cancelled, .write = on_write, .map = on_map };
  trial->last = kind->begin (&trial->run);
  while (trial->last == LS_STEP_MORE && !trial->cancelled) {
    trial->last = kind->step (&trial->run);
    trial->cancelled = ++trial->steps == trial->cancel_after;
  }
  kind->end (&trial->run);
}

void
trial_check_done (Trial *trial)
{
  if (trial->failure != NULL)
    print_error ("failed: %s\n", trial->failure);
  assert_int_equal (trial->last, LS_STEP_DONE);
  assert_null (trial->failure);
}

void
trial_check_failure (Trial *trial, const char *part)
{
  assert_int_equal (trial->last, LS_STEP_FAILED);
  assert_non_null (trial->failure);
  if (strstr (trial->failure, part) == NULL)
    print_error ("“%s” does not say “%s”\n", trial->failure, part);
  assert_non_null (strstr (trial->failure, part));
  assert_null (trial->result);
  assert_int_equal (trial->failure[strlen (trial->failure) - 1], '.');
}

/* --- its folder --- */

int
trial_setup (void **state)
{
  Trial *trial = calloc (1, sizeof *trial);
  strcpy (trial->folder, "/tmp/lineshaft-test-XXXXXX");
  assert_non_null (mkdtemp (trial->folder));
  *state = trial;
  return 0;
}

int
trial_teardown (void **state)
{
  Trial *trial = *state;
  char command[192];
  snprintf (command, sizeof command, "chmod -R u+rwx %s; rm -rf %s", trial->folder, trial->folder);
  int status = system (command);
  forget (trial);
  free (trial);
  return status;
}

static const char *
path_of (const Trial *trial, const char *name)
{
  static char path[512];
  snprintf (path, sizeof path, "%s/%s", trial->folder, name);
  return path;
}

void
trial_write (Trial *trial, const char *name, const void *bytes, size_t length)
{
  FILE *file = fopen (path_of (trial, name), "w");
  assert_non_null (file);
  assert_int_equal (fwrite (bytes, 1, length, file), length);
  assert_int_equal (fclose (file), 0);
}

static char *
read_all (FILE *file, size_t *ret_length)
{
  char *bytes = malloc (1);
  size_t length = 0, n;
  do {
    bytes = realloc (bytes, length + 65537);
    n = fread (bytes + length, 1, 65536, file);
    length += n;
  } while (n > 0);
  bytes[length] = '\0';
  if (ret_length != NULL)
    *ret_length = length;
  return bytes;
}

char *
trial_read (Trial *trial, const char *name, size_t *ret_length)
{
  FILE *file = fopen (path_of (trial, name), "r");
  if (file == NULL)
    return NULL;
  char *bytes = read_all (file, ret_length);
  fclose (file);
  return bytes;
}

bool
trial_has (Trial *trial, const char *name)
{
  return access (path_of (trial, name), F_OK) == 0;
}

unsigned
trial_count (Trial *trial)
{
  DIR *dir = opendir (trial->folder);
  unsigned n = 0;
  while (readdir (dir) != NULL)
    n++;
  closedir (dir);
  return n - 2;
}

char *
trial_shell (Trial *trial, const char *command)
{
  char whole[2048];
  snprintf (whole, sizeof whole, "cd %s && %s", trial->folder, command);
  FILE *pipe = popen (whole, "r");
  assert_non_null (pipe);
  char *text = read_all (pipe, NULL);
  int status = pclose (pipe);
  if (status != 0)
    print_error ("%s: status %d\n", command, status);
  assert_int_equal (status, 0);
  return text;
}

char *
trial_bytes (size_t length)
{
  char *bytes = malloc (length + 1);
  uint32_t noise = 1;
  for (size_t i = 0; i < length; i++) {
    noise = noise * 1664525u + 1013904223u;
    bytes[i] = (i >> 12) % 2 == 0 ? (char) (noise >> 24) : "the shaft turns, and so do all the machines; "[i % 45];
  }
  return bytes;
}
