/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The one file pair that knows the parser library: llhttp where the system has it, else its predecessor http_parser.
 * It cuts the field lines of a head into spans; all judging is in head.c, so that both behave alike. */

#include "http/head.h"

typedef enum {
  LS_HTTP_PARSER_WHOLE,
  LS_HTTP_PARSER_FRAMING,    /* it does not like the combination of length and codings; all fields were read */
  LS_HTTP_PARSER_MALFORMED,
} LsHttpParserResult;

/* Fills @head->fields from a whole head. Unless it is whole, *@verdict says why, and the fields seen until then are there, so
 * that the caller may find a more exact reason. */
LsHttpParserResult ls_http_parser_fields (const char *text, size_t length, LsHttpHead *head, LsHttpVerdict *verdict);

/* "llhttp 9.2.1" or "http_parser 2.9.4" */
const char *ls_http_parser_name (void);
