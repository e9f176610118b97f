/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/instance.h"
#include "codec_check.h"

#include <math.h>

static void
merge_patches_as_rfc_7396_says (void **state)
{
  /* The table of its appendix A. */
  static const char *const cases[][3] = {
    { "{'a':'b'}", "{'a':'c'}", "{'a':'c'}" },
    { "{'a':'b'}", "{'b':'c'}", "{'a':'b','b':'c'}" },
    { "{'a':'b'}", "{'a':null}", "{}" },
    { "{'a':'b','b':'c'}", "{'a':null}", "{'b':'c'}" },
    { "{'a':['b']}", "{'a':'c'}", "{'a':'c'}" },
    { "{'a':'c'}", "{'a':['b']}", "{'a':['b']}" },
    { "{'a':{'b':'c'}}", "{'a':{'b':'d','c':null}}", "{'a':{'b':'d'}}" },
    { "{'a':[{'b':'c'}]}", "{'a':[1]}", "{'a':[1]}" },
    { "['a','b']", "['c','d']", "['c','d']" },
    { "{'a':'b'}", "['c']", "['c']" },
    { "{'a':'foo'}", "null", "null" },
    { "{'a':'foo'}", "'bar'", "'bar'" },
    { "{'e':null}", "{'a':1}", "{'e':null,'a':1}" },
    { "[1,2]", "{'a':'b','c':null}", "{'a':'b'}" },
    { "{}", "{'a':{'bb':{'ccc':null}}}", "{'a':{'bb':{}}}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) target = json_from (cases[i][0]);
      g_autoptr (json_t) patch = json_from (cases[i][1]);
      assert_json_equal (ls_json_merge_patch (target, patch), json_from (cases[i][2]));
      assert_json_equal (json_incref (target), json_from (cases[i][0]));
    }
}

static void
bad_text_is_refused_with_its_place (void **state)
{
  static const char *const bad[] = { "", "{", "{'a':1,}", "nul", "{'a':1,'a':2}", "[1] x", "\"\\u0000\"", "99999999999999999999" };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdelimit (g_strdup (bad[i]), "'", '"');
      g_autoptr (GError) error = NULL;
      assert_null (ls_json_parse (text, strlen (text), &error));
      assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_MALFORMED));
      assert_non_null (strstr (error->message, "line 1, column"));
    }
}

static void
what_is_no_json_is_a_message_of_text (void **state)
{
  g_autoptr (GError) why = NULL, none = NULL;
  assert_json_equal (ls_json_or_string ("{\"a\": [1, null]}", &none), json_from ("{'a':[1,null]}"));
  assert_json_equal (ls_json_or_string (" 17 ", &none), json_integer (17));
  assert_null (none);
  assert_json_equal (ls_json_or_string ("{a: 1}", &why), json_string ("{a: 1}"));
  assert_non_null (strstr (why->message, "line 1, column 2"));
  assert_json_equal (ls_json_or_string ("hello", NULL), json_string ("hello"));
}

static void
depth_is_bounded (void **state)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  assert_null (ls_json_parse (deep, 100000, NULL));
}

static void
absent_and_null_members_leave_values_alone (void **state)
{
  g_autoptr (json_t) object = json_from ("{'n':null}");
  guint64 number = 5;
  double real = 0.5;
  gboolean truth = TRUE;
  char *text = NULL, **list = NULL;
  for (int i = 0; i < 2; i++)
    {
      const char *key = i ? "n" : "absent";
      assert_true (ls_json_get_uint (object, key, 0, 9, &number, NULL) && number == 5);
      assert_true (ls_json_get_real (object, key, &real, NULL) && real == 0.5);
      assert_true (ls_json_get_bool (object, key, &truth, NULL) && truth);
      assert_true (ls_json_get_string (object, key, &text, NULL) && !text);
      assert_true (ls_json_get_strv (object, key, &list, NULL) && !list);
    }
}

static void
wrong_types_are_named (void **state)
{
  g_autoptr (json_t) object = json_from ("{'a':'x','b':-1,'c':1.5,'d':[1],'e':1}");
  static const char *const expected[] = {
    "a must be a whole number from 1 to 9, not \"x\"",
    "b must be a whole number from 1 to 9, not -1",
    "c must be a whole number from 1 to 9, not 1.5",
    "d must be a whole number from 1 to 9, not [1]",
    "d[0] must be a text, not 1",
    "e must be a text, not 1",
    "e must be true or false, not 1",
    "a must be a number, not \"x\"",
  };
  guint64 number;
  double real;
  gboolean truth;
  char *text = NULL, **list = NULL;
  for (int i = 0; i < 8; i++)
    {
      g_autoptr (GError) error = NULL;
      char key[2] = { "abcddeea"[i], '\0' };
      gboolean good = i < 4    ? ls_json_get_uint (object, key, 1, 9, &number, &error)
                      : i == 4 ? ls_json_get_strv (object, key, &list, &error)
                      : i == 5 ? ls_json_get_string (object, key, &text, &error)
                      : i == 6 ? ls_json_get_bool (object, key, &truth, &error)
                               : ls_json_get_real (object, key, &real, &error);
      assert_false (good);
      assert_string_equal (error->message, expected[i]);
    }
}

static void
unknown_members_get_a_hint (void **state)
{
  static const char *const known[] = { "workers", "listen", NULL };
  g_autoptr (json_t) typo = json_from ("{'wrokers':1}");
  g_autoptr (json_t) strange = json_from ("{'xyzzy':1}");
  g_autoptr (GError) error = NULL;
  assert_false (ls_json_only_members (typo, known, "the spec", &error));
  assert_string_equal (error->message, "the spec has no member \"wrokers\": did you mean \"workers\"?");
  g_clear_error (&error);
  assert_false (ls_json_only_members (strange, known, "the spec", &error));
  assert_string_equal (error->message, "the spec has no member \"xyzzy\": it can have workers, listen");
  g_clear_error (&error);
  assert_false (ls_json_only_members (NULL, known, "the spec", &error));
  assert_string_equal (error->message, "the spec is missing: it must be a JSON object");
}

static void
reals_are_rounded_and_unknown_is_null (void **state)
{
  g_autoptr (json_t) list = json_pack ("[o,o,o,o]", ls_json_real (0.12345), ls_json_real (NAN), ls_json_real (INFINITY), ls_json_int_or_null (0));
  g_autofree char *text = ls_json_to_text (list);
  assert_string_equal (text, "[0.123,null,null,null]");
}

static void
bytes_that_are_no_text_become_text (void **state)
{
  g_autoptr (json_t) value = ls_json_string_or_null ("a\xff" "b");
  assert_string_equal (json_string_value (value), "a\xef\xbf\xbd" "b");
}

static void
instances_round_trip (void **state)
{
  LsInstance instance = { 0 }, same = { 4711, 889213 };
  assert_true (ls_instance_parse ("4711-889213", &instance));
  assert_true (ls_instance_equal (instance, same));
  g_autofree char *text = ls_instance_to_text (instance);
  assert_string_equal (text, "4711-889213");
  assert_null (ls_instance_to_text ((LsInstance) { 0 }));
  static const char *const bad[] = { "", "-", "4711", "4711-", "-1", "0-1", "a-b", "4711-1x", "99999999999-1" };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_false (ls_instance_parse (bad[i], &instance));
  assert_false (ls_instance_parse (NULL, &instance));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (merge_patches_as_rfc_7396_says),
    cmocka_unit_test (bad_text_is_refused_with_its_place),
    cmocka_unit_test (what_is_no_json_is_a_message_of_text),
    cmocka_unit_test (depth_is_bounded),
    cmocka_unit_test (absent_and_null_members_leave_values_alone),
    cmocka_unit_test (wrong_types_are_named),
    cmocka_unit_test (unknown_members_get_a_hint),
    cmocka_unit_test (reals_are_rounded_and_unknown_is_null),
    cmocka_unit_test (bytes_that_are_no_text_become_text),
    cmocka_unit_test (instances_round_trip),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
