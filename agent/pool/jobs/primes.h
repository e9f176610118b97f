/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The job "primes LIMIT": how many primes there are up to LIMIT. A message to it is answered with how far it is. */

#include "abi/job.h"

extern const LsJobKind ls_primes_job;
