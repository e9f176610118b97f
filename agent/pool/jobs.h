/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The jobs that this host knows by name. */

#include "abi/job.h"

#include <stddef.h>

const LsJobKind *ls_jobs_find (const char *name);      /* NULL: unknown */

/* For people: "primes LIMIT". Returns @text. */
const char *ls_jobs_list (char *text, size_t size);
