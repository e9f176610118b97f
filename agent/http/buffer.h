/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A run of bytes that grows at its end and is consumed at its start. Functions return 0 or -ENOMEM. */

#include <stddef.h>

typedef struct {
  char *data;    /* owned; NULL while nothing was ever kept */
  size_t start;  /* the first byte not consumed yet */
  size_t end;    /* one past the last byte */
  size_t size;   /* of @data */
} LsHttpBuffer;

static inline size_t
ls_http_buffer_length (const LsHttpBuffer *buffer)
{
  return buffer->end - buffer->start;
}

/* Makes room for @length more bytes after the end. */
int ls_http_buffer_reserve (LsHttpBuffer *buffer, size_t length);

int ls_http_buffer_append (LsHttpBuffer *buffer, const void *data, size_t length);

/* Drops @length bytes from the start. */
void ls_http_buffer_consume (LsHttpBuffer *buffer, size_t length);

/* Empties it, and gives its memory back if that is more than @keep bytes. */
void ls_http_buffer_reset (LsHttpBuffer *buffer, size_t keep);
