/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "pool/lines.h"
#include "pool/order.h"
#include "pool/plain.h"
#include "pool/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What the agent may say to a pool's process, and what a job may say. What must hold:
 *   - lines come out the same, in whatever pieces the bytes come in;
 *   - the quick reader of many jobs takes no line differently from the one that makes a tree of values of it;
 *   - what is called plain JSON is JSON;
 *   - whatever a job says becomes one line of JSON. */

const FuzzBytes fuzz_seeds[] = {
  FUZZ_BYTES ("{\"cmd\":\"LINESHAFT_THREADS\",\"count\":4}\n"),
  FUZZ_BYTES ("{\"cmd\":\"LINESHAFT_JOB\",\"id\":\"j17\",\"name\":\"primes\",\"cwd\":\"/\",\"attempt\":2,\"output\":\"/srv/x\",\"args\":[\"1000000\",\"\"]}\n"),
  FUZZ_BYTES ("{\"cmd\":\"LINESHAFT_JOBS\",\"name\":\"primes\",\"jobs\":[[\"j17\",\"1000000\"],[\"j18\"],[\"j19\",\"a\",\"b\"]]}\n"),
  FUZZ_BYTES ("{\"cmd\":\"LINESHAFT_JOBS\",\"name\":\"primes\",\"cwd\":\"/home/me\",\"jobs\":[[\"j17\",\"1\"]]}\n"),
  FUZZ_BYTES ("{\"cmd\":\"LINESHAFT_CANCEL\",\"id\":\"j17\"}\n{\"cmd\":\"LINESHAFT_BUFFER\",\"name\":\"frame\",\"shm\":null,\"size\":0}\n"),
  FUZZ_BYTES ("{\"count\":78498,\"limit\":1000000}\n[1,-2.5e3,\"x\",true,null]\n\"text\"\n0\n"),
  { NULL, 0 },
};

const FuzzBytes fuzz_words[] = {
  FUZZ_BYTES ("\n"), FUZZ_BYTES ("\r\n"), FUZZ_BYTES ("{"), FUZZ_BYTES ("}"), FUZZ_BYTES ("["), FUZZ_BYTES ("]"), FUZZ_BYTES ("]}"), FUZZ_BYTES (","),
  FUZZ_BYTES (":"), FUZZ_BYTES ("\""), FUZZ_BYTES ("\\"), FUZZ_BYTES ("\\\""), FUZZ_BYTES ("\\u0000"), FUZZ_BYTES ("\\ud800"), FUZZ_BYTES ("\\n"),
  FUZZ_BYTES ("null"), FUZZ_BYTES ("true"), FUZZ_BYTES ("1e999"), FUZZ_BYTES ("-0"), FUZZ_BYTES ("01"), FUZZ_BYTES ("1."), FUZZ_BYTES ("99999999999999999999"),
  FUZZ_BYTES ("\"name\":"), FUZZ_BYTES ("\"args\":["), FUZZ_BYTES ("[\"j1\",\"x\"],"), FUZZ_BYTES ("\"cwd\":\"/\","), FUZZ_BYTES ("\xff"), FUZZ_BYTES ("\xed\xa0\x80"),
  FUZZ_BYTES ("\xc3\xa9"), FUZZ_BYTES ("\xf4\x90\x80\x80"), FUZZ_BYTES ("\0"), FUZZ_BYTES ("\x7f"), FUZZ_BYTES (" "), FUZZ_BYTES ("\t"),
  { NULL, 0 },
};

#define LINE_MAX_BYTES 300

typedef struct {
  const uint8_t *data;      /* the whole input */
  size_t size;
  LsText seen;              /* all lines, and how long those were that were dropped */
  bool look;                /* into each line */
} Run;

static void
check (const Run *run, bool good, const char *what)
{
  if (!good)
    fuzz_fail (what, run->data, run->size);
}

static bool
same_text (const char *a, const char *b)
{
  return a == b || (a != NULL && b != NULL && strcmp (a, b) == 0);
}

static bool
same_order (const LsOrder *a, const LsOrder *b)
{
  bool same = a->n_args == b->n_args && a->attempt == b->attempt && same_text (a->id, b->id) && same_text (a->name, b->name)
              && same_text (a->cwd, b->cwd) && same_text (a->output, b->output);
  for (int i = 0; same && i <= a->n_args; i++)
    same = same_text (a->args[i], b->args[i]);
  return same;
}

/* Both ways to read many jobs. */
static void
read_jobs (const Run *run, const char *text, size_t length, json_t *object)
{
  LsOrder *quick = NULL;
  bool is_quick = ls_orders_from_line (text, length, &quick);
  const char *name = json_string_value (json_object_get (object, "name"));
  size_t i;
  json_t *list;
  if (is_quick && object != NULL)
    json_array_foreach (json_object_get (object, "jobs"), i, list) {
      LsOrder *slow = name != NULL ? ls_order_from_list (name, json_string_value (json_object_get (object, "cwd")), list) : NULL;
      check (run, slow != NULL && quick != NULL && same_order (quick, slow), "the two readers of LINESHAFT_JOBS do not agree");
      LsOrder *next = quick->next;
      ls_order_free (quick);
      ls_order_free (slow);
      quick = next;
    }
  check (run, object == NULL || !is_quick || quick == NULL, "the quick reader of LINESHAFT_JOBS found more jobs");
  while (quick != NULL) {
    LsOrder *next = quick->next;
    ls_order_free (quick);
    quick = next;
  }
}

static void
read_job (const Run *run, json_t *object)
{
  const char *why = NULL;
  LsOrder *order = ls_order_from_json (object, &why);
  check (run, (order != NULL) != (why != NULL), "a job is neither one nor not");
  check (run, order == NULL || (order->name != NULL && order->args[order->n_args] == NULL && order->attempt >= 1), "a job is half of one");
  ls_order_free (order);
}

/* As a result, a message and a sentence of a job. */
static void
say (const Run *run, const char *words)
{
  LsText text = { 0 };
  json_error_t error;
  ls_text_add (&text, "[", 1);
  ls_text_add_json (&text, words);
  ls_text_add (&text, ",", 1);
  ls_text_add_string (&text, words);
  ls_text_add (&text, "]", 1);
  json_t *said = json_loadb (text.data, text.length, JSON_REJECT_DUPLICATES, &error);
  check (run, said != NULL && json_array_size (said) == 2, "what a job said is no JSON");
  check (run, memchr (text.data, '\n', text.length) == NULL, "what a job said is more than a line");
  json_decref (said);
  ls_text_clear (&text);
}

static void
look (const Run *run, const char *bytes, size_t length)
{
  char *text = malloc (length + 1);
  if (text == NULL)
    abort ();
  memcpy (text, bytes, length);
  text[length] = '\0';
  json_t *value = json_loadb (text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
  read_jobs (run, text, length, json_is_object (value) ? value : NULL);
  if (json_is_object (value))
    read_job (run, value);
  if (memchr (text, '\0', length) == NULL)
    check (run, value != NULL || !ls_json_is_plain (text), "what is no JSON is called plain JSON");
  say (run, text);
  json_decref (value);
  free (text);
}

static void
on_line (void *user, const char *text, size_t length)
{
  Run *run = user;
  check (run, length > 0 && length <= LINE_MAX_BYTES && memchr (text, '\n', length) == NULL, "a line is not one");
  ls_text_add (&run->seen, text, length);
  ls_text_add (&run->seen, "\n", 1);
  if (run->look)
    look (run, text, length);
}

static void
on_dropped (void *user, size_t length)
{
  Run *run = user;
  ls_text_add_number (&run->seen, length);
  ls_text_add (&run->seen, "!\n", 2);
}

/* In pieces of @step bytes; 0: all at once. */
static void
feed (Run *run, const uint8_t *data, size_t size, size_t step)
{
  LsLines lines = { .max = LINE_MAX_BYTES, .line = on_line, .dropped = on_dropped, .user = run };
  for (size_t at = 0; at < size;) {
    size_t piece = step == 0 || step > size - at ? size - at : step;
    ls_lines_feed (&lines, (const char *) data + at, piece);
    at += piece;
  }
  ls_lines_clear (&lines);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 1)
    return 0;
  Run whole = { .data = data, .size = size, .look = true }, cut = { .data = data, .size = size };
  feed (&whole, data + 1, size - 1, 0);
  feed (&cut, data + 1, size - 1, 1 + data[0] % 16);
  check (&whole, whole.seen.length == cut.seen.length && (cut.seen.length == 0 || memcmp (whole.seen.data, cut.seen.data, cut.seen.length) == 0),
         "the lines depend on the pieces they come in");
  ls_text_clear (&whole.seen);
  ls_text_clear (&cut.seen);
  return 0;
}
