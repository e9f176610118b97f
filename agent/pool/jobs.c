/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs.h"
#include "pool/primes.h"

#include <stdio.h>
#include <string.h>

static const LsJobKind *const kinds[] = { &ls_primes_job };

#define N_KINDS (sizeof kinds / sizeof kinds[0])

const LsJobKind *
ls_jobs_find (const char *name)
{
  for (size_t i = 0; i < N_KINDS; i++)
    if (strcmp (kinds[i]->name, name) == 0)
      return kinds[i];
  return NULL;
}

const char *
ls_jobs_list (char *text, size_t size)
{
  size_t length = 0;
  text[0] = '\0';
  for (size_t i = 0; i < N_KINDS && length < size; i++)
    length += (size_t) snprintf (text + length, size - length, "%s%s %s", i > 0 ? ", " : "", kinds[i]->name, kinds[i]->arguments);
  return text;
}
