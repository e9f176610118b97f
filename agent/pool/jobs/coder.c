/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/coder.h"
#include "pool/memory.h"

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define GZIP_WINDOW (15 + 16) /* the largest, with gzip's own head and foot */

static const LsPackingFacts facts[] = {
  [LS_PACKING_NONE] = { "", "", 0, 0, 0 },
  [LS_PACKING_ZSTD] = { "zstd", ".zst", 1, 19, 3 },
  [LS_PACKING_GZIP] = { "gzip", ".gz", 1, 9, 6 },
};

struct LsCoder {
  LsPacking packing;
  bool packs;
  bool between;            /* unpacking: the last piece has ended; another may follow, or the end */
  bool padded;             /* gzip: zeros follow the last piece, as tapes had them; they mean nothing */
  const char *error;
  ZSTD_CCtx *zstd_packer;
  ZSTD_DCtx *zstd_unpacker;
  z_stream gzip;
};

const LsPackingFacts *
ls_packing_facts (LsPacking packing)
{
  return &facts[packing];
}

LsPacking
ls_packing_of_name (const char *name)
{
  for (int i = LS_PACKING_ZSTD; i <= LS_PACKING_GZIP; i++)
    if (strcmp (facts[i].name, name) == 0)
      return (LsPacking) i;
  return LS_PACKING_NONE;
}

LsPacking
ls_packing_of_file (const char *path)
{
  size_t length = strlen (path);
  for (int i = LS_PACKING_ZSTD; i <= LS_PACKING_GZIP; i++) {
    size_t ending = strlen (facts[i].ending);
    if (length > ending && strcmp (path + length - ending, facts[i].ending) == 0)
      return (LsPacking) i;
  }
  return LS_PACKING_NONE;
}

LsPacking
ls_packing_of_bytes (const unsigned char *bytes, size_t length)
{
  if (length >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
    return LS_PACKING_GZIP;
  /* A frame of data, or one that is to be skipped. */
  if (length >= 4 && memcmp (bytes, "\x28\xb5\x2f\xfd", 4) == 0)
    return LS_PACKING_ZSTD;
  if (length >= 4 && (bytes[0] & 0xf0) == 0x50 && memcmp (bytes + 1, "\x2a\x4d\x18", 3) == 0)
    return LS_PACKING_ZSTD;
  return LS_PACKING_NONE;
}

static LsCoder *
new_coder (LsPacking packing, bool packs)
{
  LsCoder *coder = ls_new0 (LsCoder, 1);
  coder->packing = packing;
  coder->packs = packs;
  coder->between = true;
  return coder;
}

LsCoder *
ls_packer_new (LsPacking packing, int level, uint64_t size)
{
  LsCoder *coder = new_coder (packing, true);
  bool good;
  if (packing == LS_PACKING_ZSTD) {
    coder->zstd_packer = ZSTD_createCCtx ();
    good = coder->zstd_packer != NULL && !ZSTD_isError (ZSTD_CCtx_setParameter (coder->zstd_packer, ZSTD_c_compressionLevel, level)) &&
           !ZSTD_isError (ZSTD_CCtx_setParameter (coder->zstd_packer, ZSTD_c_checksumFlag, 1));
    if (good && size > 0)
      ZSTD_CCtx_setPledgedSrcSize (coder->zstd_packer, size);
  }
  else {
    good = deflateInit2 (&coder->gzip, level, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  if (good)
    return coder;
  ls_coder_free (coder);
  return NULL;
}

LsCoder *
ls_unpacker_new (LsPacking packing)
{
  LsCoder *coder = new_coder (packing, false);
  bool good;
  if (packing == LS_PACKING_ZSTD)
    good = (coder->zstd_unpacker = ZSTD_createDCtx ()) != NULL;
  else
    good = inflateInit2 (&coder->gzip, GZIP_WINDOW) == Z_OK;
  if (good)
    return coder;
  ls_coder_free (coder);
  return NULL;
}

/* --- zstd --- */

static LsCoderState
zstd_failed (LsCoder *coder, size_t result)
{
  switch (ZSTD_getErrorCode (result)) {
  case ZSTD_error_memory_allocation:
    coder->error = "there is not enough memory";
    break;
  case ZSTD_error_frameParameter_windowTooLarge:
    coder->error = "it was packed with a window of more than 128 MiB, which is not accepted";
    break;
  case ZSTD_error_srcSize_wrong:
    coder->error = coder->packs ? "it changed while it was read" : "it is cut short";
    break;
  case ZSTD_error_prefix_unknown:
    coder->error = "something else follows the packed data";
    break;
  case ZSTD_error_dictionary_wrong:
    coder->error = "it was packed with a dictionary, which is not here";
    break;
  default:
    coder->error = coder->packs ? ZSTD_getErrorName (result) : "the packed data are damaged";
  }
  return LS_CODER_BAD;
}

static void
zstd_used (LsCoderBytes *bytes, const ZSTD_inBuffer *in, const ZSTD_outBuffer *out)
{
  bytes->in += in->pos;
  bytes->in_length -= in->pos;
  bytes->out += out->pos;
  bytes->out_length -= out->pos;
}

static LsCoderState
zstd_pack (LsCoder *coder, LsCoderBytes *bytes)
{
  ZSTD_inBuffer in = { bytes->in, bytes->in_length, 0 };
  ZSTD_outBuffer out = { bytes->out, bytes->out_length, 0 };
  size_t left = ZSTD_compressStream2 (coder->zstd_packer, &out, &in, bytes->last ? ZSTD_e_end : ZSTD_e_continue);
  if (ZSTD_isError (left))
    return zstd_failed (coder, left);
  zstd_used (bytes, &in, &out);
  return bytes->last && left == 0 ? LS_CODER_END : LS_CODER_MORE;
}

static LsCoderState
cut_short (LsCoder *coder)
{
  coder->error = "it is cut short";
  return LS_CODER_BAD;
}

static LsCoderState
zstd_unpack (LsCoder *coder, LsCoderBytes *bytes)
{
  ZSTD_inBuffer in = { bytes->in, bytes->in_length, 0 };
  ZSTD_outBuffer out = { bytes->out, bytes->out_length, 0 };
  if (bytes->in_length > 0 || !coder->between) {
    size_t left = ZSTD_decompressStream (coder->zstd_unpacker, &out, &in);
    if (ZSTD_isError (left))
      return zstd_failed (coder, left);
    coder->between = left == 0;
    zstd_used (bytes, &in, &out);
  }
  if (!bytes->last || bytes->in_length > 0 || bytes->out_length == 0)
    return LS_CODER_MORE;
  return coder->between ? LS_CODER_END : cut_short (coder);
}

/* --- gzip --- */

static void
gzip_give (LsCoder *coder, const LsCoderBytes *bytes)
{
  coder->gzip.next_in = (unsigned char *) bytes->in;
  coder->gzip.avail_in = (uInt) bytes->in_length;
  coder->gzip.next_out = bytes->out;
  coder->gzip.avail_out = (uInt) bytes->out_length;
}

static void
gzip_take (const LsCoder *coder, LsCoderBytes *bytes)
{
  bytes->in = coder->gzip.next_in;
  bytes->in_length = coder->gzip.avail_in;
  bytes->out = coder->gzip.next_out;
  bytes->out_length = coder->gzip.avail_out;
}

static LsCoderState
gzip_pack (LsCoder *coder, LsCoderBytes *bytes)
{
  gzip_give (coder, bytes);
  int r = deflate (&coder->gzip, bytes->last ? Z_FINISH : Z_NO_FLUSH);
  gzip_take (coder, bytes);
  return r == Z_STREAM_END ? LS_CODER_END : LS_CODER_MORE;
}

/* Past the end of a piece: another one, zeros that fill up a block, or something that does not belong there. */
static LsCoderState
gzip_between (LsCoder *coder, LsCoderBytes *bytes, bool first)
{
  while (!first && bytes->in_length > 0 && (coder->padded || bytes->in[0] == 0)) {
    if (bytes->in[0] != 0) {
      coder->error = "something else follows the packed data";
      return LS_CODER_BAD;
    }
    coder->padded = true;
    bytes->in++;
    bytes->in_length--;
  }
  if (bytes->in_length == 0 && bytes->last)
    return first ? cut_short (coder) : LS_CODER_END;
  if (bytes->in_length == 0)
    return LS_CODER_MORE;
  if (!first && bytes->in[0] != 0x1f) {
    coder->error = "something else follows the packed data";
    return LS_CODER_BAD;
  }
  if (!first)
    inflateReset (&coder->gzip);
  coder->between = false;
  return LS_CODER_MORE;
}

static LsCoderState
gzip_unpack (LsCoder *coder, LsCoderBytes *bytes)
{
  if (coder->between) {
    LsCoderState state = gzip_between (coder, bytes, coder->gzip.total_in == 0);
    if (coder->between)
      return state;
  }
  gzip_give (coder, bytes);
  int r = inflate (&coder->gzip, Z_NO_FLUSH);
  gzip_take (coder, bytes);
  if (r == Z_STREAM_END) {
    coder->between = true;
    return bytes->last && bytes->in_length == 0 ? LS_CODER_END : LS_CODER_MORE;
  }
  if (r != Z_OK && r != Z_BUF_ERROR) {
    coder->error = r == Z_MEM_ERROR ? "there is not enough memory" : "the packed data are damaged";
    return LS_CODER_BAD;
  }
  return bytes->last && bytes->in_length == 0 && bytes->out_length > 0 ? cut_short (coder) : LS_CODER_MORE;
}

/* --- both --- */

LsCoderState
ls_coder_run (LsCoder *coder, LsCoderBytes *bytes)
{
  if (coder->packing == LS_PACKING_ZSTD)
    return coder->packs ? zstd_pack (coder, bytes) : zstd_unpack (coder, bytes);
  return coder->packs ? gzip_pack (coder, bytes) : gzip_unpack (coder, bytes);
}

const char *
ls_coder_error (const LsCoder *coder)
{
  return coder->error;
}

void
ls_coder_free (LsCoder *coder)
{
  if (coder == NULL)
    return;
  ZSTD_freeCCtx (coder->zstd_packer);
  ZSTD_freeDCtx (coder->zstd_unpacker);
  if (coder->packing == LS_PACKING_GZIP && coder->packs)
    deflateEnd (&coder->gzip);
  else if (coder->packing == LS_PACKING_GZIP)
    inflateEnd (&coder->gzip);
  free (coder);
}
