/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One HTTP/1.x answer, read from bytes that come in any pieces. No I/O and no allocation; the body is counted, not kept.
 *
 * Framing is RFC 9112 §6: a length, chunks, or the end of the connection; 204 and 304 have no body, 1xx are stepped over. An
 * answer whose end cannot be told for sure is refused. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LS_ANSWER_MAX_LINE 8192u
#define LS_ANSWER_MAX_HEAD 65536u

typedef enum {
  LS_ANSWER_STATUS_LINE,
  LS_ANSWER_HEADERS,
  LS_ANSWER_BODY_LENGTH,
  LS_ANSWER_BODY_UNTIL_END,
  LS_ANSWER_CHUNK_SIZE,
  LS_ANSWER_CHUNK_DATA,
  LS_ANSWER_CHUNK_END,
  LS_ANSWER_TRAILERS,
  LS_ANSWER_COMPLETE
} LsAnswerState;

typedef struct {
  LsAnswerState state;
  unsigned code;             /* of the final answer; 0 before its status line */
  bool keep_alive;           /* known once the head is read */
  uint64_t body_bytes;

  bool has_length;
  bool chunked;
  uint64_t left;             /* bytes of the body or the chunk */
  size_t head_bytes;
  size_t line_length;        /* of the part of a line that came before */
  char line[LS_ANSWER_MAX_LINE];
} LsAnswer;

/* Ready for the first byte of an answer. */
void ls_answer_init (LsAnswer *answer);

/* Reads on. Returns how many bytes belonged to this answer (all of them, unless it is complete), or -EBADMSG if this is no answer. */
ssize_t ls_answer_feed (LsAnswer *answer, const char *data, size_t length);

/* The connection has ended in good order. Returns whether that made (or left) the answer complete. */
bool ls_answer_end (LsAnswer *answer);

static inline bool
ls_answer_is_complete (const LsAnswer *answer)
{
  return answer->state == LS_ANSWER_COMPLETE;
}
