/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/lines.h"
#include "pool/memory.h"

/* Keeps @data for later; of a line that is too long already, only the length is kept. */
static void
keep_part (LsLines *lines, const char *data, size_t length)
{
  size_t whole = lines->length + length;
  if (whole <= lines->max) {
    if (whole > lines->capacity) {
      lines->capacity = whole < 4096 ? 4096 : whole * 2;
      lines->part = ls_must (realloc (lines->part, lines->capacity));
    }
    memcpy (lines->part + lines->length, data, length);
  }
  lines->length = whole;
}

static void
end_line (LsLines *lines, const char *data, size_t length)
{
  if (lines->length > 0) {
    keep_part (lines, data, length);
    data = lines->part;
    length = lines->length;
    lines->length = 0;
  }
  if (length > lines->max)
    lines->dropped (lines->user, length);
  else if (length > 0)
    lines->line (lines->user, data, length);
}

void
ls_lines_feed (LsLines *lines, const char *data, size_t length)
{
  while (length > 0) {
    const char *end = memchr (data, '\n', length);
    if (end == NULL) {
      keep_part (lines, data, length);
      return;
    }
    size_t used = (size_t) (end - data);
    end_line (lines, data, used);
    data += used + 1;
    length -= used + 1;
  }
}

void
ls_lines_clear (LsLines *lines)
{
  free (lines->part);
  lines->part = NULL;
  lines->length = lines->capacity = 0;
}
