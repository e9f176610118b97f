/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* sum, matrix and primes: numbers that are known beforehand. */

#include "trial.h"

#include "pool/jobs/kernel.h"
#include "pool/jobs/sum.h"
#include "pool/jobs/words.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static json_int_t
number_of (Trial *trial, const char *key)
{
  return json_integer_value (json_object_get (trial->result, key));
}

/* Of the product that matrix 64 makes, reckoned apart from it. */
#define MATRIX_64 "a578cc5dfbcd8b4f"

/* --- sum --- */

static uint64_t
plain_sum (const unsigned char *bytes, size_t length)
{
  uint64_t sum = 0;
  for (size_t i = 0; i < length; i++)
    sum += bytes[i];
  return sum;
}

static void
bytes_add_up_at_every_length_and_place (void **state)
{
  unsigned char *bytes = (unsigned char *) trial_bytes (20000);
  for (size_t length = 0; length < 20000; length += 1 + length / 16)
    for (size_t at = 0; at < 3 && at <= length; at++)
      assert_int_equal (ls_sum_bytes (bytes + at, length - at), plain_sum (bytes + at, length - at));
  memset (bytes, 255, 20000);
  assert_int_equal (ls_sum_bytes (bytes, 20000), 255 * 20000);
  free (bytes);
}

static void
one_copy_sums_all_by_itself (void **state)
{
  static const size_t sizes[] = { 1, 4096, 262144, 262145, 5000001 };
  Trial *trial = *state;
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    trial->buffer = trial_bytes (sizes[i]);
    trial->buffer_size = sizes[i];
    for (int again = 0; again < 2; again++) {
      trial_expect_done (trial, "sum", "data");
      assert_int_equal (number_of (trial, "sum"), plain_sum (trial->buffer, sizes[i]));
      assert_int_equal (number_of (trial, "bytes"), sizes[i]);
      assert_int_equal (number_of (trial, "mine"), sizes[i]);
    }
    free (trial->buffer);
  }
}

#define COPIES 6
#define SHARED_SIZE (48u << 20)

static pthread_barrier_t start;

static void *
run_copy (void *user)
{
  Trial *trial = user;
  pthread_barrier_wait (&start);
  trial_run (trial, "sum", "data", NULL);
  return NULL;
}

static void
copies_share_one_sum (void **state)
{
  Trial *copies[COPIES] = { 0 };
  pthread_t threads[COPIES];
  void *buffer = trial_bytes (SHARED_SIZE);
  uint64_t sum = plain_sum (buffer, SHARED_SIZE);
  for (int round = 0; round < 5; round++) {
    uint64_t of_all = 0;
    pthread_barrier_init (&start, NULL, COPIES);
    for (int i = 0; i < COPIES; i++) {
      copies[i] = calloc (1, sizeof (Trial));
      copies[i]->buffer = buffer;
      copies[i]->buffer_size = SHARED_SIZE;
      copies[i]->cancel_after = i == COPIES - 1 ? 1 : 0; /* one goes away in the middle: the others do not miss it */
      assert_int_equal (pthread_create (&threads[i], NULL, run_copy, copies[i]), 0);
    }
    for (int i = 0; i < COPIES; i++) {
      pthread_join (threads[i], NULL);
      if (copies[i]->last == LS_STEP_DONE) {
        assert_int_equal (number_of (copies[i], "sum"), sum);
        of_all += (uint64_t) number_of (copies[i], "mine");
      }
      json_decref (copies[i]->result);
      free (copies[i]->text);
      free (copies[i]);
    }
    assert_true (of_all > 0);
    pthread_barrier_destroy (&start);
  }
  free (buffer);
}

static void
a_buffer_that_is_not_there_is_said (void **state)
{
  Trial *trial = *state;
  trial_expect_failure (trial, "no buffer “data”: lineshaft create buffer POOL.data size=64M", "sum", "data");
  trial_expect_failure (trial, "sum takes the name", "sum");
  trial_expect_failure (trial, "sum takes the name", "sum", "a", "b");
}

/* --- matrix --- */

static void
products_are_right_and_the_same_every_time (void **state)
{
  static const char *const sizes[] = { "1", "2", "3", "15", "16", "17", "63", "255", "257", "600" };
  Trial *trial = *state;
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    char checksum[32];
    trial_expect_done (trial, "matrix", (char *) sizes[i]); /* a wrong one would have failed */
    strcpy (checksum, json_string_value (json_object_get (trial->result, "checksum")));
    trial_expect_done (trial, "matrix", (char *) sizes[i]);
    assert_string_equal (json_string_value (json_object_get (trial->result, "checksum")), checksum);
    assert_true (json_number_value (json_object_get (trial->result, "gflops")) >= 0);
  }
}

/* A property of the numbers alone, so it is the same for every kernel and machine. */
static void
the_checksum_is_that_of_the_plain_product (void **state)
{
  Trial *trial = *state;
  trial_expect_done (trial, "matrix", "64");
  assert_string_equal (json_string_value (json_object_get (trial->result, "checksum")), MATRIX_64);
}

static void
the_kernel_adds_its_block (void **state)
{
  enum { STRIDE = 48, DEPTH = 19 };
  static _Alignas (64) double a[STRIDE * STRIDE], b[STRIDE * STRIDE], c[STRIDE * STRIDE];
  for (int i = 0; i < STRIDE * STRIDE; i++) {
    a[i] = i % 13 - 6;
    b[i] = i % 7 - 3;
    c[i] = i % 5;
  }
  ls_kernel_choose () (a + 4 * STRIDE + 5, b + 5 * STRIDE + 16, c + 4 * STRIDE + 16, STRIDE, DEPTH);
  for (int i = 0; i < STRIDE; i++)
    for (int j = 0; j < STRIDE; j++) {
      bool in_block = i >= 4 && i < 4 + (int) LS_KERNEL_ROWS && j >= 16 && j < 16 + (int) LS_KERNEL_COLUMNS;
      double expected = (i * STRIDE + j) % 5;
      for (int k = 5; in_block && k < 5 + DEPTH; k++)
        expected += a[i * STRIDE + k] * b[k * STRIDE + j];
      assert_true (c[i * STRIDE + j] == expected);
    }
}

static void
sizes_that_are_none_are_refused (void **state)
{
  static const char *const words[] = { "0", "4097", "-1", "1.5", "", "12x", "18446744073709551616", " 1" };
  Trial *trial = *state;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    trial_expect_failure (trial, "from 1 to 4096: matrix 512", "matrix", (char *) words[i]);
  trial_expect_failure (trial, "matrix 512", "matrix");
  trial_expect_failure (trial, "matrix 512", "matrix", "1", "2");
}

static void
a_large_product_is_left_at_once (void **state)
{
  Trial *trial = *state;
  trial->cancel_after = 3;
  trial_run (trial, "matrix", "4096", NULL);
  assert_true (trial->cancelled);
  assert_true (trial->progress < 0.5);
}

/* --- primes --- */

static void
primes_are_counted (void **state)
{
  Trial *trial = *state;
  trial_expect_done (trial, "primes", "1000000");
  assert_int_equal (number_of (trial, "count"), 78498);
  trial_expect_failure (trial, "primes 1000000", "primes", "1e6");
}

/* --- words --- */

static void
texts_are_mended_to_utf8 (void **state)
{
  static const struct {
    const char *text, *mended;
  } cases[] = {
    { "", "" }, { "plain", "plain" }, { "ümläut €𝄞", "ümläut €𝄞" }, { "a\xff" "b", "a?b" }, { "\xc3", "?" }, { "\xe2\x82", "??" }, { "\xc0\x80", "??" },
    { "\xed\xa0\x80", "???" }, { "\xf4\x90\x80\x80", "????" }, { "\xf0\x80\x80\x80x", "????x" }, { "\xe0\x9f\xbf", "???" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[64];
    strcpy (text, cases[i].text);
    assert_string_equal (ls_mend_text (text), cases[i].mended);
  }
}

static void
numbers_and_sizes_are_told_as_people_write_them (void **state)
{
  char text[32];
  double number;
  assert_string_equal (ls_group_digits (0, text, sizeof text), "0");
  assert_string_equal (ls_group_digits (1234567, text, sizeof text), "1,234,567");
  assert_string_equal (ls_size_text (1023, text, sizeof text), "1023 B");
  assert_string_equal (ls_size_text (1536, text, sizeof text), "1.5 KiB");
  assert_string_equal (ls_size_text (UINT64_C (5) << 40, text, sizeof text), "5.0 TiB");
  assert_true (ls_read_number ("-0.75", -4, 4, &number) && number == -0.75);
  assert_false (ls_read_number ("1e999", -4, 4, &number));
  assert_string_equal (ls_option ("level=3", "level"), "3");
  assert_null (ls_option ("levels=3", "level"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (bytes_add_up_at_every_length_and_place),
    cmocka_unit_test_setup_teardown (one_copy_sums_all_by_itself, trial_setup, trial_teardown),
    cmocka_unit_test (copies_share_one_sum),
    cmocka_unit_test_setup_teardown (a_buffer_that_is_not_there_is_said, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (products_are_right_and_the_same_every_time, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (the_checksum_is_that_of_the_plain_product, trial_setup, trial_teardown),
    cmocka_unit_test (the_kernel_adds_its_block),
    cmocka_unit_test_setup_teardown (sizes_that_are_none_are_refused, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (a_large_product_is_left_at_once, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (primes_are_counted, trial_setup, trial_teardown),
    cmocka_unit_test (texts_are_mended_to_utf8),
    cmocka_unit_test (numbers_and_sizes_are_told_as_people_write_them),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
