/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The body of a request: raw bytes in, body bytes out, and where it ends. Pure.
 *
 * Chunked coding is read strictly (RFC 9112, section 7.1): hexadecimal sizes without signs or space, CR LF and nothing
 * else, bounded extensions and trailers, which are dropped. */

#include "http/head.h"

typedef enum {
  LS_HTTP_BODY_MORE,    /* needs more input */
  LS_HTTP_BODY_PIECE,   /* a piece of the body was found */
  LS_HTTP_BODY_END,     /* the body is whole */
  LS_HTTP_BODY_REFUSED,
} LsHttpBodyResult;

typedef struct {
  uint64_t remaining;   /* of the length, or of the chunk */
  uint64_t received;    /* body bytes found so far */
  uint64_t limit;
  uint32_t overhead;    /* bytes of extensions, or of trailers, so far */
  uint8_t state;
  uint8_t digits;
} LsHttpBody;

/* Begins the body of @head; one of more than @limit bytes is refused with 413. */
void ls_http_body_init (LsHttpBody *body, const LsHttpHead *head, uint64_t limit);

bool ls_http_body_is_complete (const LsHttpBody *body);

/* Reads from @data until a piece, the end, or the end of the input. *@ret_consumed bytes were used; a piece is the
 * *@ret_length bytes at *@ret_piece, within @data. */
LsHttpBodyResult ls_http_body_read (LsHttpBody *body, const char *data, size_t length, size_t *ret_consumed,
                                    const char **ret_piece, size_t *ret_length, LsHttpVerdict *verdict);
