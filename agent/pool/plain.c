/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/plain.h"

#include <stddef.h>
#include <string.h>

#define KEYS_MAX 16
#define DIGITS_MAX 17 /* what fits into an integer, and what a double keeps */

typedef struct {
  const char *start;
  size_t length;
} Key;

/* All of these take what they look for off *@at, and FALSE leaves it anywhere. */

static bool
take (const char **at, char byte)
{
  if (**at != byte)
    return false;
  (*at)++;
  return true;
}

static bool
take_digits (const char **at)
{
  const char *first = *at;
  while (**at >= '0' && **at <= '9')
    (*at)++;
  return *at > first && *at - first <= DIGITS_MAX;
}

/* RFC 8259, without exponents. */
static bool
take_number (const char **at)
{
  take (at, '-');
  bool zero = **at == '0';
  const char *first = *at;
  if (!take_digits (at) || (zero && *at - first > 1))
    return false;
  return !take (at, '.') || take_digits (at);
}

static bool
take_string (const char **at)
{
  if (!take (at, '"'))
    return false;
  while (**at >= 0x20 && **at < 0x7f && **at != '"' && **at != '\\')
    (*at)++;
  return take (at, '"');
}

static bool
take_word (const char **at, const char *word)
{
  size_t length = strlen (word);
  if (strncmp (*at, word, length) != 0)
    return false;
  *at += length;
  return true;
}

static bool
take_scalar (const char **at)
{
  switch (**at) {
  case '"':
    return take_string (at);
  case 't':
    return take_word (at, "true");
  case 'f':
    return take_word (at, "false");
  case 'n':
    return take_word (at, "null");
  default:
    return take_number (at);
  }
}

static bool
is_new (const Key *keys, int n, const char *start, size_t length)
{
  for (int i = 0; i < n; i++)
    if (keys[i].length == length && memcmp (keys[i].start, start, length) == 0)
      return false;
  return true;
}

static bool
take_object (const char **at)
{
  Key keys[KEYS_MAX];
  int n = 0;
  if (take (at, '}'))
    return true;
  do {
    const char *start = *at;
    if (n == KEYS_MAX || !take_string (at) || !is_new (keys, n, start, (size_t) (*at - start)))
      return false;
    keys[n++] = (Key) { start, (size_t) (*at - start) };
    if (!take (at, ':') || !take_scalar (at))
      return false;
  } while (take (at, ','));
  return take (at, '}');
}

static bool
take_list (const char **at)
{
  if (take (at, ']'))
    return true;
  do
    if (!take_scalar (at))
      return false;
  while (take (at, ','));
  return take (at, ']');
}

bool
ls_json_is_plain (const char *json)
{
  bool is = take (&json, '{') ? take_object (&json) : take (&json, '[') ? take_list (&json) : take_scalar (&json);
  return is && *json == '\0';
}
