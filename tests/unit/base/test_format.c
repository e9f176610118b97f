/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <math.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
check (char *text, const char *expected)
{
  assert_string_equal (text, expected);
  g_free (text);
}

static void
counts_have_three_digits (void **state)
{
  check (ls_format_count (0), "0");
  check (ls_format_count (50), "50");
  check (ls_format_count (999), "999");
  check (ls_format_count (3.456), "3.46");
  check (ls_format_count (12.34), "12.3");
  check (ls_format_count (1204), "1.20 k");
  check (ls_format_count (99960), "100 k");
  check (ls_format_count (999600), "1.00 M");
  check (ls_format_count (-2500), "−2.50 k");
  check (ls_format_count (NAN), "–");
}

static void
bytes_use_iec_units (void **state)
{
  check (ls_format_bytes (0), "0 B");
  check (ls_format_bytes (999), "999 B");
  check (ls_format_bytes (4194304), "4.00 MiB");
  check (ls_format_bytes (9437184), "9.00 MiB");
  check (ls_format_bytes (1023 * 1024), "1.00 MiB");
  check (ls_format_bytes (G_MAXUINT64), "16.0 EiB");
}

static void
microseconds_scale (void **state)
{
  check (ls_format_us (870), "870 µs");
  check (ls_format_us (1300), "1.30 ms");
  check (ls_format_us (1300000), "1.30 s");
  check (ls_format_us (125000000), "2:05");
}

static void
elapsed_time_reads_like_a_clock (void **state)
{
  check (ls_format_elapsed_ms (12999), "12 s");
  check (ls_format_elapsed_ms (125000), "2:05");
  check (ls_format_elapsed_ms (3725000), "1:02:05");
  check (ls_format_elapsed_ms ((gint64) (3 * 24 + 4) * 3600 * 1000), "3 d 4 h");
  check (ls_format_elapsed_ms (-5), "0 s");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (counts_have_three_digits),
    cmocka_unit_test (bytes_use_iec_units),
    cmocka_unit_test (microseconds_scale),
    cmocka_unit_test (elapsed_time_reads_like_a_clock),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
