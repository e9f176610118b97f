/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: MIT */
#pragma once

/* The scoreboard: a sealed shared memory file, one for each cluster, in which every worker process
 * counts what it does and from which the agent reads without a system call.
 *
 * A worker finds it by two environment variables: LINESHAFT_SCOREBOARD_FD (a file descriptor to map
 * shared and writable) and LINESHAFT_ROW (its row). A row has exactly one writer, so relaxed atomic
 * loads and stores are enough; nothing is ever locked. All numbers are native-endian.
 *
 * Layout, version 1: one LsScoreboardHeader, then header.rows rows of header.row_size bytes, the first
 * at header.rows_offset. A reader that finds another magic or major version must not use the file;
 * fields are only ever appended to a row, so row_size, not sizeof, is the stride. */

#include "histogram.h"

#include <stdint.h>

#define LS_SCOREBOARD_MAGIC 0x4c535342u /* "LSSB" */
#define LS_SCOREBOARD_VERSION 1u
#define LS_SCOREBOARD_ENV_FD "LINESHAFT_SCOREBOARD_FD"
#define LS_SCOREBOARD_ENV_ROW "LINESHAFT_ROW"

#define LS_SCOREBOARD_FIRST_CODE 100u
#define LS_SCOREBOARD_CODES 500u /* 100 ... 599 */

/* An I/O-pool figure that nobody measures. */
#define LS_SCOREBOARD_UNKNOWN UINT32_MAX

typedef struct {
  uint32_t magic;
  uint32_t version;
  uint32_t rows;
  uint32_t row_size;
  uint32_t rows_offset;
  uint32_t reserved[11];
} LsScoreboardHeader;

typedef struct {
  /* Identity and health; written at start and by the worker's own timer. */
  uint64_t heartbeat_ms;       /* CLOCK_MONOTONIC when the loop last turned */
  uint32_t pid;                /* 0: the row takes no part */
  uint32_t loop_lag_us;        /* how late the last timer was */
  uint32_t io_pool_size;       /* libuv thread pool; LS_SCOREBOARD_UNKNOWN if not measured */
  uint32_t io_pool_active;
  uint32_t io_pool_queued;
  uint32_t draining;           /* 1 once the worker takes no new connections */

  /* Gauges. */
  uint32_t connections;        /* open now */
  uint32_t in_flight;          /* requests whose answer is not complete */

  /* Counters; never decrease while the process lives. */
  uint64_t accepted;           /* connections */
  uint64_t requests;           /* answers begun to be counted: equals the sum of codes[] */
  uint64_t bytes_in;
  uint64_t bytes_out;
  uint64_t latency_sum_us;
  uint64_t reserved[4];
  uint64_t codes[LS_SCOREBOARD_CODES];
  uint64_t latency[LS_HISTOGRAM_BUCKETS];
} LsScoreboardRow;

/* Adds @n to a counter of which the caller is the only writer. */
static inline void
ls_scoreboard_add (uint64_t *counter, uint64_t n)
{
  __atomic_store_n (counter, __atomic_load_n (counter, __ATOMIC_RELAXED) + n, __ATOMIC_RELAXED);
}

/* Sets a gauge of which the caller is the only writer. */
static inline void
ls_scoreboard_set (uint32_t *gauge, uint32_t value)
{
  __atomic_store_n (gauge, value, __ATOMIC_RELAXED);
}

/* Counts one answer. A @code outside 100 ... 599 counts as 500: a server must not send it. The sum of
 * codes is written last, so a reader never sees a request without its code. */
static inline void
ls_scoreboard_count (LsScoreboardRow *row, unsigned code, uint64_t latency_us)
{
  unsigned index = code - LS_SCOREBOARD_FIRST_CODE;
  if (index >= LS_SCOREBOARD_CODES)
    index = 500u - LS_SCOREBOARD_FIRST_CODE;
  ls_scoreboard_add (&row->codes[index], 1);
  ls_scoreboard_add (&row->latency[ls_histogram_bucket (latency_us)], 1);
  ls_scoreboard_add (&row->latency_sum_us, latency_us);
  ls_scoreboard_add (&row->requests, 1);
}
