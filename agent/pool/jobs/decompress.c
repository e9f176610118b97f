/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/decompress.h"
#include "pool/jobs/pump.h"
#include "pool/jobs/words.h"
#include "pool/memory.h"

typedef struct {
  LsPump *pump;
  LsPacking packing;
} Decompress;

/* The name without its ending; NULL: it has none. The caller frees it. */
static char *
bare_name (const char *file)
{
  LsPacking packing = ls_packing_of_file (file);
  size_t cut = strlen (ls_packing_facts (packing)->ending);
  const char *slash = strrchr (file, '/');
  size_t length = strlen (file) - cut;
  if (cut == 0 || (slash != NULL && length <= (size_t) (slash + 1 - file)))
    return NULL;
  return ls_must (strndup (file, length));
}

static LsStep
open_both (LsRun *run, Decompress *self, const LsPumpWords *words)
{
  unsigned char first[4];
  if (!ls_pump_open (self->pump, words->file))
    return LS_STEP_FAILED;
  self->packing = ls_packing_of_bytes (first, ls_pump_peek (self->pump, first, sizeof first));
  if (self->packing == LS_PACKING_NONE)
    return ls_refuse (run, "“%s” is packed with neither zstd nor gzip.", words->file);
  char *to = words->to != NULL ? ls_copy_text (words->to) : ls_has_output (run) ? NULL : bare_name (words->file);
  if (to == NULL && !ls_has_output (run))
    return ls_refuse (run, "“%s” does not end in .zst or .gz: name the file it is to become: decompress FILE TO.", words->file);
  bool good = ls_pump_start (self->pump, ls_unpacker_new (self->packing), to, words->overwrite);
  free (to);
  return good ? LS_STEP_MORE : LS_STEP_FAILED;
}

static LsStep
begin (LsRun *run)
{
  LsPumpWords words;
  Decompress *self = ls_new0 (Decompress, 1);
  run->state = self;
  if (!ls_pump_read_words (run, false, &words))
    return LS_STEP_FAILED;
  self->pump = ls_pump_new (run);
  return open_both (run, self, &words);
}

static LsStep
step (LsRun *run)
{
  const Decompress *self = run->state;
  const LsPump *pump = self->pump;
  LsStep step = ls_pump_step (self->pump);
  if (step != LS_STEP_DONE)
    return step;
  return ls_give (run, json_pack ("{s:s, s:s?, s:s, s:I, s:I}", "file", pump->name, "to", pump->to, "format", ls_packing_facts (self->packing)->name,
                                  "bytes_in", (json_int_t) pump->done, "bytes_out", (json_int_t) pump->sink.bytes));
}

static void
end (LsRun *run)
{
  Decompress *self = run->state;
  if (self == NULL)
    return;
  ls_pump_free (self->pump);
  free (self);
}

const LsJobKind ls_decompress_job = {
  .abi = LS_JOB_ABI,
  .name = "decompress",
  .arguments = "FILE [TO] [overwrite=yes]",
  .description = "unpacks what zstd or gzip packed",
  .begin = begin,
  .step = step,
  .end = end,
};
