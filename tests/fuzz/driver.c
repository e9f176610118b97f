/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A small fuzzer that needs nothing but a compiler: it changes requests from a corpus in ways that parsers are known to trip
 * over. The same seed makes the same inputs. Usage: fuzz-http [SECONDS [SEED]], or fuzz-http --replay FILE. */

#define MAX_INPUT 4096

static const char *const corpus[] = {
  "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
  "GET /a?b=c HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\nGET /h HTTP/1.1\r\nHost: h\r\n\r\n",
  "HEAD /e HTTP/1.1\r\nHost: h\r\n\r\nGET /d HTTP/1.1\r\nHost: h\r\n\r\n",
  "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /n HTTP/1.0\r\n\r\n",
  "POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: h\r\n\r\n",
  "POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789",
  "POST /e HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: t\r\n\r\n",
  "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
  "PUT /c HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
  "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nrestGET /s4 HTTP/1.1\r\nHost: h\r\n\r\n",
  "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nrest\r\n0\r\n\r\nGET /d HTTP/1.1\r\nHost: h\r\n\r\n",
  "GET /u HTTP/1.1\r\nHost: h\r\nUpgrade: raw\r\nConnection: upgrade\r\n\r\nraw bytes",
  "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\nGET http://h/x?y HTTP/1.1\r\nHost: h\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /late HTTP/1.1\r\n",
  "\r\nDELETE /d HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
};

static const char *const words[] = {
  "\r\n", "\n", "\r", "\r\n\r\n", "\n\n", " ", "\t", ":", ": ", ",", ";", "\r\n ", " HTTP/1.1", " HTTP/1.0", " HTTP/2.0", " HTTP/0.9",
  "GET ", "HEAD ", "POST ", "CONNECT ", "TRACE ", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "Host: h\r\n", "Host:\r\n", "host: other\r\n",
  "Content-Length: 5\r\n", "Content-Length: +5\r\n", "Content-Length: 0\r\n", "Content-Length: 18446744073709551616\r\n",
  "content-length:5\r\n", "Content-Length : 5\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n",
  "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding:\tchunked\r\n", "Transfer-Encoding: chunked, chunked\r\n",
  "Connection: close\r\n", "Connection: keep-alive\r\n", "Connection: upgrade\r\nUpgrade: raw\r\n", "Expect: 100-continue\r\n", "Expect: x\r\n",
  "0\r\n\r\n", "0\r\n", "5\r\nhello\r\n", "ffffffffffffffff\r\n", "-1\r\n", "0x1\r\n", "1;a=b\r\nx\r\n", "5 \r\n", "X: \x80\xff\r\n", "X:\r\n",
  "/e", "/c", "/p", "/d", "/u", "/h", "/n", "/s0", "*", "http://h", "#", "%00", "?", "\x16\x03\x01", "A: b\r\n",
};

#define COUNT(list) (sizeof (list) / sizeof ((list)[0]))

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
  const char *word = words[random_below (COUNT (words))];
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
      word = corpus[random_below (COUNT (corpus))];
      insert (input, input->size, word, strlen (word));
      break;
    default:
      insert (input, at, word, strlen (word));
    }
}

static void
make_input (Input *input)
{
  const char *seed = corpus[random_below (COUNT (corpus))];
  input->data[0] = (uint8_t) random_below (256);
  input->size = 1;
  insert (input, 1, seed, strlen (seed));
  for (unsigned count = random_below (6); count > 0; count--)
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
  unsigned long count = 0;
  for (; now () < end; count++)
    {
      make_input (&input);
      LLVMFuzzerTestOneInput (input.data, input.size);
    }
  printf ("%lu inputs, nothing wrong\n", count);
  return 0;
}
