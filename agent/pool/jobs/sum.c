/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/sum.h"
#include "abi/atomics.h"
#include "pool/jobs/words.h"
#include "pool/memory.h"

#include <pthread.h>
#include <time.h>

#define SLICE (256u * 1024u)
#define LOOK_NS 200000

/* A sum that copies are at. */
typedef struct Round Round;
struct Round {
  Round *next;
  char *buffer;
  uint64_t size;
  unsigned members;

  /* What they share without a lock; each on a cache line of its own, for all write to them. */
  _Alignas (64) uint64_t claimed;      /* where the next slice begins */
  _Alignas (64) uint64_t total;
  _Alignas (64) uint64_t summed;       /* bytes that are in total */
};

typedef struct {
  Round *round;
  const unsigned char *bytes;
  uint64_t mine;             /* bytes that this copy summed */
} Sum;

/* Copies come and go seldom: a lock does for that. */
static pthread_mutex_t rounds_lock = PTHREAD_MUTEX_INITIALIZER;
static Round *rounds;

/* Sixteen-bit lanes, each of which has room for the bytes of 128 words: even and odd bytes are added apart. */
typedef uint64_t Words __attribute__ ((vector_size (32)));
#define LANES UINT64_C (0x00ff00ff00ff00ff)
#define BLOCK (128u * sizeof (Words))

static uint64_t
sum_block (const unsigned char *bytes)
{
  const Words lanes = { LANES, LANES, LANES, LANES };
  Words even = { 0 }, odd = { 0 };
  uint64_t total = 0;
  for (size_t at = 0; at < BLOCK; at += sizeof (Words)) {
    Words words;
    memcpy (&words, bytes + at, sizeof words);
    even += words & lanes;
    odd += (words >> 8) & lanes;
  }
  for (unsigned i = 0; i < 4; i++)
    for (unsigned lane = 0; lane < 64; lane += 16)
      total += ((even[i] >> lane) & 0xffff) + ((odd[i] >> lane) & 0xffff);
  return total;
}

uint64_t
ls_sum_bytes (const unsigned char *bytes, size_t length)
{
  uint64_t total = 0;
  for (; length >= BLOCK; length -= BLOCK, bytes += BLOCK)
    total += sum_block (bytes);
  for (size_t i = 0; i < length; i++)
    total += bytes[i];
  return total;
}

static Round *
join (const char *buffer, uint64_t size)
{
  pthread_mutex_lock (&rounds_lock);
  Round *round = rounds;
  while (round != NULL && (strcmp (round->buffer, buffer) != 0 || round->size != size || ls_atomic_load64 (&round->claimed) == size))
    round = round->next;
  if (round == NULL) {
    round = ls_must (aligned_alloc (_Alignof (Round), sizeof *round));
    *round = (Round) { .next = rounds, .buffer = ls_copy_text (buffer), .size = size };
    rounds = round;
  }
  round->members++;
  pthread_mutex_unlock (&rounds_lock);
  return round;
}

static void
leave (Round *round)
{
  pthread_mutex_lock (&rounds_lock);
  round->members--;
  if (round->members == 0) {
    Round **at = &rounds;
    while (*at != round)
      at = &(*at)->next;
    *at = round->next;
    free (round->buffer);
    free (round);
  }
  pthread_mutex_unlock (&rounds_lock);
}

static LsStep
begin (LsRun *run)
{
  size_t size = 0;
  if (run->n_args != 1)
    return ls_refuse (run, "sum takes the name of a shared buffer of this pool: sum frame.");
  const void *bytes = run->map (run, run->args[0], &size);
  if (bytes == NULL)
    return ls_refuse (run, "This pool has no buffer “%s”: lineshaft create buffer %s%s size=64M makes one.", run->args[0],
                      strchr (run->args[0], '.') != NULL ? "" : "POOL.", run->args[0]);
  Sum *self = ls_new0 (Sum, 1);
  run->state = self;
  self->bytes = bytes;
  const char *dot = strrchr (run->args[0], '.');      /* compute.frame is frame */
  self->round = join (dot != NULL ? dot + 1 : run->args[0], size);
  return LS_STEP_MORE;
}

/* A slice that was claimed is summed before the step is over: so no sum ever waits for a copy that was cancelled. */
static bool
sum_slice (Sum *self)
{
  Round *round = self->round;
  uint64_t first, length;
  if (!ls_atomic_claim (&round->claimed, round->size, SLICE, &first, &length))
    return false;
  ls_atomic_add64 (&round->total, ls_sum_bytes (self->bytes + first, length));
  ls_atomic_add64 (&round->summed, length);
  self->mine += length;
  return true;
}

static LsStep
step (LsRun *run)
{
  Sum *self = run->state;
  Round *round = self->round;
  char done[32], all[32];
  uint64_t begun = ls_now_ns ();
  bool more = true;
  while (more && ls_now_ns () - begun < LS_STEP_NS)
    more = sum_slice (self);
  uint64_t summed = ls_atomic_load64 (&round->summed);
  if (summed == round->size)
    return ls_give (run, json_pack ("{s:I, s:I, s:I}", "sum", (json_int_t) ls_atomic_load64 (&round->total), "bytes", (json_int_t) round->size, "mine",
                                    (json_int_t) self->mine));
  ls_tell_progress (run, (double) summed / (double) round->size, "%s of %s", ls_size_text (summed, done, sizeof done),
                    ls_size_text (round->size, all, sizeof all));
  if (!more)
    nanosleep (&(struct timespec) { .tv_nsec = LOOK_NS }, NULL); /* others are at the last slices */
  return LS_STEP_MORE;
}

static void
end (LsRun *run)
{
  Sum *self = run->state;
  if (self == NULL)
    return;
  leave (self->round);
  free (self);
}

const LsJobKind ls_sum_job = {
  .abi = LS_JOB_ABI,
  .name = "sum",
  .arguments = "BUFFER",
  .description = "what the bytes of a shared buffer add up to, by as many copies as there are",
  .begin = begin,
  .step = step,
  .end = end,
};
