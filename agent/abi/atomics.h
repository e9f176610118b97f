/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: MIT */
#pragma once

/* Atomic operations on numbers in shared memory: what several threads, or several processes, do to one buffer without a lock.
 *
 * Plain integers, naturally aligned, no type of our own: any process that maps the buffer can take part, in any language that has atomics.
 * Loads acquire, stores release, the rest does both; so what was written before a store is seen after the load that found it.
 * All are lock-free on the machines that have 64-bit atomics; the header is self-contained C. */

#include <stdint.h>

static inline uint32_t
ls_atomic_load32 (const uint32_t *at)
{
  return __atomic_load_n (at, __ATOMIC_ACQUIRE);
}

static inline uint64_t
ls_atomic_load64 (const uint64_t *at)
{
  return __atomic_load_n (at, __ATOMIC_ACQUIRE);
}

static inline void
ls_atomic_store32 (uint32_t *at, uint32_t value)
{
  __atomic_store_n (at, value, __ATOMIC_RELEASE);
}

static inline void
ls_atomic_store64 (uint64_t *at, uint64_t value)
{
  __atomic_store_n (at, value, __ATOMIC_RELEASE);
}

/* Adds, and gives the value before. To subtract, add the negative number. */
static inline uint32_t
ls_atomic_add32 (uint32_t *at, uint32_t n)
{
  return __atomic_fetch_add (at, n, __ATOMIC_ACQ_REL);
}

static inline uint64_t
ls_atomic_add64 (uint64_t *at, uint64_t n)
{
  return __atomic_fetch_add (at, n, __ATOMIC_ACQ_REL);
}

/* Puts @value there if @expected is there; nonzero: it was. */
static inline int
ls_atomic_swap_if32 (uint32_t *at, uint32_t expected, uint32_t value)
{
  return __atomic_compare_exchange_n (at, &expected, value, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

static inline int
ls_atomic_swap_if64 (uint64_t *at, uint64_t expected, uint64_t value)
{
  return __atomic_compare_exchange_n (at, &expected, value, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* The larger of the two stays there. */
static inline void
ls_atomic_max32 (uint32_t *at, uint32_t value)
{
  uint32_t now = ls_atomic_load32 (at);
  while (now < value && !__atomic_compare_exchange_n (at, &now, value, 1, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    continue;
}

static inline void
ls_atomic_max64 (uint64_t *at, uint64_t value)
{
  uint64_t now = ls_atomic_load64 (at);
  while (now < value && !__atomic_compare_exchange_n (at, &now, value, 1, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    continue;
}

/* Splits 0 … total over whoever asks: each call claims the next slice of at most @step. Nonzero: *ret_first … *ret_first + *ret_length is the
 * caller's alone; 0: all is claimed. *@next starts at 0 and stands where all claimers see it. */
static inline int
ls_atomic_claim (uint64_t *next, uint64_t total, uint64_t step, uint64_t *ret_first, uint64_t *ret_length)
{
  uint64_t first = ls_atomic_load64 (next);
  uint64_t length;
  do {
    if (step == 0 || first >= total)
      return 0;
    length = total - first < step ? total - first : step;
  } while (!__atomic_compare_exchange_n (next, &first, first + length, 1, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
  *ret_first = first;
  *ret_length = length;
  return 1;
}
