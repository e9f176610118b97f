/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/text.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
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

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (texts_are_quoted),
    cmocka_unit_test (json_stays_and_what_is_none_is_a_text),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
