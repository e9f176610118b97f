/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Says what is wrong with which input, and aborts. */

#include <stdint.h>
#include <stddef.h>

typedef struct {
  const char *data;        /* NULL: past the last of a list */
  size_t size;
} FuzzBytes;

#define FUZZ_BYTES(literal) { (literal), sizeof (literal) - 1 }

/* Each target's: inputs to begin with, and what is put into them. Byte 0 of an input is the driver's, and for the target to choose by. */
extern const FuzzBytes fuzz_seeds[];
extern const FuzzBytes fuzz_words[];

/* The entry that libFuzzer calls, and driver.c too. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

_Noreturn void fuzz_fail (const char *what, const uint8_t *data, size_t size);
