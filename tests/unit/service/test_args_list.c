/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/args_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

/* The lists in @text: "a,b|c". NULL: it takes the usual way. */
static char *
read_it (const char *text, json_t **ret_json)
{
  g_autofree char *exact = g_memdup2 (text, strlen (text));      /* so that a sanitizer sees who reads on */
  g_autoptr (GPtrArray) lists = NULL;
  g_autoptr (json_t) json = ls_args_list_parse (exact, strlen (text), &lists);
  GString *all = g_string_new (NULL);

  assert_true ((json == NULL) == (lists == NULL));
  for (guint i = 0; json != NULL && i < lists->len; i++)
    {
      g_autofree char *one = g_strjoinv (",", lists->pdata[i]);

      g_string_append_printf (all, "%s%s", i > 0 ? "|" : "", one);
    }
  if (ret_json != NULL)
    *ret_json = json != NULL ? json_incref (json) : NULL;
  return g_string_free (all, json == NULL);
}

static void
lists_are_read_and_the_rest_is_parsed (void **state)
{
  static const struct { const char *text, *lists; } cases[] = {
    { "{\"name\":\"primes\",\"args_list\":[[\"1\"],[\"2\",\"x y\"]]}", "1|2,x y" },
    { "{\"args_list\" : [ [ \"1\" , \"2\" ] ,\n\t[ ] ] , \"priority\": 7}", "1,2|" },
    { "{\"args_list\":[[]]}", "" },
    { "{\"args_list\":[[\"\"],[\"ü ✓\"]]}", "|ü ✓" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = NULL;
      g_autofree char *lists = read_it (cases[i].text, &json);

      assert_non_null (lists);
      assert_string_equal (lists, cases[i].lists);
      assert_int_equal (json_array_size (json_object_get (json, "args_list")), 0);
    }
}

static void
all_else_takes_the_usual_way (void **state)
{
  static const char *const texts[] = {
    "{}", "[]", "{\"name\":\"primes\",\"args\":[\"1\"]}", "{\"args_list\":[]}", "{\"args_list\":null}", "{\"args_list\":[1]}", "{\"args_list\":[[1]]}",
    "{\"args_list\":[[\"a\",]]}", "{\"args_list\":[[\"a\"],]}", "{\"args_list\":[[,\"a\"]]}", "{\"args_list\":[[\"a\" \"b\"]]}", "{\"args_list\":[[\"a\"]}",
    "{\"args_list\":[[\"a\"]]", "{\"args_list\":[[\"a\"]]}}", "{\"args_list\":[[\"a\\n\"]]}", "{\"args_list\":[[\"a\nb\"]]}", "{\"args_list\":[[\"\xff\"]]}",
    "{\"args_list\":[[\"\xc3\"]]}", "{\"args_list\":[[\"a\"]],\"args_list\":[[\"b\"]]}", "{\"items\":[{\"args_list\":[[\"a\"]]}]}",
    "{\"x\":\"\\\"args_list\\\":[[\\\"a\\\"]]\"}", "[\"args_list\",[[\"a\"]]]", "{\"args_list\":[[\"a\"]],\"name\":tru}",
    "{\"args_list\":[[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\"17\"]]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *lists = read_it (texts[i], NULL);

      if (lists != NULL)
        fail_msg ("%s", texts[i]);
    }
}

static void
what_is_cut_off_is_never_read (void **state)
{
  const char *text = "{\"name\":\"primes\",\"args_list\":[[\"1\"],[\"2\",\"x\"]],\"priority\":3}";

  for (gsize length = 1; length < strlen (text); length++)
    {
      g_autofree char *cut = g_strndup (text, length);

      assert_null (read_it (cut, NULL));
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (lists_are_read_and_the_rest_is_parsed),
    cmocka_unit_test (all_else_takes_the_usual_way),
    cmocka_unit_test (what_is_cut_off_is_never_read),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
