/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Says what is wrong with which input, and aborts. */

#include <stdint.h>
#include <stddef.h>

/* The entry that libFuzzer calls, and driver.c too. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

_Noreturn void fuzz_fail (const char *what, const uint8_t *data, size_t size);
