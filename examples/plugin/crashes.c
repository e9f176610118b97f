/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: MIT */

/* Three jobs that go wrong, each in its way, to see what becomes of the pool: its process ends and is started again, the agent and other pools
 * notice nothing, and jobs that waited run. */

#include "example.h"

#include <stdlib.h>

static LsStep
take_no_arguments (LsRun *run)
{
  if (run->n_args == 0)
    return LS_STEP_MORE;
  run->fail (run, "This job takes no arguments.");
  return LS_STEP_FAILED;
}

static LsStep
write_to_nowhere (LsRun *run)
{
  volatile int *volatile nowhere = NULL; /* so that no compiler leaves it out */
  *nowhere = 1;
  return LS_STEP_DONE;
}

static LsStep
call_abort (LsRun *run)
{
  abort ();
}

/* Asks nobody whether it should end: the timeout of the job has to. */
static LsStep
go_on (LsRun *run)
{
  for (volatile unsigned n = 0;; n++)
    continue;
  return LS_STEP_DONE;
}

#define CRASH(kind, text, what, action) \
  const LsJobKind kind = { .abi = LS_JOB_ABI, .name = text, .arguments = "", .description = what, .begin = take_no_arguments, .step = action }

CRASH (null_write_job, "null-write", "writes to address 0: a segmentation fault", write_to_nowhere);
CRASH (abort_job, "abort", "calls abort", call_abort);
CRASH (endless_job, "endless", "never comes back: submit it with a timeout", go_on);
