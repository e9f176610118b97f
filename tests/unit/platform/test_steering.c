/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of indexes and the program, without a socket: a small interpreter stands in for the kernel. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/linux/steering.h"

/* What @program returns when the kernel's random number is @random. */
static guint32
interpret (GArray *program, guint32 random)
{
  guint32 accumulator = 0;
  for (guint at = 0; at < program->len; at++) {
    const struct sock_filter *instruction = &g_array_index (program, struct sock_filter, at);
    switch (instruction->code) {
    case BPF_LD | BPF_W | BPF_ABS:
      assert_true (instruction->k == (guint32) (SKF_AD_OFF + SKF_AD_RANDOM));
      accumulator = random;
      break;
    case BPF_JMP | BPF_JGE | BPF_K:
      at += accumulator >= instruction->k ? instruction->jt : instruction->jf;
      break;
    case BPF_ALU | BPF_MOD | BPF_K:
      assert_true (instruction->k > 0);
      accumulator %= instruction->k;
      break;
    case BPF_ALU | BPF_ADD | BPF_K:
      accumulator += instruction->k;
      break;
    case BPF_RET | BPF_K:
      return instruction->k;
    case BPF_RET | BPF_A:
      return accumulator;
    default:
      fail_msg ("an instruction that was not expected: %#x", instruction->code);
    }
  }
  fail_msg ("the program ran off its end");
  return 0;
}

#define TRIES 100000

/* How often each row is picked, over numbers spread evenly; every index must exist. */
static void
count_picks (const LsSteering *steering, GArray *program, guint *counts, guint rows)
{
  for (guint row = 0; row < rows; row++)
    counts[row] = 0;
  for (guint i = 0; i < TRIES; i++) {
    /* Knuth's multiplicative hash spreads both the high and the low bits. */
    guint32 index = interpret (program, (guint32) ((guint64) i * 2654435761u));
    assert_in_range (index, 0, ls_steering_count (steering) - 1);
    counts[ls_steering_row (steering, index)]++;
  }
}

static LsSteering *
with_rows (guint rows)
{
  LsSteering *steering = ls_steering_new (rows);
  for (guint row = 0; row < rows; row++)
    ls_steering_add (steering, row);
  return steering;
}

static void
a_new_socket_goes_to_the_end (void **state)
{
  g_autoptr (LsSteering) steering = ls_steering_new (8);
  ls_steering_add (steering, 5);
  ls_steering_add (steering, 2);
  ls_steering_add (steering, 7);
  assert_int_equal (ls_steering_index (steering, 5), 0);
  assert_int_equal (ls_steering_index (steering, 2), 1);
  assert_int_equal (ls_steering_index (steering, 7), 2);
  assert_int_equal (ls_steering_index (steering, 0), -1);
  assert_int_equal (ls_steering_index (steering, 99), -1);
  assert_int_equal (ls_steering_count (steering), 3);
}

static void
the_last_takes_the_place_of_one_that_closes (void **state)
{
  g_autoptr (LsSteering) steering = with_rows (4);
  ls_steering_remove (steering, 1);
  assert_int_equal (ls_steering_index (steering, 0), 0);
  assert_int_equal (ls_steering_index (steering, 3), 1);
  assert_int_equal (ls_steering_index (steering, 2), 2);
  assert_int_equal (ls_steering_index (steering, 1), -1);
  ls_steering_remove (steering, 2);      /* the last itself */
  assert_int_equal (ls_steering_index (steering, 2), -1);
  assert_int_equal (ls_steering_index (steering, 3), 1);
  ls_steering_add (steering, 1);
  assert_int_equal (ls_steering_index (steering, 1), 2);
}

static void
weights_come_out_right (void **state)
{
  static const LsShare shares[] = { { 0, 5 }, { 1, 50 }, { 2, 45 } };
  g_autoptr (LsSteering) steering = with_rows (3);
  g_autoptr (GArray) program = ls_steering_program (steering, shares, 3);
  guint counts[3];
  count_picks (steering, program, counts, 3);
  assert_in_range (counts[0], TRIES * 4 / 100, TRIES * 6 / 100);
  assert_in_range (counts[1], TRIES * 49 / 100, TRIES * 51 / 100);
  assert_in_range (counts[2], TRIES * 44 / 100, TRIES * 46 / 100);
}

static void
rows_alike_take_three_instructions (void **state)
{
  static const LsShare shares[] = { { 0, 1 }, { 1, 1 }, { 2, 1 }, { 3, 1 } };
  g_autoptr (LsSteering) steering = with_rows (4);
  g_autoptr (GArray) program = ls_steering_program (steering, shares, 4);
  guint counts[4];
  assert_int_equal (program->len, 3);
  count_picks (steering, program, counts, 4);
  for (guint row = 0; row < 4; row++)
    assert_in_range (counts[row], TRIES * 24 / 100, TRIES * 26 / 100);
}

static void
a_drained_row_is_left_out (void **state)
{
  static const LsShare shares[] = { { 0, 1 }, { 1, 1 }, { 3, 1 }, { 4, 1 } };
  g_autoptr (LsSteering) steering = with_rows (5);
  g_autoptr (GArray) program = ls_steering_program (steering, shares, 4);
  guint counts[5];
  count_picks (steering, program, counts, 5);
  assert_int_equal (counts[2], 0);
  assert_in_range (counts[0], TRIES * 24 / 100, TRIES * 26 / 100);
  assert_in_range (counts[4], TRIES * 24 / 100, TRIES * 26 / 100);
}

static void
without_shares_or_sockets_for_them_all_are_alike (void **state)
{
  static const LsShare elsewhere[] = { { 6, 1 }, { 1000, 1 } };
  g_autoptr (LsSteering) steering = ls_steering_new (8);
  guint counts[8];
  ls_steering_add (steering, 3);
  ls_steering_add (steering, 4);
  g_autoptr (GArray) program = ls_steering_program (steering, NULL, 0);
  count_picks (steering, program, counts, 8);
  assert_in_range (counts[3], TRIES * 49 / 100, TRIES * 51 / 100);
  g_autoptr (GArray) other = ls_steering_program (steering, elsewhere, 2);
  count_picks (steering, other, counts, 8);
  assert_in_range (counts[4], TRIES * 49 / 100, TRIES * 51 / 100);
}

static void
no_socket_is_no_program (void **state)
{
  g_autoptr (LsSteering) steering = ls_steering_new (2);
  g_autoptr (GArray) program = ls_steering_program (steering, NULL, 0);
  assert_int_equal (program->len, 0);
}

/* Closing row @row: each pick must be right by the table before and by the table after. */
static void
assert_safe_across_close (guint rows, const LsShare *shares, guint n_shares, guint row)
{
  g_autoptr (LsSteering) before = with_rows (rows);
  g_autoptr (LsSteering) after = with_rows (rows);
  ls_steering_remove (after, row);
  g_autoptr (GArray) program = ls_steering_program_without (before, shares, n_shares, row);
  for (guint i = 0; i < 1000; i++) {
    guint32 index = interpret (program, (guint32) ((guint64) i * 2654435761u));
    assert_in_range (index, 0, rows - 2);
    assert_int_equal (ls_steering_row (before, index), ls_steering_row (after, index));
    assert_int_not_equal (ls_steering_row (before, index), row);
    gboolean shared = FALSE;
    for (guint j = 0; j < n_shares; j++)
      shared = shared || shares[j].row == ls_steering_row (before, index);
    assert_true (shared);
  }
}

static void
while_a_socket_closes_only_those_that_stay_are_picked (void **state)
{
  static const LsShare others[] = { { 0, 1 }, { 2, 3 }, { 3, 1 } };
  static const LsShare first[] = { { 0, 1 }, { 1, 1 }, { 2, 1 } };
  assert_safe_across_close (4, others, 3, 1);
  assert_safe_across_close (4, first, 3, 3);
}

static void
programs_stay_within_the_kernels_limit (void **state)
{
  const guint rows = 8192;
  g_autoptr (LsSteering) steering = with_rows (rows);
  g_autofree LsShare *shares = g_new (LsShare, rows);
  for (guint row = 0; row < rows; row++)
    shares[row] = (LsShare) { row, 1 + row % 7 };
  g_autoptr (GArray) weighted = ls_steering_program (steering, shares, rows);
  assert_in_range (weighted->len, 1, BPF_MAXINSNS);
  for (guint row = 0; row < rows / 2; row++)
    shares[row] = (LsShare) { row * 2, 1 };
  g_autoptr (GArray) gaps = ls_steering_program (steering, shares, rows / 2);
  assert_in_range (gaps->len, 1, BPF_MAXINSNS);
  assert_int_equal (interpret (gaps, 0), 0);
  assert_int_equal (interpret (gaps, G_MAXUINT32) % 2, 0);
}

/* The kernel's array, kept by hand: whatever opens and closes, the table says the same. */
static void
the_table_mirrors_the_kernels_array (void **state)
{
  enum { ROWS = 16 };
  g_autoptr (LsSteering) steering = ls_steering_new (ROWS);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  guint kernel[ROWS], n = 0;
  for (guint step = 0; step < 5000; step++) {
    guint row = (guint) g_rand_int_range (random, 0, ROWS);
    if (ls_steering_index (steering, row) < 0) {
      kernel[n++] = row;
      ls_steering_add (steering, row);
    } else {
      kernel[ls_steering_index (steering, row)] = kernel[n - 1];
      n--;
      ls_steering_remove (steering, row);
    }
    assert_int_equal (ls_steering_count (steering), n);
    for (guint i = 0; i < n; i++) {
      assert_int_equal (ls_steering_row (steering, i), kernel[i]);
      assert_int_equal (ls_steering_index (steering, kernel[i]), i);
    }
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_new_socket_goes_to_the_end),
    cmocka_unit_test (the_last_takes_the_place_of_one_that_closes),
    cmocka_unit_test (weights_come_out_right),
    cmocka_unit_test (rows_alike_take_three_instructions),
    cmocka_unit_test (a_drained_row_is_left_out),
    cmocka_unit_test (without_shares_or_sockets_for_them_all_are_alike),
    cmocka_unit_test (no_socket_is_no_program),
    cmocka_unit_test (while_a_socket_closes_only_those_that_stay_are_picked),
    cmocka_unit_test (programs_stay_within_the_kernels_limit),
    cmocka_unit_test (the_table_mirrors_the_kernels_array),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
