/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The text of /proc/PID/stat. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/process_figures.h"

#define AFTER_NAME " S 1 4711 4711 0 -1 4194560 2000 0 3 0 150 50 7 9 20 -5 6 0 889213 12345678 321 18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0\n"

static void
figures_are_found_whatever_the_name (void **state)
{
  static const char *const texts[] = {
    "4711 (web.3)" AFTER_NAME, "4711 ()" AFTER_NAME, "4711 (a b)" AFTER_NAME, "4711 (tmux: server)" AFTER_NAME, "4711 (a) R 1 2 3)" AFTER_NAME,
    "4711 (((()" AFTER_NAME, "4711 (a\nb)" AFTER_NAME,
  };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    LsProcessFigures figures;
    assert_true (ls_process_stat_parse (texts[i], 100, 4096, &figures));
    assert_int_equal (figures.state, 'S');
    assert_int_equal (figures.cpu_us, 2000000);
    assert_int_equal (figures.rss, 321 * 4096);
    assert_int_equal (figures.threads, 6);
    assert_int_equal (figures.start_time, 889213);
  }
}

static void
what_is_no_such_text_is_refused (void **state)
{
  static const char *const texts[] = {
    "", "4711", "4711 (web", "4711 (web)", "4711 (web) ", "4711 (web) S", "4711 (web) S 1 2 3", "4711 (web) 1 2 3",
    "4711 (web) S 1 4711 4711 0 -1 4194560 2000 0 3 0 x 50 7 9 20 0 6 0 889213 12345678 321",
  };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    LsProcessFigures figures = { .rss = 1 };
    assert_false (ls_process_stat_parse (texts[i], 100, 4096, &figures));
    assert_int_equal (figures.rss, 1);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (figures_are_found_whatever_the_name),
    cmocka_unit_test (what_is_no_such_text_is_refused),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
