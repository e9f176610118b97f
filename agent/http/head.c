/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/head.h"

#include "http/parser.h"

#include <string.h>
#include <strings.h>

#define REFUSE(code, sentence) (*verdict = (LsHttpVerdict){ (code), (sentence) }, false)

/* The longest method that exists (RFC 9110 and the IANA registry) has 17 letters. */
#define METHOD_MAX 24

enum {
  TOKEN = 1,  /* tchar */
  TARGET = 2, /* may stand in a request target */
  HOST = 4,   /* may stand in a Host field */
  VALUE = 8,  /* may stand in any field */
  ALL = TOKEN | TARGET | HOST | VALUE,
};

/* What each byte may be part of. The host's list is that of RFC 3986 without what opens a path, a user or a list. */
static const uint8_t kinds[256] = {
  ['\t'] = VALUE, [' '] = VALUE, ['!'] = ALL, ['"'] = VALUE | TARGET, ['#'] = VALUE | TOKEN, ['$'] = ALL, ['%'] = ALL, ['&'] = ALL,
  ['\''] = ALL, ['('] = VALUE | TARGET | HOST, [')'] = VALUE | TARGET | HOST, ['*'] = ALL, ['+'] = ALL, [','] = VALUE | TARGET,
  ['-'] = ALL, ['.'] = ALL, ['/'] = VALUE | TARGET, ['0' ... '9'] = ALL, [':'] = VALUE | TARGET | HOST, [';'] = VALUE | TARGET | HOST,
  ['<'] = VALUE | TARGET, ['='] = VALUE | TARGET | HOST, ['>'] = VALUE | TARGET, ['?'] = VALUE | TARGET, ['@'] = VALUE | TARGET,
  ['A' ... 'Z'] = ALL, ['['] = VALUE | TARGET | HOST, ['\\'] = VALUE | TARGET, [']'] = VALUE | TARGET | HOST,
  ['^'] = VALUE | TOKEN | TARGET, ['_'] = ALL, ['`'] = VALUE | TOKEN | TARGET, ['a' ... 'z'] = ALL, ['{'] = VALUE | TARGET,
  ['|'] = VALUE | TOKEN | TARGET, ['}'] = VALUE | TARGET, ['~'] = ALL, [0x80 ... 0xff] = VALUE,
};

bool
ls_http_is_token_char (unsigned char c)
{
  return kinds[c] & TOKEN;
}

/* The first byte that is not of @kind, or the end. */
static size_t
span_of (const char *text, size_t length, uint8_t kind)
{
  size_t i = 0;
  while (i < length && (kinds[(unsigned char) text[i]] & kind))
    i++;
  return i;
}

static bool
is_token (const char *text, size_t length)
{
  return length > 0 && span_of (text, length, TOKEN) == length;
}

static bool
equals (const char *text, size_t length, const char *word)
{
  return length == strlen (word) && strncasecmp (text, word, length) == 0;
}

/* --- the request line --- */

bool
ls_http_head_peek (const char *text, size_t length, LsHttpVerdict *verdict)
{
  if (length > 0 && text[0] == 0x16)
    return REFUSE (400, "This looks like TLS, but plain HTTP is spoken here.");
  for (size_t i = 0; i < length && i <= METHOD_MAX; i++)
    {
      if ((text[i] == ' ' && i > 0) || text[i] == '\r')
        return true;
      if (!ls_http_is_token_char ((unsigned char) text[i]))
        return REFUSE (400, "The request line does not begin with a method.");
    }
  if (length > METHOD_MAX)
    return REFUSE (400, "The request line does not begin with a method.");
  return true;
}

static const char *
known_method (const char *text, size_t length)
{
  static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };
  for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
    if (strlen (methods[i]) == length && memcmp (methods[i], text, length) == 0)
      return methods[i];
  return NULL;
}

static bool
judge_method (const char *text, size_t length, LsHttpHead *head, LsHttpVerdict *verdict)
{
  if (length > METHOD_MAX || !is_token (text, length))
    return REFUSE (400, "The request line does not begin with a method.");
  head->method = known_method (text, length);
  if (head->method)
    return true;
  if (length == 7 && memcmp (text, "CONNECT", 7) == 0)
    return REFUSE (501, "CONNECT is for proxies, and this is none.");
  if (length == 5 && memcmp (text, "TRACE", 5) == 0)
    return REFUSE (501, "TRACE is not offered here.");
  return REFUSE (501, "The method is not implemented here.");
}

static bool
judge_version (const char *text, size_t length, LsHttpHead *head, LsHttpVerdict *verdict)
{
  if (length != 8 || memcmp (text, "HTTP/", 5) != 0 || text[5] < '0' || text[5] > '9' || text[6] != '.' || text[7] < '0'
      || text[7] > '9')
    return REFUSE (400, "The request line does not end in HTTP/1.1.");
  if (text[5] != '1' || text[7] > '1')
    return REFUSE (505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  head->minor = (uint8_t) (text[7] - '0');
  return true;
}

/* The path of http://authority/path begins after the authority. */
static bool
judge_absolute (const char *text, LsHttpHead *head, LsHttpVerdict *verdict)
{
  const char *target = text + head->target;
  size_t scheme = head->target_length > 7 && strncasecmp (target, "http://", 7) == 0    ? 7
                  : head->target_length > 8 && strncasecmp (target, "https://", 8) == 0 ? 8
                                                                                        : 0;
  if (scheme == 0)
    return REFUSE (400, "The request target is neither a path nor an http address.");
  size_t end = scheme;
  while (end < head->target_length && target[end] != '/' && target[end] != '?')
    {
      if (target[end] == '@')
        return REFUSE (400, "The request target names a user, which is not allowed in a request.");
      end++;
    }
  if (end == scheme)
    return REFUSE (400, "The request target has no host.");
  head->absolute = true;
  head->path = (uint16_t) (head->target + end);
  head->path_length = (uint16_t) (head->target_length - end);
  return true;
}

/* Origin form, absolute form, or the asterisk of OPTIONS (RFC 9112, section 3.2). */
static bool
judge_target (const char *text, size_t length, size_t limit, LsHttpHead *head, LsHttpVerdict *verdict)
{
  if (length > limit)
    return REFUSE (414, "The request target is longer than this server takes.");
  const char *target = text + head->target;
  if (length == 0)
    return REFUSE (400, "The request line has no target.");
  size_t fine = span_of (target, length, TARGET);
  if (fine < length)
    return target[fine] == '#' ? REFUSE (400, "The request target has a fragment, which clients keep to themselves.")
                               : REFUSE (400, "The request target has characters that must be percent-encoded.");
  head->target_length = (uint16_t) length;
  head->path = head->target;
  head->path_length = head->target_length;
  if (target[0] == '/')
    return true;
  if (length == 1 && target[0] == '*')
    return strcmp (head->method, "OPTIONS") == 0 || REFUSE (400, "The target * is for OPTIONS only.");
  return judge_absolute (text, head, verdict);
}

static void
split_query (const char *text, LsHttpHead *head)
{
  const char *mark = memchr (text + head->path, '?', head->path_length);
  if (!mark)
    return;
  uint16_t end = (uint16_t) (head->path + head->path_length);
  head->query = (uint16_t) (mark + 1 - text);
  head->query_length = (uint16_t) (end - head->query);
  head->path_length = (uint16_t) (mark - (text + head->path));
}

static bool
judge_request_line (const char *text, size_t line, size_t target_bytes, LsHttpHead *head, LsHttpVerdict *verdict)
{
  const char *end = text + line;
  const char *space = memchr (text, ' ', line);
  if (!space)
    return REFUSE (400, "The request line does not have a method, a target and a version.");
  const char *last = end - 1;
  while (*last != ' ')
    last--;
  if (!judge_method (text, (size_t) (space - text), head, verdict))
    {
      /* HTTP/2 by prior knowledge opens with PRI * HTTP/2.0: the version is the better answer. */
      LsHttpVerdict version = { 0 };
      if (verdict->status == 501 && last > space && !judge_version (last + 1, (size_t) (end - last - 1), head, &version))
        *verdict = version;
      return false;
    }
  if (last == space)
    return REFUSE (400, "The request line has no version; HTTP/0.9 is not spoken here.");
  head->target = (uint16_t) (space + 1 - text);
  if (!judge_version (last + 1, (size_t) (end - last - 1), head, verdict))
    return false;
  if (!judge_target (text, (size_t) (last - space - 1), target_bytes, head, verdict))
    return false;
  split_query (text, head);
  return true;
}

/* --- the fields --- */

/* What the judge remembers between fields. */
typedef struct {
  unsigned hosts, lengths, codings;
  bool last_chunked;      /* the last coding named so far is chunked */
  bool says_close, says_keep_alive, says_upgrade, has_upgrade;
  bool expects_else;      /* something that is not 100-continue */
} Findings;

static bool
judge_length (const char *value, size_t length, LsHttpHead *head, Findings *found, LsHttpVerdict *verdict)
{
  if (found->lengths++ > 0)
    return REFUSE (400, "Content-Length is given twice.");
  uint64_t number = 0;
  for (size_t i = 0; i < length; i++)
    {
      if (value[i] < '0' || value[i] > '9')
        return REFUSE (400, "Content-Length is not a whole number.");
      if (__builtin_mul_overflow (number, 10u, &number)
          || __builtin_add_overflow (number, (uint64_t) (value[i] - '0'), &number) || number > INT64_MAX)
        return REFUSE (400, "Content-Length is larger than any number that makes sense.");
    }
  if (length == 0)
    return REFUSE (400, "Content-Length is empty.");
  head->has_length = true;
  head->length = number;
  return true;
}

/* Takes the next item of a comma-separated list; an item may be empty. */
static bool
next_item (const char **cursor, const char *end, const char **ret_item, size_t *ret_length)
{
  const char *p = *cursor;
  if (p > end)
    return false;
  const char *comma = memchr (p, ',', (size_t) (end - p)), *stop = comma ? comma : end;
  *cursor = stop + 1;
  while (p < stop && (*p == ' ' || *p == '\t'))
    p++;
  while (stop > p && (stop[-1] == ' ' || stop[-1] == '\t'))
    stop--;
  *ret_item = p;
  *ret_length = (size_t) (stop - p);
  return true;
}

/* Empty items, which lists may have elsewhere, are refused: not every parser passes over them. */
static bool
judge_coding (const char *value, size_t length, Findings *found, LsHttpVerdict *verdict)
{
  const char *cursor = value, *item;
  size_t item_length;
  while (next_item (&cursor, value + length, &item, &item_length))
    {
      if (item_length == 0)
        return REFUSE (400, "Transfer-Encoding has an empty place.");
      if (found->last_chunked)
        return REFUSE (400, "Transfer-Encoding names chunked before the end, so the end of the body is unclear.");
      found->codings++;
      found->last_chunked = equals (item, item_length, "chunked");
    }
  return true;
}

/* uri-host [ ":" port ]; only what could be read in two ways is looked for. */
static bool
judge_host (const char *value, size_t length, Findings *found, LsHttpVerdict *verdict)
{
  if (found->hosts++ > 0)
    return REFUSE (400, "Host is given twice.");
  return span_of (value, length, HOST) == length || REFUSE (400, "Host is not the name of a host.");
}

static void
note_connection (const char *value, size_t length, Findings *found)
{
  const char *cursor = value, *item;
  size_t item_length;
  while (next_item (&cursor, value + length, &item, &item_length))
    if (equals (item, item_length, "close"))
      found->says_close = true;
    else if (equals (item, item_length, "keep-alive"))
      found->says_keep_alive = true;
    else if (equals (item, item_length, "upgrade"))
      found->says_upgrade = true;
}

static bool
judge_field (const char *text, LsHttpField *field, LsHttpHead *head, Findings *found, LsHttpVerdict *verdict)
{
  const char *name = text + field->name, *value = text + field->value;
  size_t length = field->value_length;
  while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'))
    length--;
  field->value_length = (uint16_t) length;
  if (!is_token (name, field->name_length))
    {
      char last = field->name_length ? name[field->name_length - 1] : 0;
      return last == ' ' || last == '\t' ? REFUSE (400, "There is white space between a header's name and its colon.")
                                         : REFUSE (400, "A header's name has a character that is not allowed there.");
    }
  if (span_of (value, length, VALUE) < length)
    return REFUSE (400, "A header has a character that is not allowed there.");
  switch (field->name_length)
    {
    case 4:
      return !equals (name, 4, "Host") || judge_host (value, length, found, verdict);
    case 6:
      if (equals (name, 6, "Expect"))
        {
          head->expect_continue = equals (value, length, "100-continue");
          found->expects_else |= !head->expect_continue;
        }
      return true;
    case 7:
      found->has_upgrade |= equals (name, 7, "Upgrade") && length > 0;
      return true;
    case 10:
      if (equals (name, 10, "Connection"))
        note_connection (value, length, found);
      return true;
    case 14:
      return !equals (name, 14, "Content-Length") || judge_length (value, length, head, found, verdict);
    case 17:
      return !equals (name, 17, "Transfer-Encoding") || judge_coding (value, length, found, verdict);
    default:
      return true;
    }
}

static bool
judge_framing (const LsHttpHead *head, const Findings *found, LsHttpVerdict *verdict)
{
  if (found->codings > 0 && head->has_length)
    return REFUSE (400, "Both Content-Length and Transfer-Encoding are given, so the end of the body is unclear.");
  if (found->codings > 0 && head->minor == 0)
    return REFUSE (400, "HTTP/1.0 has no Transfer-Encoding.");
  if (found->codings > 1 || (found->codings == 1 && !found->last_chunked))
    return REFUSE (501, "The only transfer coding that is implemented here is chunked.");
  if (found->hosts == 0 && head->minor >= 1)
    return REFUSE (400, "Host is missing.");
  return true;
}

static bool
judge_fields (const char *text, LsHttpHead *head, Findings *found, LsHttpVerdict *verdict)
{
  for (unsigned i = 0; i < head->n_fields; i++)
    if (!judge_field (text, &head->fields[i], head, found, verdict))
      return false;
  return true;
}

bool
ls_http_head_parse (const char *text, size_t length, size_t target_bytes, LsHttpHead *head, LsHttpVerdict *verdict)
{
  memset (head, 0, offsetof (LsHttpHead, fields));
  const char *line_end = memchr (text, '\r', length);
  if (!line_end)
    return REFUSE (400, "The request line does not end.");
  if (!judge_request_line (text, (size_t) (line_end - text), target_bytes, head, verdict))
    return false;

  /* Our own reasons come first, since they are the same with both libraries. */
  Findings found = { 0 };
  LsHttpVerdict library = { 0 };
  LsHttpParserResult result = ls_http_parser_fields (text, length, head, &library);
  if (!judge_fields (text, head, &found, verdict))
    return false;
  if (result == LS_HTTP_PARSER_MALFORMED)
    return REFUSE (library.status, library.reason);
  if (!judge_framing (head, &found, verdict))
    return false;
  if (result != LS_HTTP_PARSER_WHOLE)
    return REFUSE (library.status, library.reason);
  if (found.expects_else)
    return REFUSE (417, "Expect asks for something else than 100-continue.");

  head->chunked = found.codings == 1;
  head->keep_alive = head->minor == 0 ? found.says_keep_alive && !found.says_close : !found.says_close;
  head->upgrade = found.says_upgrade && found.has_upgrade && head->minor >= 1;
  if (head->minor == 0)
    head->expect_continue = false; /* RFC 9110, section 10.1.1 */
  return true;
}

const LsHttpField *
ls_http_head_find (const LsHttpHead *head, const char *text, const char *name)
{
  size_t length = strlen (name);
  for (unsigned i = 0; i < head->n_fields; i++)
    if (head->fields[i].name_length == length && strncasecmp (text + head->fields[i].name, name, length) == 0)
      return &head->fields[i];
  return NULL;
}
