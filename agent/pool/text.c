/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/text.h"
#include "pool/memory.h"
#include "pool/plain.h"

#include <jansson.h>
#include <stdio.h>

void
ls_text_add (LsText *text, const char *bytes, size_t length)
{
  if (text->length + length > text->capacity) {
    text->capacity = 2 * (text->length + length) + 128;
    text->data = ls_must (realloc (text->data, text->capacity));
  }
  memcpy (text->data + text->length, bytes, length);
  text->length += length;
}

void
ls_text_add_word (LsText *text, const char *word)
{
  ls_text_add (text, word, strlen (word));
}

void
ls_text_add_number (LsText *text, uint64_t number)
{
  char digits[24];
  size_t at = sizeof digits;
  do
    digits[--at] = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  ls_text_add (text, digits + at, sizeof digits - at);
}

/* How many bytes the character at @at has; 0: it is none (RFC 3629). */
static size_t
character_length (const unsigned char *at)
{
  size_t length = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;
  for (size_t i = 1; i < length; i++)
    if ((at[i] & 0xc0) != 0x80)
      return 0;
  if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
    return 0;
  return length;
}

static void
add_escaped (LsText *text, unsigned char byte)
{
  char escape[8];
  if (byte == '"' || byte == '\\')
    snprintf (escape, sizeof escape, "\\%c", byte);
  else
    snprintf (escape, sizeof escape, "\\u%04x", byte);
  ls_text_add_word (text, escape);
}

void
ls_text_add_string (LsText *text, const char *string)
{
  if (string == NULL) {
    ls_text_add_word (text, "null");
    return;
  }
  ls_text_add (text, "\"", 1);
  for (const unsigned char *at = (const unsigned char *) string; *at != '\0';) {
    size_t length = character_length (at);
    if (length == 0)
      ls_text_add_word (text, "\xef\xbf\xbd");
    else if (*at < 0x20 || *at == '"' || *at == '\\' || *at == 0x7f)
      add_escaped (text, *at);
    else
      ls_text_add (text, (const char *) at, length);
    at += length > 0 ? length : 1;
  }
  ls_text_add (text, "\"", 1);
}

void
ls_text_add_json (LsText *text, const char *json)
{
  if (json != NULL && ls_json_is_plain (json)) {
    ls_text_add_word (text, json);
    return;
  }
  json_t *value = json != NULL ? json_loads (json, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL) : NULL;
  char *compact = value != NULL && strpbrk (json, "\n\r") != NULL ? json_dumps (value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
  if (value == NULL)
    ls_text_add_string (text, json);
  else
    ls_text_add_word (text, compact != NULL ? compact : json);
  free (compact);
  json_decref (value);
}

void
ls_text_clear (LsText *text)
{
  free (text->data);
  *text = (LsText) { 0 };
}
