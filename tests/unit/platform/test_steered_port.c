/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The kernel's part of steering: real sockets, real connections. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROWS 8
#define CONNECTIONS 400

typedef struct {
  LsSocketHost *host;
  LsSockets sockets;
  LsListening *listening;
  guint16 number;
  int fds[ROWS];      /* -1: not lent */
} Port;

static int
setup (void **state)
{
  static const char *const listen[] = { "127.0.0.1:0", NULL };
  Port *port = g_new0 (Port, 1);
  port->host = ls_socket_host_new ();
  port->sockets = ls_socket_host_port (port->host);
  port->listening = port->sockets.open (port->sockets.self, listen, LS_BALANCE_STEERED, ROWS, NULL);
  assert_non_null (port->listening);
  port->number = (guint16) atoi (strrchr (port->sockets.addresses (port->sockets.self, port->listening)[0], ':') + 1);
  for (guint row = 0; row < ROWS; row++)
    port->fds[row] = -1;
  *state = port;
  return 0;
}

static int
teardown (void **state)
{
  Port *port = *state;
  ls_socket_host_free (port->host);
  g_free (port);
  return 0;
}

static void
lend (Port *port, guint row)
{
  const int *fds;
  guint n;
  assert_true (port->sockets.lend (port->sockets.self, port->listening, row, &fds, &n, NULL));
  port->fds[row] = fds[0];
}

static void
retire (Port *port, guint row)
{
  port->sockets.retire (port->sockets.self, port->listening, row);
  port->fds[row] = -1;
}

static void
steer (Port *port, const LsShare *shares, guint n)
{
  port->sockets.steer (port->sockets.self, port->listening, shares, n);
}

static guint
waiting (Port *port, guint row)
{
  return port->sockets.waiting (port->sockets.self, port->listening, row);
}

static int
connect_once (Port *port)
{
  struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons (port->number), .sin_addr = { htonl (INADDR_LOOPBACK) } };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal (connect (fd, (struct sockaddr *) &name, sizeof name), 0);
  return fd;
}

static guint
accept_all (int fd)
{
  guint n = 0;
  for (int connection; (connection = accept4 (fd, NULL, NULL, SOCK_CLOEXEC)) >= 0; n++)
    close (connection);
  return n;
}

/* Where @n connections go, by row. */
static void
spread (Port *port, guint n, guint *counts)
{
  memset (counts, 0, ROWS * sizeof *counts);
  for (guint done = 0; done < n; done += 50) {
    int clients[50];
    for (guint i = 0; i < 50; i++)
      clients[i] = connect_once (port);
    for (guint row = 0; row < ROWS; row++)
      counts[row] += port->fds[row] >= 0 ? accept_all (port->fds[row]) : 0;
    for (guint i = 0; i < 50; i++)
      close (clients[i]);
  }
}

static guint
sum (const guint *counts)
{
  guint total = 0;
  for (guint row = 0; row < ROWS; row++)
    total += counts[row];
  return total;
}

static void
connections_land_by_weight (void **state)
{
  static const LsShare shares[] = { { 0, 0.1 }, { 1, 0.5 }, { 2, 0.4 } };
  guint counts[ROWS];
  for (guint row = 0; row < 3; row++)
    lend (*state, row);
  steer (*state, shares, 3);
  spread (*state, CONNECTIONS, counts);
  assert_int_equal (sum (counts), CONNECTIONS);
  /* Five standard deviations: 6, 10 and 9.8. */
  assert_in_range (counts[0], 40 - 30, 40 + 30);
  assert_in_range (counts[1], 200 - 50, 200 + 50);
  assert_in_range (counts[2], 160 - 49, 160 + 49);
}

static void
a_drained_row_gets_none (void **state)
{
  static const LsShare shares[] = { { 0, 1 }, { 2, 1 } };
  guint counts[ROWS];
  for (guint row = 0; row < 3; row++)
    lend (*state, row);
  steer (*state, shares, 2);
  spread (*state, CONNECTIONS, counts);
  assert_int_equal (counts[1], 0);
  assert_int_equal (sum (counts), CONNECTIONS);
  assert_in_range (counts[0], 150, 250);
}

static void
a_new_row_gets_none_before_it_is_steered_to (void **state)
{
  static const LsShare one[] = { { 0, 1 } };
  static const LsShare both[] = { { 0, 1 }, { 5, 1 } };
  guint counts[ROWS];
  lend (*state, 0);
  steer (*state, one, 1);
  lend (*state, 5);
  spread (*state, 100, counts);
  assert_int_equal (counts[0], 100);
  steer (*state, both, 2);
  spread (*state, 100, counts);
  assert_true (counts[5] > 10);
}

/* Rows open and close in an order that moves the kernel's indexes; a drained one among them must never be hit. */
static void
steering_holds_while_sockets_come_and_go (void **state)
{
  static const guint closed[] = { 1, 0, 4 };
  guint counts[ROWS];
  for (guint row = 0; row < 6; row++)
    lend (*state, row);
  LsShare shares[] = { { 0, 1 }, { 1, 1 }, { 4, 1 }, { 5, 1 }, { 6, 1 } };      /* 2 and 3 are drained; 6 comes later */
  steer (*state, shares, 4);
  for (guint i = 0; i < G_N_ELEMENTS (closed); i++) {
    retire (*state, closed[i]);
    if (closed[i] == 0) {
      lend (*state, 6);
      steer (*state, shares, G_N_ELEMENTS (shares));
    }
    spread (*state, 200, counts);
    assert_int_equal (sum (counts), 200);
    assert_int_equal (counts[2] + counts[3], 0);
    assert_int_equal (counts[closed[i]], 0);
    assert_true (counts[5] > 10);
  }
}

static void
a_queue_waits_for_the_replacement (void **state)
{
  static const LsShare shares[] = { { 1, 1 } };
  Port *port = *state;
  lend (port, 0);
  lend (port, 1);
  steer (port, shares, 1);
  int clients[3] = { connect_once (port), connect_once (port), connect_once (port) };
  assert_int_equal (waiting (port, 1), 3);
  assert_int_equal (waiting (port, 0), 0);
  int before = port->fds[1];
  lend (port, 1);      /* the process that had the row crashed */
  assert_int_equal (port->fds[1], before);
  assert_int_equal (accept_all (port->fds[1]), 3);
  assert_int_equal (waiting (port, 1), 0);
  for (guint i = 0; i < 3; i++)
    close (clients[i]);
}

/* A descendant of the row's process may hold the socket for ever. */
static void
a_retired_row_gets_none_although_somebody_holds_its_socket (void **state)
{
  guint counts[ROWS];
  Port *port = *state;
  lend (port, 0);
  lend (port, 1);
  int held = dup (port->fds[0]);
  steer (port, &(LsShare) { 1, 1 }, 1);
  retire (port, 0);
  steer (port, NULL, 0);
  spread (port, 100, counts);
  assert_int_equal (counts[1], 100);
  close (held);
}

static void
the_port_stays_ours_when_the_last_row_is_gone (void **state)
{
  Port *port = *state;
  struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons (port->number), .sin_addr = { htonl (INADDR_LOOPBACK) } };
  lend (port, 0);
  retire (port, 0);
  int stranger = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean bound = bind (stranger, (struct sockaddr *) &name, sizeof name) == 0;
  close (stranger);
  assert_false (bound);
  lend (port, 3);
  close (connect_once (port));
}

int
main (void)
{
#define WITH_PORT(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    WITH_PORT (connections_land_by_weight),
    WITH_PORT (a_drained_row_gets_none),
    WITH_PORT (a_new_row_gets_none_before_it_is_steered_to),
    WITH_PORT (steering_holds_while_sockets_come_and_go),
    WITH_PORT (a_queue_waits_for_the_replacement),
    WITH_PORT (a_retired_row_gets_none_although_somebody_holds_its_socket),
    WITH_PORT (the_port_stays_ours_when_the_last_row_is_gone),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
