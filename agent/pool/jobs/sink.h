/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where a job writes a file: it has its name only once it is whole.
 *
 * Until then it has none at all where the system can do that (O_TMPFILE), so that not even a crash leaves a part of it behind; elsewhere it is
 * “.NAME.lineshaft-…” beside it. A file that is there already is not replaced unless that was asked for, not even one that comes in between. Without a
 * name of its own, the bytes go to the job's output file, which is the host's business. */

#include "abi/job.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

typedef struct {
  LsRun *run;
  char *name;          /* as people wrote it; NULL: the job's output file */
  char *path;
  char *temporary;     /* NULL: it has no name yet */
  int fd;
  bool overwrite;
  bool open;
  uint64_t bytes;      /* written so far */
} LsSink;

/* @name: NULL for the job's output file. Each of these returns FALSE after it told the run why. */
bool ls_sink_open (LsSink *sink, LsRun *run, const char *name, bool overwrite);
bool ls_sink_write (LsSink *sink, const void *bytes, size_t length);

/* Gives it its name; @like: whose mode and time it is to have, or NULL. The sink is closed, whatever comes of it. */
bool ls_sink_commit (LsSink *sink, const struct stat *like);

/* Leaves nothing behind; nothing to do after ls_sink_commit, or for one that never was opened. */
void ls_sink_discard (LsSink *sink);
