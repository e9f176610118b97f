/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: MIT */

/* The one symbol that a plug-in exports: which jobs it brings. */

#include "example.h"

static const LsJobKind *const kinds[] = { &word_count_job, &null_write_job, &abort_job, &endless_job, NULL };

LS_JOB_EXPORT const LsJobPlugin ls_job_plugin = { LS_JOB_ABI, "example", "1.0", kinds };
