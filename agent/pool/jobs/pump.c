/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/pump.h"
#include "pool/jobs/words.h"
#include "pool/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define PIECE (64u * 1024u)

/* --- arguments --- */

static bool
read_option (LsRun *run, bool packs, const char *word, LsPumpWords *words, bool *ret_is_one)
{
  const char *value;
  *ret_is_one = true;
  if ((value = ls_option (word, "overwrite")) != NULL) {
    if (ls_read_yes (value, &words->overwrite))
      return true;
    ls_refuse (run, "overwrite is yes or no, not “%s”.", value);
    return false;
  }
  if (packs && (value = ls_option (word, "format")) != NULL) {
    words->packing = ls_packing_of_name (value);
    if (words->packing != LS_PACKING_NONE)
      return true;
    ls_refuse (run, "format is zstd or gzip, not “%s”.", value);
    return false;
  }
  if (packs && (value = ls_option (word, "level")) != NULL) {
    if (ls_read_whole (value, 1, 19, &words->level))
      return true;
    ls_refuse (run, "level is a whole number from 1 to 19 (zstd) or 9 (gzip), not “%s”.", value);
    return false;
  }
  *ret_is_one = false;
  return true;
}

bool
ls_pump_read_words (LsRun *run, bool packs, LsPumpWords *words)
{
  *words = (LsPumpWords) { 0 };
  for (int i = 0; i < run->n_args; i++) {
    bool is_option;
    if (!read_option (run, packs, run->args[i], words, &is_option))
      return false;
    if (is_option)
      continue;
    if (words->file == NULL) {
      words->file = run->args[i];
    }
    else if (words->to == NULL) {
      words->to = run->args[i];
    }
    else {
      ls_refuse (run, "“%s” is one word too many: a job takes one FILE, and perhaps where it is to go. Submit one job a file.", run->args[i]);
      return false;
    }
  }
  if (words->file != NULL && words->file[0] != '\0')
    return true;
  ls_refuse (run, packs ? "compress takes a file, and perhaps its new name: compress FILE FILE.zst level=3."
                        : "decompress takes a file, and perhaps its new name: decompress FILE.zst FILE.");
  return false;
}

/* --- the file --- */

LsPump *
ls_pump_new (LsRun *run)
{
  LsPump *pump = ls_new0 (LsPump, 1);
  pump->run = run;
  pump->fd = -1;
  return pump;
}

static bool
cannot_read (LsPump *pump)
{
  ls_refuse (pump->run, "“%s” cannot be read: %s.", pump->name, strerror (errno));
  return false;
}

bool
ls_pump_open (LsPump *pump, const char *name)
{
  char *path = ls_path_of (pump->run, name);
  pump->name = ls_copy_text (name);
  pump->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  int error = errno;
  free (path);
  errno = error;
  if (pump->fd < 0 || fstat (pump->fd, &pump->info) < 0)
    return cannot_read (pump);
  if (S_ISREG (pump->info.st_mode))
    return true;
  ls_refuse (pump->run, S_ISDIR (pump->info.st_mode) ? "“%s” is a folder: name one file." : "“%s” is not a regular file.", name);
  return false;
}

size_t
ls_pump_peek (LsPump *pump, unsigned char *bytes, size_t length)
{
  ssize_t n = pread (pump->fd, bytes, length, 0);
  return n > 0 ? (size_t) n : 0;
}

static bool
is_same_file (const LsPump *pump, const char *to)
{
  struct stat info;
  char *path = ls_path_of (pump->run, to);
  bool same = stat (path, &info) == 0 && info.st_dev == pump->info.st_dev && info.st_ino == pump->info.st_ino;
  free (path);
  return same;
}

bool
ls_pump_start (LsPump *pump, LsCoder *coder, const char *to, bool overwrite)
{
  pump->coder = coder;
  if (coder == NULL) {
    ls_refuse (pump->run, "There is not enough memory for “%s”.", pump->name);
    return false;
  }
  if (to != NULL && is_same_file (pump, to)) {
    ls_refuse (pump->run, "“%s” is the file itself: give the other one another name.", to);
    return false;
  }
  pump->to = ls_copy_text (to);
  pump->in = ls_must (malloc (PIECE));
  pump->out = ls_must (malloc (PIECE));
  return ls_sink_open (&pump->sink, pump->run, to, overwrite);
}

/* --- steps --- */

static bool
refill (LsPump *pump)
{
  if (pump->bytes.in_length > 0 || pump->bytes.last)
    return true;
  ssize_t n = read (pump->fd, pump->in, PIECE);
  if (n < 0)
    return errno == EINTR ? true : cannot_read (pump);
  pump->bytes.in = pump->in;
  pump->bytes.in_length = (size_t) n;
  pump->bytes.last = n == 0;
  pump->done += (uint64_t) n;
  return true;
}

static LsStep
pump_piece (LsPump *pump)
{
  if (!refill (pump))
    return LS_STEP_FAILED;
  pump->bytes.out = pump->out;
  pump->bytes.out_length = PIECE;
  LsCoderState state = ls_coder_run (pump->coder, &pump->bytes);
  if (state == LS_CODER_BAD)
    return ls_refuse (pump->run, "“%s” cannot be used: %s.", pump->name, ls_coder_error (pump->coder));
  size_t made = PIECE - pump->bytes.out_length;
  if (made > 0 && !ls_sink_write (&pump->sink, pump->out, made))
    return LS_STEP_FAILED;
  return state == LS_CODER_END ? LS_STEP_DONE : LS_STEP_MORE;
}

LsStep
ls_pump_step (LsPump *pump)
{
  char done[32], all[32], made[32];
  uint64_t begun = ls_now_ns ();
  LsStep step = LS_STEP_MORE;
  while (step == LS_STEP_MORE && ls_now_ns () - begun < LS_STEP_NS)
    step = pump_piece (pump);
  if (step == LS_STEP_DONE) {
    uint64_t bytes = pump->sink.bytes;
    if (!ls_sink_commit (&pump->sink, &pump->info))
      return LS_STEP_FAILED;
    pump->sink.bytes = bytes;
  }
  if (step != LS_STEP_MORE)
    return step;
  uint64_t size = pump->info.st_size > 0 ? (uint64_t) pump->info.st_size : 1;
  ls_tell_progress (pump->run, (double) pump->done / (double) size, "%s of %s, %s written", ls_size_text (pump->done, done, sizeof done),
                    ls_size_text ((uint64_t) pump->info.st_size, all, sizeof all), ls_size_text (pump->sink.bytes, made, sizeof made));
  return LS_STEP_MORE;
}

void
ls_pump_free (LsPump *pump)
{
  if (pump == NULL)
    return;
  ls_sink_discard (&pump->sink);
  ls_coder_free (pump->coder);
  if (pump->fd >= 0)
    close (pump->fd);
  free (pump->name);
  free (pump->to);
  free (pump->in);
  free (pump->out);
  free (pump);
}
