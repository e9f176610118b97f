/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs.h"
#include "pool/jobs/checksum.h"
#include "pool/jobs/compress.h"
#include "pool/jobs/decompress.h"
#include "pool/jobs/fractal.h"
#include "pool/jobs/matrix.h"
#include "pool/jobs/primes.h"
#include "pool/jobs/sum.h"
#include "pool/memory.h"

#include <stdio.h>

static const LsJobKind *const kinds[] = { &ls_checksum_job, &ls_compress_job, &ls_decompress_job, &ls_fractal_job,
                                         &ls_matrix_job,   &ls_primes_job,   &ls_sum_job };

#define N_KINDS (sizeof kinds / sizeof kinds[0])

typedef struct {
  const LsJobKind *kind;
  char *plugin;
} Added;

static Added *added;
static size_t n_added;

const LsJobKind *
ls_jobs_at (size_t index, const char **ret_plugin)
{
  if (ret_plugin != NULL)
    *ret_plugin = index >= N_KINDS && index - N_KINDS < n_added ? added[index - N_KINDS].plugin : NULL;
  if (index < N_KINDS)
    return kinds[index];
  return index - N_KINDS < n_added ? added[index - N_KINDS].kind : NULL;
}

const LsJobKind *
ls_jobs_find (const char *name)
{
  const LsJobKind *kind;
  for (size_t i = 0; (kind = ls_jobs_at (i, NULL)) != NULL; i++)
    if (strcmp (kind->name, name) == 0)
      return kind;
  return NULL;
}

const char *
ls_jobs_list (char *text, size_t size)
{
  const LsJobKind *kind;
  size_t length = 0;
  text[0] = '\0';
  for (size_t i = 0; (kind = ls_jobs_at (i, NULL)) != NULL && length < size; i++)
    length += (size_t) snprintf (text + length, size - length, "%s%s%s%s", i > 0 ? ", " : "", kind->name, *kind->arguments != '\0' ? " " : "",
                                 kind->arguments);
  return text;
}

/* Also among themselves. */
static const char *
find_doubled (const LsJobPlugin *plugin)
{
  for (size_t i = 0; plugin->kinds[i] != NULL; i++) {
    if (ls_jobs_find (plugin->kinds[i]->name) != NULL)
      return plugin->kinds[i]->name;
    for (size_t j = 0; j < i; j++)
      if (strcmp (plugin->kinds[i]->name, plugin->kinds[j]->name) == 0)
        return plugin->kinds[i]->name;
  }
  return NULL;
}

bool
ls_jobs_add (const LsJobPlugin *plugin, const char *path, const char **ret_doubled)
{
  size_t n = 0;
  *ret_doubled = find_doubled (plugin);
  if (*ret_doubled != NULL)
    return false;
  while (plugin->kinds[n] != NULL)
    n++;
  added = ls_must (realloc (added, (n_added + n + 1) * sizeof *added));
  for (size_t i = 0; i < n; i++)
    added[n_added++] = (Added) { plugin->kinds[i], ls_copy_text (path) };
  return true;
}

void
ls_jobs_clear (void)
{
  for (size_t i = 0; i < n_added; i++)
    free (added[i].plugin);
  free (added);
  added = NULL;
  n_added = 0;
}
