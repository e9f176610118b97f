/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "http/parser.h"

#include <stdio.h>

#if LS_HAVE_LLHTTP
#include <llhttp.h>
typedef llhttp_t Parser;
#else
#include <http_parser.h>
typedef http_parser Parser;
#endif

typedef struct {
  const char *text;
  LsHttpHead *head;
  bool in_name;
  bool too_many;
} Collector;

/* The head lies in one piece, but a library may still report a name in two. */
static int
on_field (Parser *parser, const char *at, size_t length)
{
  Collector *collector = parser->data;
  LsHttpHead *head = collector->head;
  if (collector->in_name)
    {
      head->fields[head->n_fields - 1].name_length += (uint16_t) length;
      return 0;
    }
  if (head->n_fields == LS_HTTP_MAX_FIELDS)
    {
      collector->too_many = true;
      return -1;
    }
  uint16_t offset = (uint16_t) (at - collector->text);
  head->fields[head->n_fields++] = (LsHttpField){
    .name = offset, .name_length = (uint16_t) length, .value = (uint16_t) (offset + length), .value_length = 0,
  };
  collector->in_name = true;
  return 0;
}

static int
on_value (Parser *parser, const char *at, size_t length)
{
  Collector *collector = parser->data;
  LsHttpField *field = &collector->head->fields[collector->head->n_fields - 1];
  if (collector->in_name)
    {
      field->value = (uint16_t) (at - collector->text);
      field->value_length = 0;
      collector->in_name = false;
    }
  field->value_length = (uint16_t) (at + length - (collector->text + field->value));
  return 0;
}

static LsHttpVerdict
verdict_of (int error)
{
  switch (error)
    {
    case HPE_INVALID_VERSION:
      return (LsHttpVerdict){ 505, "Only HTTP/1.1 and HTTP/1.0 are spoken here." };
    case HPE_INVALID_METHOD:
      return (LsHttpVerdict){ 501, "The method is not implemented here." };
    case HPE_INVALID_CONTENT_LENGTH:
      return (LsHttpVerdict){ 400, "Content-Length is not a whole number." };
    case HPE_UNEXPECTED_CONTENT_LENGTH:
      return (LsHttpVerdict){ 400, "Content-Length is given twice, or together with Transfer-Encoding." };
    case HPE_INVALID_TRANSFER_ENCODING:
      return (LsHttpVerdict){ 400, "Transfer-Encoding does not end in chunked, so the end of the body is unknown." };
    case HPE_INVALID_HEADER_TOKEN:
      return (LsHttpVerdict){ 400, "A header has a character that is not allowed there." };
    default:
      return (LsHttpVerdict){ 400, "The request is not well-formed HTTP/1.1." };
    }
}

/* Both libraries ask for a parser that lives from byte to byte; ours gets a whole head at once and lives on the stack. */
LsHttpParserResult
ls_http_parser_fields (const char *text, size_t length, LsHttpHead *head, LsHttpVerdict *verdict)
{
  Collector collector = { .text = text, .head = head };
  Parser parser;
  int error;
#if LS_HAVE_LLHTTP
  static const llhttp_settings_t settings = { .on_header_field = on_field, .on_header_value = on_value };
  llhttp_init (&parser, HTTP_REQUEST, &settings);
  parser.data = &collector;
  error = llhttp_execute (&parser, text, length);
  if (error == HPE_PAUSED_UPGRADE)
    error = HPE_OK;
#else
  static const http_parser_settings settings = { .on_header_field = on_field, .on_header_value = on_value };
  http_parser_init (&parser, HTTP_REQUEST);
  parser.data = &collector;
  http_parser_execute (&parser, &settings, text, length);
  error = HTTP_PARSER_ERRNO (&parser);
#endif
  bool framing = error == HPE_INVALID_TRANSFER_ENCODING || error == HPE_UNEXPECTED_CONTENT_LENGTH;
  if (error != HPE_OK && head->n_fields > 0 && (collector.in_name || !framing))
    head->n_fields--; /* it may be only half of a field, and must not be judged as a whole one */
  if (collector.too_many)
    *verdict = (LsHttpVerdict){ 431, "There are more than 100 headers." };
  else if (error != HPE_OK)
    *verdict = verdict_of (error);
  else
    return LS_HTTP_PARSER_WHOLE;
  return framing ? LS_HTTP_PARSER_FRAMING : LS_HTTP_PARSER_MALFORMED;
}

const char *
ls_http_parser_name (void)
{
#if LS_HAVE_LLHTTP
  static char name[32];
  snprintf (name, sizeof name, "llhttp %d.%d.%d", LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR, LLHTTP_VERSION_PATCH);
#else
  static char name[32];
  unsigned long version = http_parser_version ();
  snprintf (name, sizeof name, "http_parser %lu.%lu.%lu", version >> 16 & 255, version >> 8 & 255, version & 255);
#endif
  return name;
}
