/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/format.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct {
  char *(*text) (double value);
  double value;
  const char *expected;
} Case;

static void
writes_three_significant_digits (void **state)
{
  static const Case cases[] = {
    { ls_text_count, 0, "0" }, { ls_text_count, 12, "12" }, { ls_text_count, 0.3, "0.30" }, { ls_text_count, 99.96, "100" },
    { ls_text_count, 999.4, "999" }, { ls_text_count, 999.6, "1.00 k" }, { ls_text_count, 1204, "1.20 k" }, { ls_text_count, 12040, "12.0 k" },
    { ls_text_count, 120400, "120 k" }, { ls_text_count, 1.5e6, "1.50 M" },
    { ls_text_us, 870, "870 µs" }, { ls_text_us, 1300, "1.30 ms" }, { ls_text_us, 2e6, "2.00 s" }, { ls_text_us, 0, "0 µs" },
    { ls_text_us, 999999, "1.00 s" }, { ls_text_us, 3600e6, "3600 s" },
    { ls_text_bytes, 512, "512 B" }, { ls_text_bytes, 4194304, "4.00 MiB" }, { ls_text_bytes, 7340032, "7.00 MiB" },
    { ls_text_bytes, 8e9, "7.45 GiB" }, { ls_text_bytes, 1023.9 * 1024, "1.00 MiB" },
    { ls_text_axis_count, 1000, "1 k" }, { ls_text_axis_count, 0, "0" }, { ls_text_axis_count, 0.25, "0.25" }, { ls_text_axis_count, 100, "100" },
    { ls_text_axis_us, 2500, "2.5 ms" }, { ls_text_axis_bytes, 8589934592.0, "8 GiB" },
    { ls_text_percent, 0.004, "0.4 %" }, { ls_text_percent, 0.125, "12.5 %" }, { ls_text_percent, 1, "100 %" }, { ls_text_percent, 0, "0 %" },
    { ls_text_percent, 0.0003, "< 0.1 %" }, { ls_text_percent, 0.9999, "100 %" }, { ls_text_percent, 3.871, "387 %" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = cases[i].text (cases[i].value);
    assert_string_equal (text, cases[i].expected);
  }
}

static void
unknown_is_a_dash_and_never_zero (void **state)
{
  static char *(*const all[]) (double value) = { ls_text_count, ls_text_rate, ls_text_us, ls_text_bytes, ls_text_percent };
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
    g_autofree char *nan_text = all[i](NAN), *negative = all[i](-1);
    assert_string_equal (nan_text, LS_TEXT_UNKNOWN);
    assert_string_equal (negative, LS_TEXT_UNKNOWN);
  }
  g_autofree char *clock = ls_text_clock (0), *elapsed = ls_text_elapsed (-1), *interval = ls_text_interval (0);
  assert_string_equal (clock, LS_TEXT_UNKNOWN);
  assert_string_equal (elapsed, LS_TEXT_UNKNOWN);
  assert_string_equal (interval, LS_TEXT_UNKNOWN);
}

static void
times_read_as_people_say_them (void **state)
{
  static const struct { gint64 ms; const char *expected; } cases[] = {
    { 0, "0 s" }, { 12999, "12 s" }, { 125000, "2:05" }, { 3725000, "1:02:05" }, { 273600000, "3 d 4 h" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = ls_text_elapsed (cases[i].ms);
    assert_string_equal (text, cases[i].expected);
  }
  g_autofree char *clock = ls_text_clock (1795400000000), *one = ls_text_interval (1000), *half = ls_text_interval (1500);
  assert_string_equal (clock, "02:13:20");
  assert_string_equal (one, "1 s");
  assert_string_equal (half, "1.5 s");
}

static void
a_listening_address_becomes_a_link (void **state)
{
  static const struct { const char *listen, *expected; } cases[] = {
    { "127.0.0.1:8080", "http://127.0.0.1:8080" }, { ":8080", "http://127.0.0.1:8080" }, { "0.0.0.0:80", "http://127.0.0.1:80" },
    { "[::1]:80", "http://[::1]:80" }, { "[::]:80", "http://[::1]:80" }, { "unix:/tmp/x", NULL }, { NULL, NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *link = ls_text_link (cases[i].listen);
    assert_true (g_strcmp0 (link, cases[i].expected) == 0);
  }
}

static void
the_state_of_a_cluster_is_words (void **state)
{
  g_autofree char *ready = ls_text_cluster_state ("ready", 4, 4), *stopped = ls_text_cluster_state ("stopped", 0, 0);
  g_autofree char *stopping = ls_text_cluster_state ("scaling", 0, 0);
  g_autofree char *failing = ls_text_cluster_state ("failing", 1, 4), *fixed = ls_text_range (4, 4), *range = ls_text_range (2, 16);
  assert_string_equal (ready, "4 of 4 ready");
  assert_string_equal (stopped, "Stopped");
  assert_string_equal (stopping, "Stopping");
  assert_string_equal (failing, "Failing, 1 of 4 ready");
  assert_string_equal (fixed, "4");
  assert_string_equal (range, "2–16");
}

static void
what_explains_a_slow_computer_is_beside_the_figure (void **state)
{
  const double load[] = { 0.5, 1.25, 12 }, unknown[] = { NAN, NAN, NAN };
  const double gib = 1024.0 * 1024 * 1024;
  g_autofree char *busy = ls_text_cpu (0.125, load), *portable = ls_text_cpu (0.125, unknown);
  g_autofree char *calm = ls_text_memory (4 * gib, 8 * gib, 0), *swapping = ls_text_memory (4 * gib, 8 * gib, gib / 2);
  assert_string_equal (busy, "12.5 % · load 0.50 1.25 12.00");
  assert_string_equal (portable, "12.5 %");
  assert_string_equal (calm, "4.00 GiB of 8.00 GiB");
  assert_string_equal (swapping, "4.00 GiB of 8.00 GiB · swap 512 MiB");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (writes_three_significant_digits),
    cmocka_unit_test (unknown_is_a_dash_and_never_zero),
    cmocka_unit_test (times_read_as_people_say_them),
    cmocka_unit_test (a_listening_address_becomes_a_link),
    cmocka_unit_test (the_state_of_a_cluster_is_words),
    cmocka_unit_test (what_explains_a_slow_computer_is_beside_the_figure),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
