/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/compress.h"
#include "pool/jobs/pump.h"
#include "pool/jobs/words.h"
#include "pool/memory.h"

#include <stdio.h>

typedef struct {
  LsPump *pump;
  LsPacking packing;
  int level;
} Compress;

/* What was asked for, what the new name says, or zstd. */
static bool
choose (LsRun *run, const LsPumpWords *words, Compress *self)
{
  LsPacking by_name = words->to != NULL ? ls_packing_of_file (words->to) : LS_PACKING_NONE;
  if (words->packing != LS_PACKING_NONE && by_name != LS_PACKING_NONE && words->packing != by_name) {
    ls_refuse (run, "“%s” is a name for %s, but format=%s was asked for.", words->to, ls_packing_facts (by_name)->name,
               ls_packing_facts (words->packing)->name);
    return false;
  }
  self->packing = words->packing != LS_PACKING_NONE ? words->packing : by_name != LS_PACKING_NONE ? by_name : LS_PACKING_ZSTD;
  const LsPackingFacts *facts = ls_packing_facts (self->packing);
  self->level = words->level > 0 ? (int) words->level : facts->usual_level;
  if (self->level <= facts->max_level)
    return true;
  ls_refuse (run, "%s has levels from %d to %d, not %d.", facts->name, facts->min_level, facts->max_level, self->level);
  return false;
}

/* "FILE.zst"; NULL: it goes to the job's output file. The caller frees it. */
static char *
new_name (LsRun *run, const LsPumpWords *words, const Compress *self)
{
  if (words->to != NULL)
    return ls_copy_text (words->to);
  if (ls_has_output (run))
    return NULL;
  size_t size = strlen (words->file) + 8;
  char *name = ls_must (malloc (size));
  snprintf (name, size, "%s%s", words->file, ls_packing_facts (self->packing)->ending);
  return name;
}

static LsStep
begin (LsRun *run)
{
  LsPumpWords words;
  Compress *self = ls_new0 (Compress, 1);
  run->state = self;
  if (!ls_pump_read_words (run, true, &words) || !choose (run, &words, self))
    return LS_STEP_FAILED;
  self->pump = ls_pump_new (run);
  if (!ls_pump_open (self->pump, words.file))
    return LS_STEP_FAILED;
  char *to = new_name (run, &words, self);
  LsCoder *coder = ls_packer_new (self->packing, self->level, (uint64_t) self->pump->info.st_size);
  bool good = ls_pump_start (self->pump, coder, to, words.overwrite);
  free (to);
  return good ? LS_STEP_MORE : LS_STEP_FAILED;
}

static LsStep
step (LsRun *run)
{
  const Compress *self = run->state;
  const LsPump *pump = self->pump;
  LsStep step = ls_pump_step (self->pump);
  if (step != LS_STEP_DONE)
    return step;
  return ls_give (run, json_pack ("{s:s, s:s?, s:s, s:i, s:I, s:I}", "file", pump->name, "to", pump->to, "format",
                                  ls_packing_facts (self->packing)->name, "level", self->level, "bytes_in", (json_int_t) pump->done, "bytes_out",
                                  (json_int_t) pump->sink.bytes));
}

static void
end (LsRun *run)
{
  Compress *self = run->state;
  if (self == NULL)
    return;
  ls_pump_free (self->pump);
  free (self);
}

const LsJobKind ls_compress_job = {
  .abi = LS_JOB_ABI,
  .name = "compress",
  .arguments = "FILE [TO] [format=zstd|gzip] [level=N] [overwrite=yes]",
  .description = "packs a file with zstd or gzip",
  .begin = begin,
  .step = step,
  .end = end,
};
