/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/scale_wish.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
clicks_become_one_wish (void **state)
{
  LsScaleWish wish = { 0 };
  for (int i = 0; i < 5; i++)
    assert_true (ls_scale_wish_click (&wish, 4, +1, 0, 64, i * 100));
  assert_int_equal (ls_scale_wish_shown (&wish, 4), 9);
  assert_false (ls_scale_wish_due (&wish, 699));
  assert_true (ls_scale_wish_due (&wish, 700));
  assert_false (ls_scale_wish_due (&wish, 701));
  assert_int_equal (wish.target, 9);
  assert_int_equal (wish.from, 4);
}

static void
the_wish_is_shown_until_the_agent_agrees (void **state)
{
  LsScaleWish wish = { 0 };
  ls_scale_wish_click (&wish, 4, -1, 0, 64, 0);
  ls_scale_wish_agreed (&wish, 3);      /* not sent yet: somebody else's doing */
  assert_true (wish.open);
  assert_true (ls_scale_wish_due (&wish, 300));
  ls_scale_wish_agreed (&wish, 4);
  assert_int_equal (ls_scale_wish_shown (&wish, 4), 3);
  ls_scale_wish_agreed (&wish, 3);
  assert_false (wish.open);
  assert_int_equal (ls_scale_wish_shown (&wish, 3), 3);
}

static void
there_and_back_is_no_wish (void **state)
{
  LsScaleWish wish = { 0 };
  ls_scale_wish_click (&wish, 4, +1, 0, 64, 0);
  ls_scale_wish_click (&wish, 4, -1, 0, 64, 100);
  assert_false (ls_scale_wish_due (&wish, 1000));
  assert_false (wish.open);
}

static void
the_ends_of_the_range_hold (void **state)
{
  LsScaleWish wish = { 0 };
  assert_false (ls_scale_wish_click (&wish, 0, -1, 0, 64, 0));
  assert_false (ls_scale_wish_click (&wish, 64, +1, 0, 64, 0));
  assert_false (wish.open);
}

static void
a_refusal_shows_the_truth_again (void **state)
{
  LsScaleWish wish = { 0 };
  ls_scale_wish_click (&wish, 4, +1, 0, 64, 0);
  ls_scale_wish_due (&wish, 300);
  ls_scale_wish_failed (&wish);
  assert_int_equal (ls_scale_wish_shown (&wish, 4), 4);
}

static void
a_click_while_one_is_on_its_way_counts_from_there (void **state)
{
  LsScaleWish wish = { 0 };
  ls_scale_wish_click (&wish, 4, +1, 0, 64, 0);
  ls_scale_wish_due (&wish, 300);
  ls_scale_wish_click (&wish, 4, +1, 0, 64, 400);
  ls_scale_wish_failed (&wish);      /* of the first call */
  assert_int_equal (ls_scale_wish_shown (&wish, 4), 6);
  assert_true (ls_scale_wish_due (&wish, 700));
  assert_int_equal (wish.from, 5);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (clicks_become_one_wish),
    cmocka_unit_test (the_wish_is_shown_until_the_agent_agrees),
    cmocka_unit_test (there_and_back_is_no_wish),
    cmocka_unit_test (the_ends_of_the_range_hold),
    cmocka_unit_test (a_refusal_shows_the_truth_again),
    cmocka_unit_test (a_click_while_one_is_on_its_way_counts_from_there),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
