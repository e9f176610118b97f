/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/idempotency.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const char *
look_up (LsIdempotency *idempotency, const char *key, const char *route, const char *request, GError **error)
{
  const char *id = "untouched";

  return ls_idempotency_look_up (idempotency, key, route, request, strlen (request), &id, error) ? id : "refused";
}

static void
a_key_is_remembered_with_its_request (void **state)
{
  g_autoptr (LsIdempotency) idempotency = ls_idempotency_new (8);
  g_autoptr (GError) error = NULL;

  assert_null (look_up (idempotency, "k", "/a", "{}", NULL));
  ls_idempotency_remember (idempotency, "k", "/a", "{}", 2, "t1");
  assert_string_equal (look_up (idempotency, "k", "/a", "{}", NULL), "t1");
  assert_null (look_up (idempotency, "other", "/a", "{}", NULL));

  assert_string_equal (look_up (idempotency, "k", "/a", "{ }", &error), "refused");
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_IMPOSSIBLE));
  assert_string_equal (look_up (idempotency, "k", "/b", "{}", NULL), "refused");
}

static void
keys_have_a_length (void **state)
{
  g_autoptr (LsIdempotency) idempotency = ls_idempotency_new (8);
  g_autofree char *longest = g_strnfill (LS_IDEMPOTENCY_KEY_MAX, 'k');
  g_autofree char *longer = g_strnfill (LS_IDEMPOTENCY_KEY_MAX + 1, 'k');
  g_autoptr (GError) error = NULL;

  assert_null (look_up (idempotency, longest, "/", "", NULL));
  assert_string_equal (look_up (idempotency, longer, "/", "", &error), "refused");
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_MALFORMED));
  assert_string_equal (look_up (idempotency, "", "/", "", NULL), "refused");
}

static void
the_oldest_keys_are_forgotten (void **state)
{
  g_autoptr (LsIdempotency) idempotency = ls_idempotency_new (3);

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *key = g_strdup_printf ("k%u", i);

      ls_idempotency_remember (idempotency, key, "/", "", 0, key);
    }
  assert_null (look_up (idempotency, "k1", "/", "", NULL));
  assert_string_equal (look_up (idempotency, "k2", "/", "", NULL), "k2");
  assert_string_equal (look_up (idempotency, "k4", "/", "", NULL), "k4");
  /* Said again, a key is young again. */
  ls_idempotency_remember (idempotency, "k2", "/", "", 0, "new");
  ls_idempotency_remember (idempotency, "k5", "/", "", 0, "k5");
  assert_string_equal (look_up (idempotency, "k2", "/", "", NULL), "new");
  assert_null (look_up (idempotency, "k3", "/", "", NULL));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_key_is_remembered_with_its_request),
    cmocka_unit_test (keys_have_a_length),
    cmocka_unit_test (the_oldest_keys_are_forgotten),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
