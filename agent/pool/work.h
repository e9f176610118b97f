/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One run of a job in its thread, from the order to the line that says how it ended. */

#include "abi/job.h"
#include "pool/buffers.h"
#include "pool/outbox.h"
#include "pool/output.h"
#include "pool/queue.h"

typedef struct {
  LsRun run;
  unsigned thread;
  LsOutbox *outbox;
  LsStart *start;
  LsBuffers *buffers;
  const LsHand *hand;
  const unsigned *brief;   /* the agent takes LINESHAFT_JOBS_DONE; read without a lock */
  const LsOrder *order;    /* NULL: no job; the queue's */
  const LsJobKind *kind;   /* NULL: there is none of that name */
  const LsJobKind *last_kind;      /* jobs of one kind often follow each other */
  char *result;
  char *failure;
  LsOutput output;
  LsMapping *mappings;
  uint64_t started_ns;
  LsText done;             /* kept: what was said of the one before */
  uint64_t ended_ns;       /* of the one before; 0: that was not just now */
  uint64_t cpu_ns, cpu_at_ns;      /* of the thread, when it was asked last */
  uint64_t last_progress;
} LsWork;

typedef enum { LS_WORK_DONE, LS_WORK_FAILED, LS_WORK_CANCELLED } LsWorkEnd;

/* What comes now, NULL: nothing. A job that follows another at once starts when that one ended: the clock is read once for both. */
void ls_work_next (LsWork *work, const LsOrder *order);
/* All give LS_STEP_MORE while it goes on, else what the job came to. */
LsStep ls_work_begin (LsWork *work, const LsOrder *order);
LsStep ls_work_step (LsWork *work);
void ls_work_message (LsWork *work, const char *json);
/* Frees all that the run had; the event that says how it ended. NULL: it is done, and work->done is its element of LINESHAFT_JOBS_DONE. */
LsEvent *ls_work_end (LsWork *work, LsWorkEnd how);
void ls_work_clear (LsWork *work);
