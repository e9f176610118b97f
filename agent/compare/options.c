/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const usual_args[] = { "200000", NULL };

static bool
read_whole (const char *text, unsigned long max, unsigned long *ret)
{
  char *end;
  if (text[0] < '0' || text[0] > '9')
    return false;
  errno = 0;
  unsigned long number = strtoul (text, &end, 10);
  if (errno != 0 || *end != '\0' || number < 1 || number > max)
    return false;
  *ret = number;
  return true;
}

static bool
read_option (const char *name, const char *value, LsCompareOptions *options, char *why, size_t size)
{
  unsigned long number;
  bool threads = strcmp (name, "--threads") == 0, count = strcmp (name, "-n") == 0;
  unsigned long max = threads ? LS_COMPARE_MAX_THREADS : count ? LS_COMPARE_MAX_COUNT : 600;
  if (strcmp (name, "--plugin") == 0) {
    if (options->n_plugins == LS_COMPARE_MAX_PLUGINS) {
      snprintf (why, size, "there are at most %u plug-ins", LS_COMPARE_MAX_PLUGINS);
      return false;
    }
    options->plugins[options->n_plugins++] = value;
    return true;
  }
  if (!read_whole (value, max, &number)) {
    snprintf (why, size, "%s takes a whole number from 1 to %lu%s, not \"%.60s\"", name, max, threads || count ? "" : ", the seconds for each way", value);
    return false;
  }
  if (threads)
    options->threads = (unsigned) number;
  else if (count)
    options->count = (unsigned) number;
  else
    options->time_ms = number * 1000;
  return true;
}

static bool
takes_value (const char *word)
{
  return strcmp (word, "--threads") == 0 || strcmp (word, "-n") == 0 || strcmp (word, "--time") == 0 || strcmp (word, "--plugin") == 0;
}

bool
ls_compare_options_read (int argc, const char *const *argv, LsCompareOptions *options, char *why, size_t size)
{
  int i = 1;
  *options = (LsCompareOptions) { .job = "primes", .args = usual_args, .n_args = 1 };
  for (; i < argc && argv[i][0] == '-' && strcmp (argv[i], "--") != 0; i++) {
    options->help = options->help || strcmp (argv[i], "--help") == 0 || strcmp (argv[i], "-h") == 0;
    options->version = options->version || strcmp (argv[i], "--version") == 0 || strcmp (argv[i], "-V") == 0;
    if (options->help || options->version)
      return true;
    if (!takes_value (argv[i])) {
      snprintf (why, size, "there is no option %.60s; see lineshaft-compare --help", argv[i]);
      return false;
    }
    if (i + 1 == argc) {
      snprintf (why, size, "a word is missing after %s", argv[i]);
      return false;
    }
    if (!read_option (argv[i], argv[i + 1], options, why, size))
      return false;
    i++;
  }
  if (i < argc && strcmp (argv[i], "--") == 0)
    i++;
  if (i == argc)
    return true;
  options->job = argv[i];
  options->args = argv + i + 1;
  options->n_args = argc - i - 1;
  return true;
}
