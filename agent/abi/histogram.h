/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: MIT */
#pragma once

/* A log-linear histogram of durations in microseconds.
 *
 * Values below 32 have a bucket each; above, every power of two is cut into 16 equal buckets, so the
 * middle of a bucket is never more than 1/32 (3.125 %) away from any value in it. 464 buckets reach
 * 2^32 µs (71 minutes); longer durations count in the last one.
 *
 * The header is self-contained C so that any worker, in any language, can take part. */

#include <stdint.h>

#define LS_HISTOGRAM_LINEAR 32u
#define LS_HISTOGRAM_SUB_BITS 4u
#define LS_HISTOGRAM_SUB (1u << LS_HISTOGRAM_SUB_BITS)
#define LS_HISTOGRAM_BUCKETS (LS_HISTOGRAM_LINEAR + (32u - 5u) * LS_HISTOGRAM_SUB)

/* The bucket that counts a duration of @us microseconds. */
static inline unsigned
ls_histogram_bucket (uint64_t us)
{
  if (us < LS_HISTOGRAM_LINEAR)
    return (unsigned) us;
  if (us > UINT32_MAX)
    return LS_HISTOGRAM_BUCKETS - 1;
  unsigned octave = 31u - (unsigned) __builtin_clz ((uint32_t) us);
  unsigned sub = (unsigned) (us >> (octave - LS_HISTOGRAM_SUB_BITS)) & (LS_HISTOGRAM_SUB - 1);
  return LS_HISTOGRAM_LINEAR + (octave - 5u) * LS_HISTOGRAM_SUB + sub;
}

/* The smallest duration that @bucket counts, in microseconds. */
static inline uint64_t
ls_histogram_bucket_low (unsigned bucket)
{
  if (bucket < LS_HISTOGRAM_LINEAR)
    return bucket;
  unsigned octave = 5u + (bucket - LS_HISTOGRAM_LINEAR) / LS_HISTOGRAM_SUB;
  unsigned sub = (bucket - LS_HISTOGRAM_LINEAR) % LS_HISTOGRAM_SUB;
  return ((uint64_t) (LS_HISTOGRAM_SUB + sub)) << (octave - LS_HISTOGRAM_SUB_BITS);
}

/* The duration that stands for all of @bucket: its middle, in microseconds. */
static inline uint64_t
ls_histogram_bucket_middle (unsigned bucket)
{
  uint64_t low = ls_histogram_bucket_low (bucket);
  if (bucket < LS_HISTOGRAM_LINEAR)
    return low;
  unsigned octave = 5u + (bucket - LS_HISTOGRAM_LINEAR) / LS_HISTOGRAM_SUB;
  return low + (((uint64_t) 1 << (octave - LS_HISTOGRAM_SUB_BITS)) >> 1);
}
