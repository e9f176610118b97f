/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The head of a request: where it ends, what it says, and whether we may trust its framing.
 *
 * Three steps, all pure. ls_http_scan_* finds the end of a head in bytes that come in any pieces, and refuses line ends
 * that other parsers read differently. ls_http_head_parse cuts the whole head into spans (the field lines by the parser
 * library). It then judges them by RFC 9110 and RFC 9112: anything that two programs could read in two ways is refused,
 * because that is what request smuggling lives on. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LS_HTTP_MAX_FIELDS 100
#define LS_HTTP_MAX_HEAD 65535 /* spans are 16 bits */

/* Why a request is refused. Status 0: it is not. */
typedef struct {
  unsigned status;
  const char *reason; /* a static sentence without quotes or backslashes, so it fits JSON as it is */
} LsHttpVerdict;

/* --- the end of the head --- */

typedef enum {
  LS_HTTP_SCAN_MORE,
  LS_HTTP_SCAN_DONE,
  LS_HTTP_SCAN_REFUSED,
} LsHttpScanResult;

typedef struct {
  size_t line;         /* bytes of the present line so far */
  size_t blank;        /* bytes of empty lines before the request line; they stay in front of the head */
  bool carriage;       /* the last byte was CR */
  bool past_first;     /* the request line is complete */
} LsHttpScan;

/* Takes the next @length bytes. *@ret_consumed counts those that belong to the head. */
LsHttpScanResult ls_http_scan (LsHttpScan *scan, const char *data, size_t length, size_t *ret_consumed, LsHttpVerdict *verdict);

/* Judges the beginning of a request line of which only @length bytes are there, so that nonsense (TLS, binary) is not
 * waited for. */
bool ls_http_head_peek (const char *text, size_t length, LsHttpVerdict *verdict);

/* --- what it says --- */

typedef struct {
  uint16_t name, name_length;
  uint16_t value, value_length; /* without the white space around it */
} LsHttpField;

typedef struct {
  const char *method;           /* static; NULL until understood */
  uint16_t target, target_length;
  uint16_t path, path_length;   /* within the target */
  uint16_t query, query_length; /* after the '?'; 0, 0 if there is none */
  bool absolute;                /* http://host/path */
  uint8_t minor;                /* HTTP/1.@minor */

  /* Found in the fields. */
  bool keep_alive;
  bool chunked;
  bool has_length;
  bool expect_continue;
  bool upgrade;                 /* Upgrade, and Connection names it */
  uint64_t length;              /* of the body, if has_length */

  uint16_t n_fields;
  LsHttpField fields[LS_HTTP_MAX_FIELDS];
} LsHttpHead;

/* Reads and judges the complete head in @text (up to and with the empty line). Returns false with *@verdict set if it is
 * refused; what was understood until then is in *@head. @target_bytes limits the target. */
bool ls_http_head_parse (const char *text, size_t length, size_t target_bytes, LsHttpHead *head, LsHttpVerdict *verdict);

/* The first field named @name (ASCII case ignored), or NULL. */
const LsHttpField *ls_http_head_find (const LsHttpHead *head, const char *text, const char *name);

/* tchar of RFC 9110, section 5.6.2. */
bool ls_http_is_token_char (unsigned char c);
