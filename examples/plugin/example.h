/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: MIT */
#pragma once

/* The jobs of this plug-in, one file each. */

#include <job.h>

extern const LsJobKind word_count_job;

/* What a bad job does to its pool, and to nobody else: */
extern const LsJobKind null_write_job;      /* writes to address 0 */
extern const LsJobKind abort_job;           /* calls abort */
extern const LsJobKind endless_job;         /* never comes back from a step */
