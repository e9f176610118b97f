/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of the codecs share. */

#include <string.h>

#include "base/error.h"
#include "model/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* JSON with single quotes, so that it can be read in a C source. */
static inline json_t *
json_from (const char *quoted)
{
  g_autofree char *text = g_strdelimit (g_strdup (quoted), "'", '"');
  g_autoptr (GError) error = NULL;
  json_t *json = ls_json_parse (text, strlen (text), &error);
  if (!json)
    fail_msg ("%s in %s", error->message, text);
  return json;
}

/* Takes both references. */
static inline void
assert_json_equal (json_t *a, json_t *b)
{
  g_autofree char *a_text = json_dumps (a, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
  g_autofree char *b_text = json_dumps (b, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
  assert_string_equal (a_text, b_text);
  json_decref (a);
  json_decref (b);
}

typedef struct {
  const char *json;
  LsErrorCode code;
  const char *sentence;
} BadCase;
