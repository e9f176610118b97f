/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void
add (LsMessages *messages, const char *id, int value)
{
  g_autoptr (json_t) message = json_integer (value);

  json_decref (ls_messages_add (messages, "worker", id, 5, message));
}

static void
messages_are_kept_by_sender_in_order (void **state)
{
  LsMessages *messages = ls_messages_new (10, 10000);
  g_autoptr (json_t) message = json_pack ("{s:s}", "hello", "world");
  g_autoptr (json_t) wire = ls_messages_add (messages, "worker", "web.1", 1795400000000, message);
  g_autoptr (json_t) items = NULL;
  g_autoptr (json_t) none = NULL;

  assert_string_equal (json_string_value (json_object_get (wire, "kind")), "worker");
  assert_string_equal (json_string_value (json_object_get (wire, "id")), "web.1");
  assert_int_equal (json_integer_value (json_object_get (wire, "at")), 1795400000000);
  assert_true (json_equal (json_object_get (wire, "message"), message));
  add (messages, "web.2", 2);
  add (messages, "web.1", 3);
  items = ls_messages_of (messages, "web.1");
  assert_int_equal (json_array_size (items), 2);
  assert_true (json_equal (json_array_get (items, 0), wire));
  assert_int_equal (json_integer_value (json_object_get (json_array_get (items, 1), "message")), 3);
  none = ls_messages_of (messages, "web");
  assert_int_equal (json_array_size (none), 0);
  ls_messages_free (messages);
}

static void
the_oldest_are_forgotten (void **state)
{
  LsMessages *by_count = ls_messages_new (3, 10000);
  LsMessages *by_bytes = ls_messages_new (1000, 200);
  g_autoptr (json_t) counted = NULL;
  g_autoptr (json_t) weighed = NULL;

  for (int i = 0; i < 100; i++)
    {
      add (by_count, "a", i);
      add (by_bytes, "a", i);
    }
  counted = ls_messages_of (by_count, "a");
  assert_int_equal (json_array_size (counted), 3);
  assert_int_equal (json_integer_value (json_object_get (json_array_get (counted, 0), "message")), 97);
  weighed = ls_messages_of (by_bytes, "a");
  assert_in_range (json_array_size (weighed), 1, 4);
  ls_messages_free (by_count);
  ls_messages_free (by_bytes);
}

static void
the_last_is_kept_however_long_it_is (void **state)
{
  LsMessages *messages = ls_messages_new (10, 200);
  g_autofree char *text = g_strnfill (1000, 'x');
  g_autoptr (json_t) message = json_string (text);
  g_autoptr (json_t) kept = NULL;
  g_autoptr (json_t) after = NULL;

  add (messages, "a", 1);
  json_decref (ls_messages_add (messages, "job", "a", 2, message));
  kept = ls_messages_of (messages, "a");
  assert_int_equal (json_array_size (kept), 1);
  assert_string_equal (json_string_value (json_object_get (json_array_get (kept, 0), "message")), text);
  add (messages, "a", 3);
  after = ls_messages_of (messages, "a");
  assert_int_equal (json_array_size (after), 1);
  assert_int_equal (json_integer_value (json_object_get (json_array_get (after, 0), "message")), 3);
  ls_messages_free (messages);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (messages_are_kept_by_sender_in_order),
    cmocka_unit_test (the_oldest_are_forgotten),
    cmocka_unit_test (the_last_is_kept_however_long_it_is),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
