/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Allocation that does not return without memory: a pool host that has none left is restarted by the agent, which knows what ran. */

#include <stdlib.h>
#include <string.h>

static inline void *
ls_must (void *memory)
{
  if (memory == NULL)
    abort ();
  return memory;
}

#define ls_new0(type, n) ((type *) ls_must (calloc ((n), sizeof (type))))

static inline char *
ls_copy_text (const char *text)
{
  return text != NULL ? (char *) ls_must (strdup (text)) : NULL;
}
