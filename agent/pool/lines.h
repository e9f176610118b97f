/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Cuts a stream of bytes into lines, and drops those that are too long. No I/O. */

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  size_t max;              /* longest line that is kept, without its end */
  void (*line) (void *user, const char *text, size_t length);      /* not terminated; never empty */
  void (*dropped) (void *user, size_t length);                     /* a longer one has ended */
  void *user;

  char *part;              /* of a line whose end has not come */
  size_t length;
  size_t capacity;
} LsLines;

void ls_lines_feed (LsLines *lines, const char *data, size_t length);
void ls_lines_clear (LsLines *lines);
