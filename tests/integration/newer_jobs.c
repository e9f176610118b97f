/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A plug-in that was built against a later header than this one. */

#include "job.h"

static const LsJobKind *const kinds[] = { NULL };

LS_JOB_EXPORT const LsJobPlugin ls_job_plugin = { LS_JOB_ABI + 1, "newer", "2.0", kinds };
