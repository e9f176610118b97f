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
  LsBuffers *buffers;
  const LsHand *hand;
  const unsigned *brief;   /* the agent takes LINESHAFT_JOBS_DONE; read without a lock */
  const LsOrder *order;    /* NULL: no job; the queue's */
  const LsJobKind *kind;   /* NULL: there is none of that name */
  char *result;
  char *failure;
  LsOutput output;
  LsMapping *mappings;
  uint64_t started_ns;
  uint64_t cpu_ns;         /* of the thread, at the start; kept from the end of the one before */
  uint64_t ended_ns;       /* of the one before */
  uint64_t last_progress;
} LsWork;

typedef enum { LS_WORK_DONE, LS_WORK_FAILED, LS_WORK_CANCELLED } LsWorkEnd;

/* The event that says it starts. */
LsEvent *ls_work_started (LsWork *work);
/* All give LS_STEP_MORE while it goes on, else what the job came to. */
LsStep ls_work_begin (LsWork *work, const LsOrder *order);
LsStep ls_work_step (LsWork *work);
void ls_work_message (LsWork *work, const char *json);
/* Frees all that the run had; the event that says how it ended. */
LsEvent *ls_work_end (LsWork *work, LsWorkEnd how);
