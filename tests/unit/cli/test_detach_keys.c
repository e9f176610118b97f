/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/detach_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
what_is_typed_goes_on_until_the_keys_come (void **state)
{
  static const struct { const char *keys, *typed, *sent; gboolean leaves; } cases[] = {
    { "ctrl-p,ctrl-q", "hello", "hello", FALSE },
    { "ctrl-p,ctrl-q", "a\020\021b", "a", TRUE },
    { "ctrl-p,ctrl-q", "a\020b", "a\020b", FALSE },
    { "ctrl-p,ctrl-q", "\020\020\021", "\020", TRUE },
    { "ctrl-p,ctrl-q", "\021\020", "\021", FALSE },
    { "a,a,b", "aaab", "a", TRUE },
    { "a,b,a,c", "ababac", "ab", TRUE },
    { "a,b,a,c", "abax", "abax", FALSE },
    { "CTRL-A,d", "\001d", "", TRUE },
    { "ctrl-],x", "\035y", "\035y", FALSE },
    { "x", "yyx", "yy", TRUE },
    { "none", "\020\021", "\020\021", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LsDetachKeys whole, pieces;
      g_autoptr (GString) sent = g_string_new (NULL), sent_in_pieces = g_string_new (NULL);
      gboolean left = FALSE;
      assert_true (ls_detach_keys_parse (cases[i].keys, &whole, NULL));
      pieces = whole;
      assert_int_equal (ls_detach_keys_scan (&whole, cases[i].typed, strlen (cases[i].typed), sent), cases[i].leaves);
      assert_string_equal (sent->str, cases[i].sent);
      for (const char *c = cases[i].typed; *c && !left; c++)
        left = ls_detach_keys_scan (&pieces, c, 1, sent_in_pieces);
      assert_int_equal (left, cases[i].leaves);
      assert_string_equal (sent_in_pieces->str, cases[i].sent);
    }
}

static void
what_are_no_keys_is_refused (void **state)
{
  for (const char *const *text = (const char *const[]) { "", "ctrl-", "ctrl-1", "ab", "a,,b", "a,b,c,d,e,f,g,h,i", "ctrl-p,", NULL }; *text; text++)
    {
      LsDetachKeys keys;
      g_autoptr (GError) error = NULL;
      assert_false (ls_detach_keys_parse (*text, &keys, &error));
      assert_non_null (strstr (error->message, "ctrl-p,ctrl-q"));
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (what_is_typed_goes_on_until_the_keys_come),
    cmocka_unit_test (what_are_no_keys_is_refused),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
