/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define LINE(jobs) "{\"cmd\":\"LINESHAFT_JOBS\",\"name\":\"primes\",\"jobs\":[" jobs "]}"

static void
assert_order (const LsOrder *order, const char *id, int n_args, const char *last)
{
  assert_non_null (order);
  assert_string_equal (order->id, id);
  assert_string_equal (order->name, "primes");
  assert_int_equal (order->n_args, n_args);
  assert_int_equal (order->attempt, 1);
  assert_null (order->cwd);
  assert_null (order->output);
  assert_null (order->args[n_args]);
  if (n_args > 0)
    assert_string_equal (order->args[n_args - 1], last);
}

static LsOrder *
free_first (LsOrder *orders)
{
  LsOrder *next = orders->next;
  ls_order_free (orders);
  return next;
}

static void
many_orders_are_read_in_their_order (void **state)
{
  LsOrder *orders = NULL;
  const char *line = LINE ("[\"j1\",\"10\"],[\"j2\"],[\"j33\",\"\",\"a b,[ü]\"]");
  assert_true (ls_orders_from_line (line, strlen (line), &orders));
  assert_order (orders, "j1", 1, "10");
  orders = free_first (orders);
  assert_order (orders, "j2", 0, NULL);
  orders = free_first (orders);
  assert_order (orders, "j33", 2, "a b,[ü]");
  orders = free_first (orders);
  assert_null (orders);
}

static void
a_folder_is_for_all_of_them (void **state)
{
  LsOrder *orders = NULL;
  const char *line = "{\"cmd\":\"LINESHAFT_JOBS\",\"name\":\"primes\",\"cwd\":\"/srv/a b\",\"jobs\":[[\"j1\",\"10\"],[\"j2\"]]}";
  assert_true (ls_orders_from_line (line, strlen (line), &orders));
  for (int i = 0; i < 2; i++) {
    assert_string_equal (orders->cwd, "/srv/a b");
    orders = free_first (orders);
  }
  assert_null (orders);
}

/* The other way reads them, or refuses them. */
static void
what_is_not_so_simple_is_left_alone (void **state)
{
  static const char *const lines[] = {
    LINE (""), LINE ("[]"), LINE ("[1]"), LINE ("[\"j1\",1]"), LINE ("[\"j1\",\"a\\nb\"]"), LINE ("[\"j1\" ]"), LINE ("[\"j1\"],"), LINE ("[\"j1\"]") " ",
    LINE ("[\"j1\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\"]"),
    "{\"cmd\":\"LINESHAFT_JOB\",\"id\":\"j1\",\"name\":\"primes\",\"args\":[]}", "{\"cmd\":\"LINESHAFT_JOBS\",\"name\":\"\\u0061\",\"jobs\":[[\"j1\"]]}",
  };
  LsOrder *orders = NULL;
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
    if (ls_orders_from_line (lines[i], strlen (lines[i]), &orders))
      fail_msg ("%s", lines[i]);
  assert_null (orders);
}

static void
a_line_that_is_cut_off_is_none (void **state)
{
  LsOrder *orders = NULL;
  const char *line = LINE ("[\"j1\",\"10\"],[\"j2\",\"20\"]");
  for (size_t length = 0; length < strlen (line); length++)
    assert_false (ls_orders_from_line (line, length, &orders));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (many_orders_are_read_in_their_order),
    cmocka_unit_test (a_folder_is_for_all_of_them),
    cmocka_unit_test (what_is_not_so_simple_is_left_alone),
    cmocka_unit_test (a_line_that_is_cut_off_is_none),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
