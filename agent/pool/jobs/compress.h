/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The job "compress FILE [TO] [format=zstd|gzip] [level=N] [overwrite=yes]": what zstd and gzip read. */

#include "abi/job.h"

extern const LsJobKind ls_compress_job;
