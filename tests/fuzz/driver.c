/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A small fuzzer that needs nothing but a compiler: it changes the target's seeds in ways that parsers are known to trip over.
 * The same seed number makes the same inputs. Usage: fuzz-TARGET [SECONDS [SEED]], or fuzz-TARGET --replay FILE. */

#define MAX_INPUT 4096

static size_t n_seeds, n_words;

static size_t
count (const FuzzBytes *list)
{
  size_t n = 0;
  while (list[n].data != NULL)
    n++;
  return n;
}

static uint64_t state;

static uint32_t
random_below (uint32_t limit)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t) ((state >> 16) % limit);
}

void
fuzz_fail (const char *what, const uint8_t *data, size_t size)
{
  fprintf (stderr, "\n%s\ninput of %zu bytes, written as C: \"", what, size);
  for (size_t i = 0; i < size; i++)
    if (isprint (data[i]) && data[i] != '"' && data[i] != '\\')
      fputc (data[i], stderr);
    else
      fprintf (stderr, "\\%03o", data[i]);
  fprintf (stderr, "\"\n");
  abort ();
}

typedef struct {
  uint8_t data[MAX_INPUT];
  size_t size;
} Input;

static void
insert (Input *input, size_t at, const void *data, size_t length)
{
  if (input->size + length > MAX_INPUT)
    return;
  memmove (input->data + at + length, input->data + at, input->size - at);
  memcpy (input->data + at, data, length);
  input->size += length;
}

static void
delete (Input *input, size_t at, size_t length)
{
  if (length > input->size - at)
    length = input->size - at;
  memmove (input->data + at, input->data + at + length, input->size - at - length);
  input->size -= length;
}

static void
mutate (Input *input)
{
  size_t at = 1 + random_below ((uint32_t) input->size);
  uint8_t copy[64];
  const FuzzBytes *word = &fuzz_words[random_below ((uint32_t) n_words)];
  size_t length = 1 + random_below (sizeof copy);
  if (at > input->size)
    at = input->size;
  switch (random_below (8))
    {
    case 0:
      if (at < input->size)
        input->data[at] ^= (uint8_t) (1u << random_below (8));
      break;
    case 1:
      if (at < input->size)
        input->data[at] = (uint8_t) random_below (256);
      break;
    case 2:
      delete (input, at, 1 + random_below (4));
      break;
    case 3:
      delete (input, at, length);
      break;
    case 4:
      if (length > input->size - at)
        length = input->size - at;
      memcpy (copy, input->data + at, length);
      insert (input, 1 + random_below ((uint32_t) input->size), copy, length);
      break;
    case 5:
      word = &fuzz_seeds[random_below ((uint32_t) n_seeds)];
      insert (input, input->size, word->data, word->size);
      break;
    default:
      insert (input, at, word->data, word->size);
    }
}

static void
make_input (Input *input)
{
  const FuzzBytes *seed = &fuzz_seeds[random_below ((uint32_t) n_seeds)];
  input->data[0] = (uint8_t) random_below (256);
  input->size = 1;
  insert (input, 1, seed->data, seed->size);
  for (unsigned changes = random_below (6); changes > 0; changes--)
    mutate (input);
}

static double
now (void)
{
  struct timespec time;
  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static int
replay (const char *path)
{
  static uint8_t data[65536];
  FILE *file = fopen (path, "rb");
  if (!file)
    {
      perror (path);
      return 1;
    }
  size_t size = fread (data, 1, sizeof data, file);
  fclose (file);
  return LLVMFuzzerTestOneInput (data, size);
}

int
main (int argc, char **argv)
{
  static Input input;
  if (argc == 3 && strcmp (argv[1], "--replay") == 0)
    return replay (argv[2]);
  double seconds = argc > 1 ? atof (argv[1]) : 2;
  state = argc > 2 ? strtoull (argv[2], NULL, 0) | 1 : 0x9e3779b97f4a7c15u;
  double end = now () + seconds;
  unsigned long inputs = 0;
  n_seeds = count (fuzz_seeds);
  n_words = count (fuzz_words);
  for (; now () < end; inputs++)
    {
      make_input (&input);
      LLVMFuzzerTestOneInput (input.data, input.size);
    }
  printf ("%lu inputs, nothing wrong\n", inputs);
  return 0;
}
