/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/body.h"

#define EXTENSION_BYTES 4096 /* in a whole body: chunk extensions are a way to send much and say nothing */
#define TRAILER_BYTES 8192

enum {
  COMPLETE,
  LENGTH,
  SIZE,           /* hexadecimal digits */
  SIZE_SPACE,     /* white space before an extension */
  EXTENSION,
  SIZE_LF,
  DATA,
  DATA_CR,
  DATA_LF,
  TRAILER_START,  /* of a line; an empty one ends the body */
  TRAILER_NAME,
  TRAILER_VALUE,
  TRAILER_LF,
  LAST_LF,
  BROKEN,
};

void
ls_http_body_init (LsHttpBody *body, const LsHttpHead *head, uint64_t limit)
{
  *body = (LsHttpBody){ .limit = limit, .state = COMPLETE };
  if (head->chunked)
    body->state = SIZE;
  else if (head->has_length && head->length > 0)
    {
      body->state = LENGTH;
      body->remaining = head->length;
    }
}

bool
ls_http_body_is_complete (const LsHttpBody *body)
{
  return body->state == COMPLETE;
}

static bool
refuse (LsHttpBody *body, LsHttpVerdict *verdict, unsigned status, const char *reason)
{
  body->state = BROKEN;
  *verdict = (LsHttpVerdict){ status, reason };
  return false;
}

static int
hex_digit (unsigned char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool
take_size (LsHttpBody *body, unsigned char c, LsHttpVerdict *verdict)
{
  int digit = hex_digit (c);
  if (digit >= 0)
    {
      if (++body->digits > 16)
        return refuse (body, verdict, 400, "A chunk's size has more digits than make sense.");
      body->remaining = body->remaining << 4 | (unsigned) digit;
      if (body->remaining > body->limit - body->received)
        return refuse (body, verdict, 413, "The body is larger than this server takes.");
      return true;
    }
  if (body->digits == 0)
    return refuse (body, verdict, 400, "A chunk does not begin with its size.");
  if (c == '\r')
    body->state = SIZE_LF;
  else if (c == ';')
    body->state = EXTENSION;
  else if (c == ' ' || c == '\t')
    body->state = SIZE_SPACE;
  else
    return refuse (body, verdict, 400, "A chunk's size is not a hexadecimal number.");
  return true;
}

static bool
take_extension (LsHttpBody *body, unsigned char c, LsHttpVerdict *verdict)
{
  if (++body->overhead > EXTENSION_BYTES)
    return refuse (body, verdict, 400, "The chunk extensions are longer than this server takes.");
  if (body->state == SIZE_SPACE)
    {
      if (c == ';')
        body->state = EXTENSION;
      else if (c != ' ' && c != '\t')
        return refuse (body, verdict, 400, "A chunk's size is followed by white space and no extension.");
    }
  else if (c == '\r')
    body->state = SIZE_LF;
  else if ((c < ' ' && c != '\t') || c == 0x7f)
    return refuse (body, verdict, 400, "A chunk extension has a character that is not allowed there.");
  return true;
}

static bool
take_size_end (LsHttpBody *body, unsigned char c, LsHttpVerdict *verdict)
{
  if (c != '\n')
    return refuse (body, verdict, 400, "A chunk's size does not end in CR LF.");
  if (body->remaining > 0)
    body->state = DATA;
  else
    {
      body->state = TRAILER_START;
      body->overhead = 0;
    }
  return true;
}

static bool
take_data_end (LsHttpBody *body, unsigned char c, LsHttpVerdict *verdict)
{
  if (c != (body->state == DATA_CR ? '\r' : '\n'))
    return refuse (body, verdict, 400, "A chunk is longer than it said.");
  if (body->state == DATA_CR)
    body->state = DATA_LF;
  else
    {
      body->state = SIZE;
      body->digits = 0;
      body->remaining = 0;
    }
  return true;
}

static bool
take_trailer (LsHttpBody *body, unsigned char c, LsHttpVerdict *verdict)
{
  if (++body->overhead > TRAILER_BYTES)
    return refuse (body, verdict, 431, "The trailers are larger than this server takes.");
  switch (body->state)
    {
    case TRAILER_START:
      if (c == '\r')
        {
          body->state = LAST_LF;
          return true;
        }
      if (!ls_http_is_token_char (c))
        return refuse (body, verdict, 400, "A trailer's name has a character that is not allowed there.");
      body->state = TRAILER_NAME;
      return true;
    case TRAILER_NAME:
      if (c == ':')
        body->state = TRAILER_VALUE;
      else if (!ls_http_is_token_char (c))
        return refuse (body, verdict, 400, "A trailer's name has a character that is not allowed there.");
      return true;
    case TRAILER_VALUE:
      if (c == '\r')
        body->state = TRAILER_LF;
      else if ((c < ' ' && c != '\t') || c == 0x7f)
        return refuse (body, verdict, 400, "A trailer has a character that is not allowed there.");
      return true;
    default: /* TRAILER_LF, LAST_LF */
      if (c != '\n')
        return refuse (body, verdict, 400, "A trailer does not end in CR LF.");
      body->state = body->state == LAST_LF ? COMPLETE : TRAILER_START;
      return true;
    }
}

static bool
take (LsHttpBody *body, unsigned char c, LsHttpVerdict *verdict)
{
  switch (body->state)
    {
    case SIZE:
      return take_size (body, c, verdict);
    case SIZE_SPACE:
    case EXTENSION:
      return take_extension (body, c, verdict);
    case SIZE_LF:
      return take_size_end (body, c, verdict);
    case DATA_CR:
    case DATA_LF:
      return take_data_end (body, c, verdict);
    default:
      return take_trailer (body, c, verdict);
    }
}

LsHttpBodyResult
ls_http_body_read (LsHttpBody *body, const char *data, size_t length, size_t *ret_consumed, const char **ret_piece,
                   size_t *ret_length, LsHttpVerdict *verdict)
{
  size_t at = 0;
  LsHttpBodyResult result = LS_HTTP_BODY_MORE;
  while (result == LS_HTTP_BODY_MORE)
    {
      if (body->state == COMPLETE)
        result = LS_HTTP_BODY_END;
      else if (body->state == BROKEN)
        result = LS_HTTP_BODY_REFUSED;
      else if (at == length)
        break;
      else if (body->state == LENGTH || body->state == DATA)
        {
          size_t take_now = length - at < body->remaining ? length - at : (size_t) body->remaining;
          *ret_piece = data + at;
          *ret_length = take_now;
          at += take_now;
          body->received += take_now;
          body->remaining -= take_now;
          if (body->remaining == 0)
            body->state = body->state == LENGTH ? COMPLETE : DATA_CR;
          result = LS_HTTP_BODY_PIECE;
        }
      else if (!take (body, (unsigned char) data[at++], verdict))
        result = LS_HTTP_BODY_REFUSED;
    }
  *ret_consumed = at;
  return result;
}
