/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

/* libFuzzer prints and keeps the input itself. */
void
fuzz_fail (const char *what, const uint8_t *data, size_t size)
{
  fprintf (stderr, "%s\n", what);
  abort ();
}
