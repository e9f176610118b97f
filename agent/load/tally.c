/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/tally.h"

void
ls_tally_count (LsTally *tally, LsOutcome outcome, unsigned code, uint64_t latency_us)
{
  tally->outcomes[outcome]++;
  if (outcome != LS_OUTCOME_ANSWERED)
    return;
  tally->codes[code - LS_TALLY_FIRST_CODE]++;
  tally->latency[ls_histogram_bucket (latency_us)]++;
  tally->latency_sum_us += latency_us;
  if (latency_us > tally->latency_max_us)
    tally->latency_max_us = latency_us;
}

uint64_t
ls_tally_answered (const LsTally *tally)
{
  return tally->outcomes[LS_OUTCOME_ANSWERED];
}

uint64_t
ls_tally_failed (const LsTally *tally)
{
  uint64_t failed = 0;
  for (unsigned i = LS_OUTCOME_ANSWERED + 1; i < LS_N_OUTCOMES; i++)
    failed += tally->outcomes[i];
  return failed;
}

uint64_t
ls_tally_percentile (const LsTally *tally, double p)
{
  uint64_t total = ls_tally_answered (tally);
  if (total == 0)
    return 0;
  uint64_t rank = (uint64_t) (p * (double) total);
  if ((double) rank < p * (double) total)
    rank++;
  if (rank == 0)
    rank = 1;
  uint64_t seen = 0;
  for (unsigned i = 0; i < LS_HISTOGRAM_BUCKETS; i++) {
    seen += tally->latency[i];
    if (seen < rank)
      continue;
    uint64_t middle = ls_histogram_bucket_middle (i);
    return middle < tally->latency_max_us ? middle : tally->latency_max_us;
  }
  return tally->latency_max_us;
}

void
ls_tally_difference (const LsTally *now, const LsTally *then, LsTally *ret)
{
  for (unsigned i = 0; i < LS_N_OUTCOMES; i++)
    ret->outcomes[i] = now->outcomes[i] - then->outcomes[i];
  for (unsigned i = 0; i < LS_TALLY_CODES; i++)
    ret->codes[i] = now->codes[i] - then->codes[i];
  for (unsigned i = 0; i < LS_HISTOGRAM_BUCKETS; i++)
    ret->latency[i] = now->latency[i] - then->latency[i];
  ret->latency_sum_us = now->latency_sum_us - then->latency_sum_us;
  ret->latency_max_us = now->latency_max_us;
}
