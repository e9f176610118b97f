/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/plain.h"
#include "pool/text.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* Whatever a job says becomes valid JSON on one line. */

static void
becomes (void (*add) (LsText *text, const char *what), const char *what, const char *json)
{
  LsText text = { 0 };
  add (&text, what);
  ls_text_add (&text, "", 1);
  assert_string_equal (text.data, json);
  json_t *value = json_loads (text.data, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
  assert_non_null (value);
  assert_null (strchr (text.data, '\n'));
  json_decref (value);
  ls_text_clear (&text);
}

static void
texts_are_quoted (void **state)
{
  static const struct { const char *what, *json; } cases[] = {
    { NULL, "null" },
    { "", "\"\"" },
    { "421 of 1,000", "\"421 of 1,000\"" },
    { "say \"no\" \\ a\nline\t\x7f", "\"say \\\"no\\\" \\\\ a\\u000aline\\u0009\\u007f\"" },
    { "Grüße ✓ 😀", "\"Grüße ✓ 😀\"" },
    { "\xff" "a", "\"\xef\xbf\xbd" "a\"" },
    { "cut \xe2\x9c", "\"cut \xef\xbf\xbd\xef\xbf\xbd\"" },      /* in the middle of a character */
    { "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },              /* a slash, too long */
    { "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },      /* half of a pair */
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    becomes (ls_text_add_string, cases[i].what, cases[i].json);
}

static void
json_stays_and_what_is_none_is_a_text (void **state)
{
  static const struct { const char *what, *json; } cases[] = {
    { NULL, "null" },
    { "{\"count\":168}", "{\"count\":168}" },
    { "[1, 2.5, null]", "[1, 2.5, null]" },
    { "{\n  \"a\": 1\n}", "{\"a\":1}" },      /* a line's end would end the message */
    { "168 primes", "\"168 primes\"" },
    { "{\"a\":1,\"a\":2}", "\"{\\\"a\\\":1,\\\"a\\\":2}\"" },      /* the agent would refuse it */
    { "{\"a\":\"\xff\"}", "\"{\\\"a\\\":\\\"\xef\xbf\xbd\\\"}\"" },
    { "", "\"\"" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    becomes (ls_text_add_json, cases[i].what, cases[i].json);
}

/* Each of these is decided without a tree of values, or needs one. */
static void
what_is_plain_is_json (void **state)
{
  static const struct { const char *what; bool plain; } cases[] = {
    { "0", true }, { "-12", true }, { "1.50", true }, { "12345678901234567", true }, { "true", true }, { "null", true }, { "\"a b/c\"", true },
    { "{}", true }, { "[]", true }, { "[1,\"x\",false]", true }, { "{\"count\":168,\"limit\":1000}", true }, { "{\"a\":\"\",\"b\":-0.5}", true },
    /* JSON as well, but not so simple */
    { "[1, 2]", false }, { " 1", false }, { "1e3", false }, { "\"\\n\"", false }, { "\"ü\"", false }, { "[[1]]", false }, { "{\"a\":{}}", false },
    { "123456789012345678", false },
    /* none */
    { "", false }, { "-", false }, { "01", false }, { "1.", false }, { ".5", false }, { "1x", false }, { "nul", false }, { "truer", false }, { "\"a", false },
    { "[1,]", false }, { "[1", false }, { "[1]]", false }, { "{1:2}", false }, { "{\"a\"}", false }, { "{\"a\":1,}", false }, { "{\"a\":1,\"a\":2}", false },
    { "\"\xff\"", false }, { "\"a\nb\"", false },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    json_t *value = json_loads (cases[i].what, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    if (ls_json_is_plain (cases[i].what) != cases[i].plain || (cases[i].plain && value == NULL))
      fail_msg ("%s", cases[i].what);
    json_decref (value);
  }
}

/* Whatever is cut off or changed: what is taken for plain is JSON. */
static void
nothing_is_plain_that_is_not_json (void **state)
{
  static const char *const seeds[] = { "{\"count\":168,\"limit\":1000}", "[1,\"x\",false,null,-2.5]", "{\"a\":\"b\",\"c\":true}" };
  static const char bytes[] = "{}[]\",:\\0-.ea \n\x80";
  for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
    for (size_t at = 0; at < strlen (seeds[i]); at++)
      for (size_t byte = 0; byte < sizeof bytes; byte++) { /* the last one cuts it off */
        char text[64];
        strcpy (text, seeds[i]);
        text[at] = bytes[byte];
        json_t *value = json_loads (text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
        if (value == NULL && ls_json_is_plain (text))
          fail_msg ("%s", text);
        json_decref (value);
      }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (texts_are_quoted),
    cmocka_unit_test (json_stays_and_what_is_none_is_a_text),
    cmocka_unit_test (what_is_plain_is_json),
    cmocka_unit_test (nothing_is_plain_that_is_not_json),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
