/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "load/client.h"

#include "server.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define OK_CLOSE "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"

static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

typedef struct {
  LsOutcome outcome;
  unsigned n;
} Told;

static void
on_done (LsClient *client, LsOutcome outcome)
{
  Told *told = client->user;
  told->outcome = outcome;
  told->n++;
}

typedef struct {
  Server server;
  LsTarget target;
  LsTraffic traffic;
  LsClient client;
  Told told;
} World;

static void
begin (World *world, const Act *acts, unsigned n_acts)
{
  char url[64], error[256];
  const char *path;
  server_start (&world->server, acts, n_acts);
  snprintf (url, sizeof url, "http://127.0.0.1:%d/", world->server.port);
  assert_int_equal (ls_target_parse (url, NULL, &world->target, &path, error, sizeof error), 0);
  world->traffic = (LsTraffic) { 0 };
  world->told = (Told) { .n = 0 };
  ls_client_init (&world->client, &world->server.loop, &world->target, &world->traffic, on_done, &world->told);
}

static LsOutcome
ask (World *world, bool keep)
{
  unsigned before = world->told.n;
  ls_client_send (&world->client, request, sizeof request - 1, keep);
  while (world->told.n == before)
    uv_run (&world->server.loop, UV_RUN_ONCE);
  assert_int_equal (world->told.n, before + 1);
  return world->told.outcome;
}

static void
finish (World *world)
{
  ls_client_close (&world->client);
  server_stop (&world->server);
}

static void
each_failure_has_its_kind (void **state)
{
  static const struct {
    Act act;
    LsOutcome outcome;
  } cases[] = {
    { { OK, THEN_KEEP }, LS_OUTCOME_ANSWERED },
    { { OK_CLOSE, THEN_CLOSE }, LS_OUTCOME_ANSWERED },
    { { "HTTP/1.1 200 OK\r\n\r\nuntil the end", THEN_CLOSE }, LS_OUTCOME_ANSWERED },
    { { NULL, THEN_CLOSE }, LS_OUTCOME_CUT_SHORT },
    { { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", THEN_CLOSE }, LS_OUTCOME_CUT_SHORT },
    { { NULL, THEN_RESET }, LS_OUTCOME_RESET },
    { { "SSH-2.0-x\r\n", THEN_KEEP }, LS_OUTCOME_MALFORMED },
    { { OK "surplus", THEN_KEEP }, LS_OUTCOME_MALFORMED },
  };
  static World world;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    for (int keep = 0; keep < 2; keep++) {
      begin (&world, &cases[i].act, 1);
      assert_int_equal (ask (&world, keep), cases[i].outcome);
      assert_int_equal (world.server.requests, 1); /* never a second try */
      finish (&world);
    }
}

static void
a_kept_connection_is_used_again (void **state)
{
  static const Act acts[] = { { OK, THEN_KEEP } };
  static World world;
  begin (&world, acts, 1);
  for (int i = 0; i < 10; i++)
    assert_int_equal (ask (&world, true), LS_OUTCOME_ANSWERED);
  assert_int_equal (world.server.accepted, 1);
  assert_int_equal (world.traffic.opened, 1);
  finish (&world);
}

static void
a_connection_that_is_not_kept_is_new_each_time (void **state)
{
  static const Act acts[] = { { OK, THEN_KEEP } };
  static World world;
  begin (&world, acts, 1);
  for (int i = 0; i < 10; i++)
    assert_int_equal (ask (&world, false), LS_OUTCOME_ANSWERED);
  assert_int_equal (world.traffic.opened, 10);
  finish (&world);
}

static void
one_that_the_server_announced_to_close_is_left (void **state)
{
  static const Act acts[] = { { OK_CLOSE, THEN_KEEP }, { OK, THEN_KEEP } };
  static World world;
  begin (&world, acts, 2);
  assert_int_equal (ask (&world, true), LS_OUTCOME_ANSWERED);
  assert_int_equal (ask (&world, true), LS_OUTCOME_ANSWERED);
  assert_int_equal (world.traffic.opened, 2);
  assert_int_equal (world.traffic.closed_idle, 0);
  finish (&world);
}

static void
one_found_closed_before_sending_is_opened_again (void **state)
{
  static const Act acts[] = { { OK, THEN_CLOSE }, { OK, THEN_KEEP } };
  static World world;
  begin (&world, acts, 2);
  assert_int_equal (ask (&world, true), LS_OUTCOME_ANSWERED);
  assert_int_equal (ask (&world, true), LS_OUTCOME_ANSWERED);
  assert_int_equal (world.traffic.opened, 2);
  assert_int_equal (world.traffic.closed_idle, 1);
  assert_int_equal (world.server.requests, 2);
  finish (&world);
}

static void
a_refused_connection_is_told (void **state)
{
  static const Act acts[] = { { OK, THEN_KEEP } };
  static World world;
  begin (&world, acts, 1);
  uv_close ((uv_handle_t *) &world.server.listener, NULL);
  uv_run (&world.server.loop, UV_RUN_NOWAIT);
  assert_int_equal (ask (&world, true), LS_OUTCOME_REFUSED);
  assert_int_equal (world.traffic.opened, 0);
  ls_client_close (&world.client);
  uv_run (&world.server.loop, UV_RUN_DEFAULT);
  assert_int_equal (uv_loop_close (&world.server.loop), 0);
}

static void
one_that_never_answers_is_timed_out (void **state)
{
  static const Act acts[] = { { "HTTP/1.1 200 OK\r\n", THEN_KEEP }, { OK, THEN_KEEP } };
  static World world;
  begin (&world, acts, 2);
  ls_client_send (&world.client, request, sizeof request - 1, true);
  while (world.server.requests == 0)
    uv_run (&world.server.loop, UV_RUN_ONCE);
  ls_client_time_out (&world.client);
  assert_int_equal (world.told.outcome, LS_OUTCOME_TIMED_OUT);
  assert_int_equal (ask (&world, true), LS_OUTCOME_ANSWERED); /* and the next one has a connection of its own */
  finish (&world);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (each_failure_has_its_kind),
    cmocka_unit_test (a_kept_connection_is_used_again),
    cmocka_unit_test (a_connection_that_is_not_kept_is_new_each_time),
    cmocka_unit_test (one_that_the_server_announced_to_close_is_left),
    cmocka_unit_test (one_found_closed_before_sending_is_opened_again),
    cmocka_unit_test (a_refused_connection_is_told),
    cmocka_unit_test (one_that_never_answers_is_timed_out),
  };
  return cmocka_run_group_tests_name ("client", tests, NULL, NULL);
}
