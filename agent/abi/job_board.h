/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: MIT */
#pragma once

/* The job board: a shared memory file, one for each pool, in which every thread of the host writes down what it is about to run.
 *
 * When the host has died, the agent reads there which jobs ran, to the last instant: what the channel said may be a moment old. A host that
 * dies of a fault of its own also leaves which thread it was. The host finds the file by LINESHAFT_SCOREBOARD_FD; without one it
 * writes nothing. All numbers are native-endian; a row has one writer. */

#include <stdint.h>

#define LS_JOB_BOARD_MAGIC 0x4c534a42u /* "LSJB" */
#define LS_JOB_BOARD_VERSION 1u
#define LS_JOB_BOARD_ENV_FD "LINESHAFT_SCOREBOARD_FD"
#define LS_JOB_BOARD_ID 32u
#define LS_JOB_BOARD_BEGUN 2048u

typedef struct {
  uint32_t magic;
  uint32_t version;
  uint32_t rows;           /* one a thread, by its index */
  uint32_t crashed;        /* 1 + the index of the thread in which the process died; 0: not known */
  uint32_t reserved[12];
} LsJobBoard;

typedef struct {
  uint32_t running;        /* 1 while the job below runs; written last */
  uint32_t reserved[5];
  uint64_t n_begun;        /* jobs that the thread has begun */
  char job[LS_JOB_BOARD_ID];      /* "j17" */
  uint64_t begun[LS_JOB_BOARD_BEGUN];      /* the last of them, by ls_job_board_hash: one whose end nobody heard of is not begun anew by mistake */
} LsJobBoardRow;

/* FNV-1a of the id. */
static inline uint64_t
ls_job_board_hash (const char *id)
{
  uint64_t hash = UINT64_C (0xcbf29ce484222325);
  for (; *id != '\0'; id++)
    hash = (hash ^ (unsigned char) *id) * UINT64_C (0x100000001b3);
  return hash;
}

static inline LsJobBoardRow *
ls_job_board_row (LsJobBoard *board, uint32_t index)
{
  return (LsJobBoardRow *) (board + 1) + index;
}

static inline uint64_t
ls_job_board_size (uint32_t rows)
{
  return sizeof (LsJobBoard) + (uint64_t) rows * sizeof (LsJobBoardRow);
}
