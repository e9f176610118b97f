/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A file through a coder into another one, in steps. What compress and decompress have in common, their arguments too: FILE, perhaps TO, and options. */

#include "pool/jobs/coder.h"
#include "pool/jobs/sink.h"

typedef struct {
  const char *file;        /* texts are the run's own arguments */
  const char *to;          /* NULL: not given */
  LsPacking packing;       /* format=; LS_PACKING_NONE: not given */
  uint64_t level;          /* level=; 0: not given */
  bool overwrite;          /* overwrite=yes */
} LsPumpWords;

/* Whether @words (format= and level= only with @packs) are well-formed; else the run was told what is wrong. */
bool ls_pump_read_words (LsRun *run, bool packs, LsPumpWords *words);

typedef struct {
  LsRun *run;
  char *name;              /* of the file, as people wrote it */
  char *to;                /* of the other; NULL: the job's output file */
  int fd;
  struct stat info;        /* of the file */
  LsCoder *coder;
  LsSink sink;
  uint64_t done;           /* bytes read */
  unsigned char *in, *out;
  LsCoderBytes bytes;
} LsPump;

/* Opens the file and looks whether it is one. FALSE: the run was told why not. A pump may be freed whatever came of it. */
LsPump *ls_pump_new (LsRun *run);
bool ls_pump_open (LsPump *pump, const char *name);

/* The first bytes of the file: how many there are. */
size_t ls_pump_peek (LsPump *pump, unsigned char *bytes, size_t length);

/* @to: NULL for the job's output file. Takes over @coder, which may be NULL for none: no memory. */
bool ls_pump_start (LsPump *pump, LsCoder *coder, const char *to, bool overwrite);

/* LS_STEP_DONE: the other file is there. */
LsStep ls_pump_step (LsPump *pump);
void ls_pump_free (LsPump *pump);
