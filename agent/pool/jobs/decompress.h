/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The job "decompress FILE [TO] [overwrite=yes]": what zstd and gzip wrote, told apart by its first bytes. */

#include "abi/job.h"

extern const LsJobKind ls_decompress_job;
