/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What became of every request: answered by status code, failed by kind, and how long the answers took. */

#include "abi/histogram.h"
#include "load/client.h"

#include <stdio.h>

#define LS_TALLY_FIRST_CODE 100u
#define LS_TALLY_CODES 900u

typedef struct {
  uint64_t outcomes[LS_N_OUTCOMES];
  uint64_t codes[LS_TALLY_CODES];      /* 100 … 999; their sum is outcomes[LS_OUTCOME_ANSWERED] */
  uint64_t latency[LS_HISTOGRAM_BUCKETS];
  uint64_t latency_sum_us;
  uint64_t latency_max_us;
} LsTally;

void ls_tally_count (LsTally *tally, LsOutcome outcome, unsigned code, uint64_t latency_us);
uint64_t ls_tally_answered (const LsTally *tally);
uint64_t ls_tally_failed (const LsTally *tally);

/* The latency in µs that the share @p (0 … 1) of the answers did not exceed; 0 without answers. */
uint64_t ls_tally_percentile (const LsTally *tally, double p);

/* What came to @now since @then. The maximum is @now's: it cannot be taken apart. */
void ls_tally_difference (const LsTally *now, const LsTally *then, LsTally *ret);
