/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SMALLEST 512

int
ls_http_buffer_reserve (LsHttpBuffer *buffer, size_t length)
{
  if (buffer->size - buffer->end >= length)
    return 0;
  size_t used = ls_http_buffer_length (buffer);
  if (buffer->start > 0)
    {
      memmove (buffer->data, buffer->data + buffer->start, used);
      buffer->start = 0;
      buffer->end = used;
      if (buffer->size - used >= length)
        return 0;
    }
  size_t size = buffer->size < SMALLEST ? SMALLEST : buffer->size;
  while (size - used < length)
    size *= 2;
  char *data = realloc (buffer->data, size);
  if (!data)
    return -ENOMEM;
  buffer->data = data;
  buffer->size = size;
  return 0;
}

int
ls_http_buffer_append (LsHttpBuffer *buffer, const void *data, size_t length)
{
  if (length == 0)
    return 0;
  int r = ls_http_buffer_reserve (buffer, length);
  if (r < 0)
    return r;
  memcpy (buffer->data + buffer->end, data, length);
  buffer->end += length;
  return 0;
}

void
ls_http_buffer_consume (LsHttpBuffer *buffer, size_t length)
{
  buffer->start += length;
  if (buffer->start == buffer->end)
    buffer->start = buffer->end = 0;
}

void
ls_http_buffer_reset (LsHttpBuffer *buffer, size_t keep)
{
  buffer->start = buffer->end = 0;
  if (buffer->size > keep)
    {
      free (buffer->data);
      buffer->data = NULL;
      buffer->size = 0;
    }
}
