/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/primes.h"
#include "pool/jobs/words.h"
#include "pool/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_LIMIT UINT64_C (1000000000000)

/* Odd numbers only, a byte each: a segment fits the first-level cache and spans twice as many numbers. */
#define SEGMENT 32768u

typedef struct {
  uint64_t limit;
  uint64_t low;              /* odd: the first number of the next segment */
  uint64_t count;            /* primes below low, and 2 */
  uint32_t *primes;          /* odd ones up to the root of limit */
  uint64_t *next;            /* of each: its next multiple's place, relative to low */
  size_t n_primes;
  size_t n_used;             /* those whose square is reached */
  unsigned char composite[SEGMENT];
} Primes;

/* All odd primes up to @root, by the plain sieve. */
static void
find_base (Primes *self, uint32_t root)
{
  unsigned char *composite = ls_new0 (unsigned char, (size_t) root + 1);
  size_t n = 0;
  for (uint64_t i = 3; i <= root; i += 2) {
    if (composite[i])
      continue;
    n++;
    for (uint64_t j = i * i; j <= root; j += 2 * i)
      composite[j] = 1;
  }
  self->primes = ls_new0 (uint32_t, n + 1);
  self->next = ls_new0 (uint64_t, n + 1);
  for (uint32_t i = 3; i <= root; i += 2)
    if (!composite[i])
      self->primes[self->n_primes++] = i;
  free (composite);
}

static LsStep
begin (LsRun *run)
{
  uint64_t limit;
  if (run->n_args != 1 || !ls_read_whole (run->args[0], 0, MAX_LIMIT, &limit))
    return ls_refuse (run, "primes takes one whole number, the limit, from 0 to 1000000000000: primes 1000000.");
  Primes *self = ls_new0 (Primes, 1);
  run->state = self;
  self->limit = limit;
  self->low = 3;
  self->count = limit >= 2 ? 1 : 0;
  find_base (self, (uint32_t) sqrt ((double) limit));
  return LS_STEP_MORE;
}

/* Crosses out the multiples in the segment that starts at low and has @size odd numbers. */
static void
cross_out (Primes *self, uint32_t size)
{
  uint64_t last = self->low + 2 * (uint64_t) (size - 1);
  memset (self->composite, 0, size);
  while (self->n_used < self->n_primes && (uint64_t) self->primes[self->n_used] * self->primes[self->n_used] <= last) {
    uint64_t prime = self->primes[self->n_used];
    self->next[self->n_used++] = (prime * prime - self->low) / 2;
  }
  for (size_t i = 0; i < self->n_used; i++) {
    uint32_t prime = self->primes[i];
    uint64_t at = self->next[i];
    for (; at < size; at += prime)
      self->composite[at] = 1;
    self->next[i] = at - size;
  }
}

static void
sieve_segment (Primes *self)
{
  uint64_t left = (self->limit - self->low) / 2 + 1;
  uint32_t size = left < SEGMENT ? (uint32_t) left : SEGMENT;
  uint32_t crossed = 0;
  cross_out (self, size);
  for (uint32_t i = 0; i < size; i++)
    crossed += self->composite[i];
  self->count += size - crossed;
  self->low += 2 * (uint64_t) size;
}

static uint64_t
reached (const Primes *self)
{
  uint64_t up_to = self->low - 1;
  return up_to < self->limit ? up_to : self->limit;
}

static LsStep
step (LsRun *run)
{
  Primes *self = run->state;
  char text[80], done[32], all[32];
  uint64_t begun = ls_now_ns ();
  while (self->low <= self->limit && ls_now_ns () - begun < LS_STEP_NS)
    sieve_segment (self);
  if (self->low > self->limit) {
    snprintf (text, sizeof text, "{\"count\":%" PRIu64 ",\"limit\":%" PRIu64 "}", self->count, self->limit);
    run->result (run, text);
    return LS_STEP_DONE;
  }
  ls_tell_progress (run, (double) reached (self) / (double) self->limit, "%s of %s", ls_group_digits (reached (self), done, sizeof done),
                    ls_group_digits (self->limit, all, sizeof all));
  return LS_STEP_MORE;
}

static void
message (LsRun *run, const char *json)
{
  const Primes *self = run->state;
  char text[96];
  snprintf (text, sizeof text, "{\"count\":%" PRIu64 ",\"reached\":%" PRIu64 ",\"limit\":%" PRIu64 "}", self->count, reached (self), self->limit);
  run->send (run, text);
}

static void
end (LsRun *run)
{
  Primes *self = run->state;
  if (self == NULL)
    return;
  free (self->primes);
  free (self->next);
  free (self);
}

const LsJobKind ls_primes_job = {
  .abi = LS_JOB_ABI,
  .name = "primes",
  .arguments = "LIMIT",
  .description = "how many primes there are up to LIMIT",
  .begin = begin,
  .step = step,
  .message = message,
  .end = end,
};
