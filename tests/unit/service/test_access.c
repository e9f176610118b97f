/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/access.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <grp.h>
#include <string.h>
#include <unistd.h>

static gboolean
nobody (int fd, guint *ret_uid, guint *ret_gid)
{
  return FALSE;
}

#define STRANGER 54321u

static void
only_this_user_and_root_may_control (void **state)
{
  g_autoptr (LsAccess) access = ls_access_new (NULL, nobody, NULL);
  guint group;

  assert_int_equal (ls_access_level (access, geteuid (), getegid ()), LS_ACCESS_CONTROL);
  assert_int_equal (ls_access_level (access, 0, 0), LS_ACCESS_CONTROL);
  assert_int_equal (ls_access_level (access, STRANGER, getegid ()), LS_ACCESS_NONE);
  assert_false (ls_access_has_group (access, &group));
}

static void
members_of_the_group_may_read (void **state)
{
  const struct group *own = getgrgid (getegid ());
  g_autoptr (LsAccess) access = ls_access_new (own->gr_name, nobody, NULL);
  guint group = 0;

  assert_true (ls_access_has_group (access, &group));
  assert_int_equal (group, getegid ());
  assert_int_equal (ls_access_level (access, STRANGER, getegid ()), LS_ACCESS_READ);
  assert_int_equal (ls_access_level (access, STRANGER, STRANGER), LS_ACCESS_NONE);
  assert_int_equal (ls_access_level (access, geteuid (), STRANGER), LS_ACCESS_CONTROL);
}

static void
an_unknown_group_is_refused (void **state)
{
  g_autoptr (GError) error = NULL;

  assert_null (ls_access_new ("no-such-group-here", nobody, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_IMPOSSIBLE));
  assert_non_null (strstr (error->message, "no-such-group-here"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (only_this_user_and_root_may_control),
    cmocka_unit_test (members_of_the_group_may_read),
    cmocka_unit_test (an_unknown_group_is_refused),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
