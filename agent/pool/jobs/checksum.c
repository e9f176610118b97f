/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/checksum.h"
#include "pool/jobs/tree.h"
#include "pool/jobs/words.h"
#include "pool/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <unistd.h>

#define CHUNK (256u * 1024u)
#define MAX_RESULT (512u * 1024u)    /* a result travels as one message */
#define LINE_BYTES (2 * SHA256_DIGEST_SIZE + 3)      /* of a line, beside the name */

typedef struct {
  LsTree tree;
  int next_arg;            /* the next argument whose files are to be found */
  bool found;              /* all files are known */
  bool to_output;          /* lines go to the job's output file */

  size_t at;               /* the file that is being read */
  int fd;                  /* -1: none is open */
  struct sha256_ctx sha;
  uint64_t done;           /* bytes */
  char *lines;
  size_t length, capacity;
  unsigned char chunk[CHUNK];
} Checksum;

/* --- lines --- */

char *
ls_checksum_line (const unsigned char *digest, const char *name)
{
  bool escaped = strpbrk (name, "\\\n\r") != NULL;
  char *line = ls_must (malloc (LINE_BYTES + 2 + 2 * strlen (name) + 1));
  char *to = line;
  if (escaped)
    *to++ = '\\';
  for (unsigned i = 0; i < SHA256_DIGEST_SIZE; i++)
    to += sprintf (to, "%02x", digest[i]);
  *to++ = ' ';
  *to++ = ' ';
  for (const char *from = name; *from != '\0'; from++) {
    char code = *from == '\\' ? '\\' : *from == '\n' ? 'n' : *from == '\r' ? 'r' : '\0';
    if (code != '\0')
      *to++ = '\\';
    *to++ = code != '\0' ? code : *from;
  }
  *to++ = '\n';
  *to = '\0';
  return line;
}

static void
keep_line (Checksum *self, const char *line)
{
  size_t length = strlen (line);
  if (self->length + length + 1 > self->capacity) {
    self->capacity = (self->length + length + 1) * 2;
    self->lines = ls_must (realloc (self->lines, self->capacity));
  }
  memcpy (self->lines + self->length, line, length + 1);
  self->length += length;
}

/* --- files --- */

static LsStep
begin (LsRun *run)
{
  if (run->n_args < 1)
    return ls_refuse (run, "checksum takes the files and folders whose SHA-256 it is to find: checksum FILE.");
  Checksum *self = ls_new0 (Checksum, 1);
  run->state = self;
  self->tree.run = run;
  self->fd = -1;
  self->to_output = ls_has_output (run);
  for (int i = 0; i < run->n_args; i++)
    if (!ls_tree_check (run, run->args[i]))
      return LS_STEP_FAILED;
  return LS_STEP_MORE;
}

/* How long the line of @name is in the message, where what is escaped is escaped once more. */
static size_t
room_for (const char *name)
{
  size_t room = LINE_BYTES + 3;
  for (const unsigned char *at = (const unsigned char *) name; *at != '\0'; at++)
    room += *at == '\\' ? 4 : *at < 0x20 ? 6 : *at == '"' ? 2 : 1;
  return room;
}

/* Whether the result will have room for the lines; said before the first file is read. */
static LsStep
check_room (LsRun *run, const Checksum *self)
{
  size_t room = 0;
  for (size_t i = 0; i < self->tree.n_files && !self->to_output; i++)
    room += room_for (self->tree.files[i].name);
  if (room > MAX_RESULT)
    return ls_refuse (run, "The lines of %zu files are more than a result holds (512 KiB): give the job an output file (--to FILE).", self->tree.n_files);
  return LS_STEP_MORE;
}

static LsStep
find_files (LsRun *run, Checksum *self)
{
  char number[32];
  if (self->tree.folder == NULL && self->next_arg < run->n_args && !ls_tree_add (&self->tree, run->args[self->next_arg++]))
    return LS_STEP_FAILED;
  if (ls_tree_walk (&self->tree) == LS_STEP_FAILED)
    return LS_STEP_FAILED;
  ls_tell_progress (run, 0, "%s files found", ls_group_digits (self->tree.n_files, number, sizeof number));
  if (self->tree.folder != NULL || self->next_arg < run->n_args)
    return LS_STEP_MORE;
  self->found = true;
  return check_room (run, self);
}

static LsStep
cannot_read (LsRun *run, const char *name)
{
  return ls_refuse (run, "“%s” cannot be read: %s.", name, strerror (errno));
}

static LsStep
open_file (LsRun *run, Checksum *self)
{
  const char *name = self->tree.files[self->at].name;
  char *path = ls_path_of (run, name);
  /* Were it a pipe by now, opening it must not wait for a writer. */
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  free (path);
  if (self->fd < 0)
    return cannot_read (run, name);
  sha256_init (&self->sha);
  return LS_STEP_MORE;
}

static LsStep
finish_file (LsRun *run, Checksum *self)
{
  unsigned char digest[SHA256_DIGEST_SIZE];
  sha256_digest (&self->sha, sizeof digest, digest);
  close (self->fd);
  self->fd = -1;
  char *line = ls_checksum_line (digest, self->tree.files[self->at++].name);
  int r = 0;
  if (self->to_output)
    r = run->write (run, line, strlen (line));
  else
    keep_line (self, line);
  free (line);
  return r < 0 ? ls_refuse (run, "The output file cannot be written: %s.", strerror (-r)) : LS_STEP_MORE;
}

static LsStep
read_on (LsRun *run, Checksum *self)
{
  if (self->fd < 0 && open_file (run, self) == LS_STEP_FAILED)
    return LS_STEP_FAILED;
  ssize_t n = read (self->fd, self->chunk, CHUNK);
  if (n < 0 && errno == EINTR)
    return LS_STEP_MORE;
  if (n < 0)
    return cannot_read (run, self->tree.files[self->at].name);
  if (n == 0)
    return finish_file (run, self);
  sha256_update (&self->sha, (size_t) n, self->chunk);
  self->done += (uint64_t) n;
  return LS_STEP_MORE;
}

static void
tell_how_far (LsRun *run, const Checksum *self)
{
  char done[32], all[32], at[32], files[32];
  const LsTree *tree = &self->tree;
  double part = tree->bytes > 0 ? (double) self->done / (double) tree->bytes : (double) self->at / (double) tree->n_files;
  ls_size_text (self->done, done, sizeof done);
  ls_size_text (tree->bytes, all, sizeof all);
  if (tree->n_files == 1)
    ls_tell_progress (run, part, "%s of %s", done, all);
  else
    ls_tell_progress (run, part, "%s of %s files, %s of %s", ls_group_digits (self->at, at, sizeof at),
                      ls_group_digits (tree->n_files, files, sizeof files), done, all);
}

/* The lines are the result, or with an output file how many there are. What was left out of folders is said in a message. */
static LsStep
give_lines (LsRun *run, Checksum *self)
{
  char text[96];
  if (self->tree.left_out > 0) {
    snprintf (text, sizeof text, "{\"left_out\":%llu}", (unsigned long long) self->tree.left_out);
    run->send (run, text);
  }
  if (self->to_output)
    return ls_give (run, json_pack ("{s:I, s:I, s:I}", "files", (json_int_t) self->tree.n_files, "bytes", (json_int_t) self->done,
                                    "left_out", (json_int_t) self->tree.left_out));
  if (self->length == 0)
    return LS_STEP_DONE; /* no file, no line, as with sha256sum */
  self->lines[self->length - 1] = '\0'; /* whoever prints it ends the last line */
  return ls_give (run, json_string (ls_mend_text (self->lines)));
}

static LsStep
step (LsRun *run)
{
  Checksum *self = run->state;
  uint64_t begun = ls_now_ns ();
  if (!self->found)
    return find_files (run, self);
  while (self->at < self->tree.n_files && ls_now_ns () - begun < LS_STEP_NS)
    if (read_on (run, self) == LS_STEP_FAILED)
      return LS_STEP_FAILED;
  if (self->at == self->tree.n_files)
    return give_lines (run, self);
  tell_how_far (run, self);
  return LS_STEP_MORE;
}

static void
end (LsRun *run)
{
  Checksum *self = run->state;
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  ls_tree_clear (&self->tree);
  free (self->lines);
  free (self);
}

const LsJobKind ls_checksum_job = {
  .abi = LS_JOB_ABI,
  .name = "checksum",
  .arguments = "PATH…",
  .description = "the SHA-256 of files and folders, as sha256sum prints it",
  .begin = begin,
  .step = step,
  .end = end,
};
