/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The job "sum BUFFER": what all bytes of a shared buffer add up to.
 *
 * As many copies as one likes work on the same sum (lineshaft submit compute sum frame -n threads): each claims the next slice that nobody has, adds it up
 * and adds that to what all have so far; there is no lock and no copy, and the result of each is the whole sum. A copy that comes when a sum is over begins
 * a new one. Whoever writes to the buffer meanwhile gets the sum of what was found. */

#include "abi/job.h"

#include <stdint.h>

extern const LsJobKind ls_sum_job;

/* What @length bytes add up to. */
uint64_t ls_sum_bytes (const unsigned char *bytes, size_t length);
