/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How long each job took, and what most of them took. No I/O. */

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint64_t *us;
  size_t n, capacity;
} LsTimes;

void ls_times_add (LsTimes *times, uint64_t us);

/* The smallest time that @percent of all were within (nearest rank); 0 of none. Puts the times into order. */
uint64_t ls_times_percentile (LsTimes *times, double percent);
void ls_times_clear (LsTimes *times);
