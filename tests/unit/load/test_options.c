/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "load/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static LsLoadOptions options;
static char error[1024];

/* Words are parted by single spaces. */
static int
parse (const char *line)
{
  static char text[1024];
  char *argv[32] = { text };
  int argc = 0;
  snprintf (text, sizeof text, "lineshaft-load %s", line);
  for (char *word = strtok (text, " "); word != NULL; word = strtok (NULL, " "))
    argv[argc++] = word;
  error[0] = '\0';
  return ls_load_options_parse (argc, argv, "/run/agent.sock", &options, error, sizeof error);
}

static void
what_is_not_said_is_small_and_bounded (void **state)
{
  assert_int_equal (parse (""), 0);
  assert_int_equal (options.connections, 8);
  assert_int_equal (options.duration_ms, 10000);
  assert_int_equal (options.requests, 0);
  assert_string_equal (options.paths[0].path, "/");
  assert_string_equal (options.target.authority, "127.0.0.1:8080");
}

static void
options_are_taken (void **state)
{
  assert_int_equal (parse ("--url=http://[::1]:9000/a?n=5 --connections 3 --rate 2.5 --timeout 500ms --keep-alive mixed -o json --strict -q"), 0);
  assert_string_equal (options.paths[0].path, "/a?n=5");
  assert_int_equal (options.connections, 3);
  assert_true (options.rate == 2.5);
  assert_int_equal (options.timeout_ms, 500);
  assert_int_equal (options.keep_alive, LS_KEEP_ALIVE_MIXED);
  assert_true (options.json && options.strict && options.quiet);
  assert_int_equal (parse ("--requests 1000"), 0);
  assert_int_equal (options.duration_ms, LS_LOAD_MAX_DURATION_MS);
  assert_int_equal (parse ("--requests 1000 --duration 2min"), 0);
  assert_int_equal (options.duration_ms, 120000);
  assert_int_equal (parse ("--paths /=9,/missing=1,/plain"), 0);
  assert_int_equal (options.n_paths, 3);
  assert_int_equal (options.total_weight, 11);
  assert_string_equal (options.paths[1].path, "/missing");
  assert_int_equal (parse ("--unix /tmp/x.sock --url http://localhost/v1/agent"), 0);
  assert_string_equal (options.target.unix_path, "/tmp/x.sock");
  assert_string_equal (options.target.authority, "localhost");
}

static void
the_demo_has_its_own_defaults_wherever_it_stands (void **state)
{
  static const char *const lines[] = { "--demo --connections 4", "--connections 4 --demo" };
  for (int i = 0; i < 2; i++) {
    assert_int_equal (parse (lines[i]), 0);
    assert_true (options.demo);
    assert_int_equal (options.connections, 4);
    assert_true (options.rate == 50);
    assert_int_equal (options.duration_ms, 600000);
    assert_int_equal (options.total_weight, 1000);
    assert_string_equal (options.agent, "/run/agent.sock");
  }
}

static void
what_cannot_be_is_refused_with_a_sentence (void **state)
{
  static const char *const lines[] = {
    "--url http://localhost:8080/", "--url http://192.168.0.1/",     "--url http://128.0.0.1/",    "--url https://127.0.0.1/",
    "--url http://127.0.0.1:0/",    "--url http://127.0.0.1:65536/", "--url http://127.0.0.1:8x/", "--url http:///",
    "--url http://[::2]/",          "--url http://[::1/",            "--url http://example.org/",  "--url http://0.0.0.0/",
    "--connections 0",              "--connections 4097",            "--connections -1",           "--connections many",
    "--rate 0",                     "--rate -5",                     "--rate nan",                 "--rate 1e9",
    "--rate 5x",                    "--requests 0",                  "--requests 1000000001",      "--duration 0",
    "--duration 2h",                "--duration 5days",              "--timeout x",                "--keep-alive perhaps",
    "-o xml",                       "--paths x",                     "--paths /a,",                "--bogus",
    "--strict=yes",                 "--rate",                        "stray",                      "--unix= --url http://x/",
  };
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    if (parse (lines[i]) == 0)
      fail_msg ("was taken: %s", lines[i]);
    if (strlen (error) < 20 || error[strlen (error) - 1] != '.')
      fail_msg ("no sentence for %s: %s", lines[i], error);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (what_is_not_said_is_small_and_bounded),
    cmocka_unit_test (options_are_taken),
    cmocka_unit_test (the_demo_has_its_own_defaults_wherever_it_stands),
    cmocka_unit_test (what_cannot_be_is_refused_with_a_sentence),
  };
  return cmocka_run_group_tests_name ("options", tests, NULL, NULL);
}
