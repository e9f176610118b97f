/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One way to pack or unpack a stream of bytes, piece by piece: zstd (RFC 8878, libzstd) or gzip (RFC 1952, zlib). No I/O. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { LS_PACKING_NONE, LS_PACKING_ZSTD, LS_PACKING_GZIP } LsPacking;

typedef struct {
  const char *name;        /* "zstd" */
  const char *ending;      /* ".zst" */
  int min_level, max_level, usual_level;
} LsPackingFacts;

const LsPackingFacts *ls_packing_facts (LsPacking packing);

/* "zstd"; LS_PACKING_NONE: it is none. */
LsPacking ls_packing_of_name (const char *name);

/* By the ending of a file's name. */
LsPacking ls_packing_of_file (const char *path);

/* By the first bytes of a file; four are enough. */
LsPacking ls_packing_of_bytes (const unsigned char *bytes, size_t length);

typedef struct LsCoder LsCoder;

typedef struct {
  const unsigned char *in;
  size_t in_length;        /* what is left of it */
  bool last;               /* no more follows */
  unsigned char *out;
  size_t out_length;       /* room that is left */
} LsCoderBytes;

typedef enum {
  LS_CODER_MORE,           /* all input is used up, or all room */
  LS_CODER_END,            /* all is said: nothing more will come out */
  LS_CODER_BAD             /* ls_coder_error says why */
} LsCoderState;

/* @size: of what will be packed, 0 if that is unknown. NULL: no memory. */
LsCoder *ls_packer_new (LsPacking packing, int level, uint64_t size);
LsCoder *ls_unpacker_new (LsPacking packing);
LsCoderState ls_coder_run (LsCoder *coder, LsCoderBytes *bytes);
const char *ls_coder_error (const LsCoder *coder);      /* half a sentence: "the data are damaged" */
void ls_coder_free (LsCoder *coder);
