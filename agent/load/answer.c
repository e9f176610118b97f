/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/answer.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static void
begin_head (LsAnswer *answer)
{
  answer->state = LS_ANSWER_STATUS_LINE;
  answer->has_length = false;
  answer->chunked = false;
  answer->left = 0;
  answer->head_bytes = 0;
}

void
ls_answer_init (LsAnswer *answer)
{
  begin_head (answer);
  answer->code = 0;
  answer->keep_alive = false;
  answer->body_bytes = 0;
  answer->line_length = 0;
}

static bool
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200 OK" */
static int
read_status_line (LsAnswer *answer, const char *line, size_t length)
{
  if (length < 12 || memcmp (line, "HTTP/1.", 7) != 0 || !is_digit (line[7]) || line[8] != ' ')
    return -EBADMSG;
  if (line[9] < '1' || line[9] > '9' || !is_digit (line[10]) || !is_digit (line[11]) || (length > 12 && line[12] != ' '))
    return -EBADMSG;
  answer->code = (unsigned) ((line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0'));
  answer->keep_alive = line[7] != '0';
  answer->state = LS_ANSWER_HEADERS;
  return 0;
}

static int
read_length (LsAnswer *answer, const char *value, size_t length)
{
  uint64_t number = 0;
  if (length == 0 || length > 18)
    return -EBADMSG;
  for (size_t i = 0; i < length; i++) {
    if (!is_digit (value[i]))
      return -EBADMSG;
    number = number * 10 + (uint64_t) (value[i] - '0');
  }
  if (answer->has_length && number != answer->left)
    return -EBADMSG;
  answer->has_length = true;
  answer->left = number;
  return 0;
}

/* Whether @word stands in the comma-separated @value. */
static bool
has_token (const char *value, size_t length, const char *word)
{
  size_t word_length = strlen (word);
  const char *end = value + length;
  while (value < end) {
    const char *comma = memchr (value, ',', (size_t) (end - value));
    const char *stop = comma != NULL ? comma : end;
    const char *last = stop;
    while (value < last && (*value == ' ' || *value == '\t'))
      value++;
    while (last > value && (last[-1] == ' ' || last[-1] == '\t'))
      last--;
    if ((size_t) (last - value) == word_length && strncasecmp (value, word, word_length) == 0)
      return true;
    value = stop + 1;
  }
  return false;
}

static bool
is_name (const char *line, size_t length, const char *name)
{
  return length == strlen (name) && strncasecmp (line, name, length) == 0;
}

static int
read_header (LsAnswer *answer, const char *line, size_t length)
{
  const char *colon = memchr (line, ':', length);
  if (colon == NULL || colon == line)
    return -EBADMSG;
  size_t name_length = (size_t) (colon - line);
  const char *value = colon + 1;
  const char *end = line + length;
  while (value < end && (*value == ' ' || *value == '\t'))
    value++;
  while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
    end--;
  size_t value_length = (size_t) (end - value);

  if (is_name (line, name_length, "content-length"))
    return read_length (answer, value, value_length);
  if (is_name (line, name_length, "transfer-encoding")) {
    if (!is_name (value, value_length, "chunked"))
      return -EBADMSG;
    answer->chunked = true;
  } else if (is_name (line, name_length, "connection")) {
    if (has_token (value, value_length, "close"))
      answer->keep_alive = false;
    else if (has_token (value, value_length, "keep-alive"))
      answer->keep_alive = true;
  }
  return 0;
}

static int
end_head (LsAnswer *answer)
{
  if (answer->code == 101)
    return -EBADMSG; /* nobody asked for it */
  if (answer->code < 200) {
    begin_head (answer);
    return 0;
  }
  if (answer->chunked && answer->has_length)
    return -EBADMSG;
  if (answer->code == 204 || answer->code == 304)
    answer->state = LS_ANSWER_COMPLETE;
  else if (answer->chunked)
    answer->state = LS_ANSWER_CHUNK_SIZE;
  else if (!answer->has_length) {
    answer->keep_alive = false;
    answer->state = LS_ANSWER_BODY_UNTIL_END;
  } else
    answer->state = answer->left > 0 ? LS_ANSWER_BODY_LENGTH : LS_ANSWER_COMPLETE;
  return 0;
}

/* "1a", "1A;name=value" */
static int
read_chunk_size (LsAnswer *answer, const char *line, size_t length)
{
  uint64_t size = 0;
  size_t i = 0;
  for (; i < length && i < 15; i++) {
    char c = line[i];
    unsigned digit;
    if (is_digit (c))
      digit = (unsigned) (c - '0');
    else if (c >= 'a' && c <= 'f')
      digit = (unsigned) (c - 'a' + 10);
    else if (c >= 'A' && c <= 'F')
      digit = (unsigned) (c - 'A' + 10);
    else
      break;
    size = size * 16 + digit;
  }
  if (i == 0 || (i < length && line[i] != ';' && line[i] != ' ' && line[i] != '\t'))
    return -EBADMSG;
  answer->left = size;
  answer->state = size > 0 ? LS_ANSWER_CHUNK_DATA : LS_ANSWER_TRAILERS;
  return 0;
}

static int
read_line (LsAnswer *answer, const char *line, size_t length)
{
  if (length > 0 && line[length - 1] == '\r')
    length--;
  switch (answer->state) {
  case LS_ANSWER_STATUS_LINE:
    return read_status_line (answer, line, length);
  case LS_ANSWER_HEADERS:
    return length == 0 ? end_head (answer) : read_header (answer, line, length);
  case LS_ANSWER_CHUNK_SIZE:
    return read_chunk_size (answer, line, length);
  case LS_ANSWER_CHUNK_END:
    answer->state = LS_ANSWER_CHUNK_SIZE;
    return length == 0 ? 0 : -EBADMSG;
  case LS_ANSWER_TRAILERS:
    if (length == 0)
      answer->state = LS_ANSWER_COMPLETE;
    return 0;
  default:
    return -EBADMSG;
  }
}

/* Takes one line, or the part of it that has come. Returns the bytes used. */
static ssize_t
feed_line (LsAnswer *answer, const char *data, size_t length)
{
  const char *newline = memchr (data, '\n', length);
  size_t part = newline != NULL ? (size_t) (newline - data) : length;
  if (answer->line_length + part > LS_ANSWER_MAX_LINE)
    return -EBADMSG;
  if (answer->state != LS_ANSWER_CHUNK_SIZE && answer->state != LS_ANSWER_CHUNK_END) {
    answer->head_bytes += part + 1;
    if (answer->head_bytes > LS_ANSWER_MAX_HEAD)
      return -EBADMSG;
  }

  const char *line = data;
  size_t line_length = part;
  if (answer->line_length > 0 || newline == NULL) {
    memcpy (answer->line + answer->line_length, data, part);
    answer->line_length += part;
    line = answer->line;
    line_length = answer->line_length;
  }
  if (newline == NULL)
    return (ssize_t) part;
  answer->line_length = 0;
  int r = read_line (answer, line, line_length);
  return r < 0 ? r : (ssize_t) part + 1;
}

static size_t
feed_body (LsAnswer *answer, size_t length)
{
  size_t part = length;
  if (answer->state != LS_ANSWER_BODY_UNTIL_END) {
    if (part > answer->left)
      part = (size_t) answer->left;
    answer->left -= part;
    if (answer->left == 0)
      answer->state = answer->state == LS_ANSWER_CHUNK_DATA ? LS_ANSWER_CHUNK_END : LS_ANSWER_COMPLETE;
  }
  answer->body_bytes += part;
  return part;
}

ssize_t
ls_answer_feed (LsAnswer *answer, const char *data, size_t length)
{
  size_t used = 0;
  while (used < length && answer->state != LS_ANSWER_COMPLETE) {
    if (answer->state == LS_ANSWER_BODY_LENGTH || answer->state == LS_ANSWER_BODY_UNTIL_END || answer->state == LS_ANSWER_CHUNK_DATA) {
      used += feed_body (answer, length - used);
      continue;
    }
    ssize_t n = feed_line (answer, data + used, length - used);
    if (n < 0)
      return n;
    used += (size_t) n;
  }
  return (ssize_t) used;
}

bool
ls_answer_end (LsAnswer *answer)
{
  if (answer->state == LS_ANSWER_BODY_UNTIL_END)
    answer->state = LS_ANSWER_COMPLETE;
  return answer->state == LS_ANSWER_COMPLETE;
}
