/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/words.h"
#include "pool/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define SENTENCE 1024

uint64_t
ls_now_ns (void)
{
  struct timespec now;
  clock_gettime (CLOCK_MONOTONIC, &now);
  return (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec;
}

/* How many bytes the character at @at has; 0: it is none. No overlong forms, no surrogates, nothing past U+10FFFF. */
static size_t
character_length (const unsigned char *at)
{
  size_t length = at[0] < 0x80 ? 1 : at[0] >= 0xc2 && at[0] < 0xe0 ? 2 : (at[0] & 0xf0) == 0xe0 ? 3 : at[0] >= 0xf0 && at[0] < 0xf5 ? 4 : 0;
  for (size_t i = 1; i < length; i++)
    if ((at[i] & 0xc0) != 0x80)
      return 0;
  bool out_of_range = (at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f);
  return out_of_range ? 0 : length;
}

char *
ls_mend_text (char *text)
{
  for (char *at = text; *at != '\0';) {
    size_t length = character_length ((const unsigned char *) at);
    if (length == 0)
      *at = '?';
    at += length > 0 ? length : 1;
  }
  return text;
}

LsStep
ls_refuse (LsRun *run, const char *format, ...)
{
  char text[SENTENCE];
  va_list args;
  va_start (args, format);
  vsnprintf (text, sizeof text, format, args);
  va_end (args);
  run->fail (run, ls_mend_text (text));
  return LS_STEP_FAILED;
}

LsStep
ls_give (LsRun *run, json_t *object)
{
  char *text = ls_must (json_dumps (object, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION (15)));
  run->result (run, text);
  free (text);
  json_decref (object);
  return LS_STEP_DONE;
}

void
ls_tell_progress (LsRun *run, double part, const char *format, ...)
{
  char text[256];
  va_list args;
  va_start (args, format);
  vsnprintf (text, sizeof text, format, args);
  va_end (args);
  run->progress (run, part, text);
}

bool
ls_read_whole (const char *text, uint64_t min, uint64_t max, uint64_t *ret)
{
  char *end;
  if (text[0] < '0' || text[0] > '9')
    return false;
  errno = 0;
  unsigned long long number = strtoull (text, &end, 10);
  if (errno != 0 || *end != '\0' || number < min || number > max)
    return false;
  *ret = number;
  return true;
}

bool
ls_read_number (const char *text, double min, double max, double *ret)
{
  char *end;
  /* No spaces, no "0x", no "inf": only what people write for a number. */
  if (text[0] == '\0' || text[strspn (text, "0123456789+-.eE")] != '\0')
    return false;
  double number = strtod (text, &end);
  if (*end != '\0' || !isfinite (number) || number < min || number > max)
    return false;
  *ret = number;
  return true;
}

const char *
ls_option (const char *word, const char *key)
{
  size_t length = strlen (key);
  return strncmp (word, key, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

bool
ls_read_yes (const char *text, bool *ret)
{
  bool yes = strcmp (text, "yes") == 0;
  if (!yes && strcmp (text, "no") != 0)
    return false;
  *ret = yes;
  return true;
}

char *
ls_path_of (const LsRun *run, const char *path)
{
  if (path[0] == '/' || run->cwd == NULL)
    return ls_copy_text (path);
  size_t size = strlen (run->cwd) + strlen (path) + 2;
  char *whole = ls_must (malloc (size));
  snprintf (whole, size, "%s/%s", run->cwd, path);
  return whole;
}

const char *
ls_group_digits (uint64_t number, char *text, size_t size)
{
  char digits[24];
  int length = snprintf (digits, sizeof digits, "%" PRIu64, number);
  size_t to = 0;
  for (int i = 0; i < length && to + 2 < size; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      text[to++] = ',';
    text[to++] = digits[i];
  }
  text[to] = '\0';
  return text;
}

const char *
ls_size_text (uint64_t bytes, char *text, size_t size)
{
  static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
  double number = (double) bytes;
  size_t unit = 0;
  while (number >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
    number /= 1024;
    unit++;
  }
  snprintf (text, size, unit == 0 || number >= 100 ? "%.0f %s" : "%.1f %s", number, units[unit]);
  return text;
}

bool
ls_has_output (LsRun *run)
{
  return run->write (run, "", 0) != -EBADF;
}
