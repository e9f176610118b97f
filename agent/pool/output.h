/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A job's output file: written to a part file beside it (LS_JOB_PART_FORMAT of abi/channel.h), which takes its name when the job is done and is
 * removed otherwise. So nobody ever reads half a result. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  char *path;              /* NULL: none was asked for */
  char *part;
  int fd;
  int error;               /* the first that a write met; it costs the job */
  uint64_t bytes;
} LsOutput;

/* All return 0 or a negative errno; -EEXIST: there is something at @path that is no plain file. @output is reset first. */
int ls_output_open (LsOutput *output, const char *path, const char *id);
int ls_output_write (LsOutput *output, const void *bytes, size_t length);
int ls_output_keep (LsOutput *output);
void ls_output_drop (LsOutput *output);      /* also after keep; nothing to do without one */
