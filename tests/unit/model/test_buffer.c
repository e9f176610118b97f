/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/buffer.h"
#include "codec_check.h"

static void
a_buffer_survives_the_round_trip (void **state)
{
  static const char *const cases[] = {
    "{'kind':'buffer','name':'compute.frame','pool':'compute','size':67108864,'path':'/dev/shm/lineshaft-0-4711-compute.frame',"
    "'shm':'/lineshaft-0-4711-compute.frame','state':'ready','revision':7,'created_at':1795400000000}",
    "{'kind':'buffer','name':'compute.f','pool':'compute','size':1,'path':null,'shm':'/f','state':'allocating','revision':0,'created_at':null}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (LsSharedBuffer) buffer = ls_shared_buffer_from_json (json, &error);
      assert_null (error);
      assert_json_equal (ls_shared_buffer_to_json (buffer), json_incref (json));
    }
}

static void
a_buffer_has_its_pool_in_its_name (void **state)
{
  g_autoptr (LsSharedBuffer) buffer = ls_shared_buffer_new ("compute", "frame", 5);
  assert_string_equal (buffer->name, "compute.frame");
  assert_string_equal (ls_shared_buffer_own_name (buffer), "frame");
}

static void
requests_for_buffers_are_checked (void **state)
{
  static const BadCase cases[] = {
    { "{}", LS_ERROR_MALFORMED, "a buffer has no \"size\": say how many bytes it shall have" },
    { "{'size':0}", LS_ERROR_IMPOSSIBLE, "size must be a whole number from 1 to 1099511627776, not 0" },
    { "{'size':'1M'}", LS_ERROR_MALFORMED, "size must be a whole number from 1 to 1099511627776, not \"1M\"" },
    { "{'sise':1}", LS_ERROR_MALFORMED, "a buffer has no member \"sise\": did you mean \"size\"?" },
  };
  guint64 size = 7;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (json_t) json = json_from (cases[i].json);
      g_autoptr (GError) error = NULL;
      assert_false (ls_shared_buffer_request_from_json (json, &size, &error));
      assert_string_equal (error->message, cases[i].sentence);
      assert_int_equal (error->code, cases[i].code);
      assert_int_equal (size, 7);
    }
  g_autoptr (json_t) good = json_from ("{'size':4096}");
  assert_true (ls_shared_buffer_request_from_json (good, &size, NULL));
  assert_int_equal (size, 4096);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_buffer_survives_the_round_trip),
    cmocka_unit_test (a_buffer_has_its_pool_in_its_name),
    cmocka_unit_test (requests_for_buffers_are_checked),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
