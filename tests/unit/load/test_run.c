/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "load/load.h"

#include "server.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define NOT_FOUND "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

typedef struct {
  Server server;
  LsLoadOptions options;
  LsLoad *load;
  LsReport report;
  char url[64];
} World;

static void
on_ended (void *user)
{
  World *world = user;
  uv_close ((uv_handle_t *) &world->server.listener, NULL);
}

/* Runs to the end; words are added after the URL. */
static void
run (World *world, const Act *acts, unsigned n_acts, const char *words, void (*meanwhile) (World *world))
{
  char text[512], error[256];
  char *argv[32];
  int argc = 0;
  server_start (&world->server, acts, n_acts);
  snprintf (world->url, sizeof world->url, "http://127.0.0.1:%d/", world->server.port);
  snprintf (text, sizeof text, "lineshaft-load --url %s %s", world->url, words);
  for (char *word = strtok (text, " "); word != NULL; word = strtok (NULL, " "))
    argv[argc++] = word;
  assert_int_equal (ls_load_options_parse (argc, argv, NULL, &world->options, error, sizeof error), 0);
  world->load = ls_load_new (&world->server.loop, &world->options, on_ended, world);
  if (meanwhile != NULL)
    meanwhile (world);
  uv_run (&world->server.loop, UV_RUN_DEFAULT);
  ls_load_report (world->load, &world->report);
  assert_int_equal (uv_loop_close (&world->server.loop), 0);
  assert_int_equal (world->report.started, ls_tally_answered (world->report.tally) + ls_tally_failed (world->report.tally) + world->report.unfinished);
}

static void
a_number_of_requests_is_kept_to (void **state)
{
  static const Act acts[] = { { OK, THEN_KEEP } };
  static const char *const words[] = {
    "--requests 1 --connections 5",
    "--requests 1000 --connections 7",
    "--requests 200 --connections 3 --keep-alive no",
    "--requests 300 --connections 4 --keep-alive mixed",
    "--requests 50 --rate 1000 --connections 4",
  };
  static World world;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    run (&world, acts, 1, words[i], NULL);
    assert_int_equal (ls_tally_answered (world.report.tally), world.options.requests);
    assert_int_equal (world.server.requests, world.options.requests);
    assert_int_equal (ls_tally_failed (world.report.tally), 0);
    ls_load_free (world.load);
  }
}

static void
failures_are_counted_and_not_tried_again (void **state)
{
  static const Act acts[] = { { OK, THEN_KEEP }, { NULL, THEN_CLOSE }, { NOT_FOUND, THEN_KEEP }, { NULL, THEN_RESET }, { OK, THEN_KEEP } };
  static World world;
  run (&world, acts, 5, "--requests 20 --connections 1", NULL);
  assert_int_equal (world.server.requests, 20);
  assert_int_equal (ls_tally_answered (world.report.tally), 18);
  assert_int_equal (world.report.tally->codes[304], 1);
  assert_int_equal (world.report.tally->outcomes[LS_OUTCOME_CUT_SHORT], 1);
  assert_int_equal (world.report.tally->outcomes[LS_OUTCOME_RESET], 1);
  ls_load_free (world.load);
}

static void
a_rate_is_kept_to (void **state)
{
  static const Act acts[] = { { OK, THEN_KEEP } };
  static World world;
  run (&world, acts, 1, "--rate 200 --duration 500ms --connections 4", NULL);
  assert_in_range (world.report.started, 60, 100); /* a busy machine may be late, never early, and a late stop adds none */
  ls_load_free (world.load);
}

static void
a_server_that_stalls_cannot_hide_it (void **state)
{
  static const Act acts[] = { { NULL, THEN_KEEP } };
  static World world;
  run (&world, acts, 1, "--rate 100 --duration 300ms --connections 1 --timeout 200ms", NULL);
  assert_int_equal (ls_tally_answered (world.report.tally), 0);
  assert_true (world.report.tally->outcomes[LS_OUTCOME_TIMED_OUT] >= 1);
  ls_load_free (world.load);
}

static void
interrupt_soon (World *world)
{
  while (world->server.requests == 0)
    uv_run (&world->server.loop, UV_RUN_ONCE);
  ls_load_interrupt (world->load);
  ls_load_interrupt (world->load); /* the second time is at once */
}

static void
an_interrupted_run_tells_what_is_unfinished (void **state)
{
  static const Act acts[] = { { NULL, THEN_KEEP } };
  static World world;
  run (&world, acts, 1, "--connections 3", interrupt_soon);
  assert_in_range (world.report.unfinished, 1, 3);
  assert_int_equal (ls_tally_failed (world.report.tally), 0);
  ls_load_free (world.load);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (a_number_of_requests_is_kept_to),
    cmocka_unit_test (failures_are_counted_and_not_tried_again),
    cmocka_unit_test (a_rate_is_kept_to),
    cmocka_unit_test (a_server_that_stalls_cannot_hide_it),
    cmocka_unit_test (an_interrupted_run_tells_what_is_unfinished),
  };
  return cmocka_run_group_tests_name ("run", tests, NULL, NULL);
}
