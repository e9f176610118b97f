/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "logs/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void
levels_have_names (void **state)
{
  LsLogLevel level = LS_LOG_INFO;

  assert_true (ls_log_level_parse ("warning", &level));
  assert_int_equal (level, LS_LOG_WARNING);
  assert_true (ls_log_level_parse ("DEBUG", &level));
  assert_int_equal (level, LS_LOG_DEBUG);
  assert_false (ls_log_level_parse ("loud", &level));
  assert_int_equal (level, LS_LOG_DEBUG);
}

static void
what_is_logged_is_one_line_in_the_store (void **state)
{
  LsLogStore *store = ls_log_store_new (NULL, 65536, 0, NULL);

  ls_log_init (LS_LOG_WARNING, store);
  ls_log (LS_LOG_INFO, "not asked for");
  ls_log (LS_LOG_WARNING, "web.%d: two\nlines", 3);
  g_auto (GStrv) lines = ls_log_store_tail (store, "agent", 10);
  assert_int_equal (g_strv_length (lines), 1);
  assert_string_equal (lines[0], "warning: web.3: two lines");
  ls_log_init (LS_LOG_WARNING, NULL);
  ls_log_store_free (store);
}

static void
log_again (void *user, const LsLogEntry *entry)
{
  ls_log (LS_LOG_ERROR, "a follower has troubles of its own");
  (*(guint *) user)++;
}

static void
a_follower_that_logs_does_not_go_round (void **state)
{
  LsLogStore *store = ls_log_store_new (NULL, 65536, 0, NULL);
  const LsLogQuery all = { .stream = -1 };
  guint heard = 0;

  ls_log_init (LS_LOG_ERROR, store);
  LsLogFollower *follower = ls_log_store_follow (store, &all, log_again, NULL, &heard);
  ls_log (LS_LOG_ERROR, "once");
  assert_int_equal (heard, 1);
  ls_log_store_unfollow (store, follower);
  ls_log_init (LS_LOG_ERROR, NULL);
  ls_log_store_free (store);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (levels_have_names),
    cmocka_unit_test (what_is_logged_is_one_line_in_the_store),
    cmocka_unit_test (a_follower_that_logs_does_not_go_round),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
