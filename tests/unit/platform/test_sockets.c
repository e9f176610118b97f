/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Listening sockets, with real connections over loopback. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/error.h"
#include "platform/listen_address.h"
#include "platform/process_figures.h"
#include "platform/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static LsSocketHost *host;
static LsSockets port;

static int
setup (void **state)
{
  host = ls_socket_host_new ();
  port = ls_socket_host_port (host);
  return 0;
}

static int
teardown (void **state)
{
  ls_socket_host_free (host);
  return 0;
}

static LsListening *
open_one (const char *address, LsBalance balance, guint rows)
{
  g_autoptr (GError) error = NULL;
  const char *const listen[] = { address, NULL };
  LsListening *listening = port.open (port.self, listen, balance, rows, &error);
  if (!listening)
    fail_msg ("%s", error->message);
  return listening;
}

static int
lend_one (LsListening *listening, guint row)
{
  const int *fds;
  guint n;
  assert_true (port.lend (port.self, listening, row, &fds, &n, NULL));
  assert_int_equal (n, 1);
  return fds[0];
}

static guint16
bound_port (LsListening *listening)
{
  const char *text = port.addresses (port.self, listening)[0];
  return (guint16) atoi (strrchr (text, ':') + 1);
}

/* A new connection, or -1 with errno. */
static int
connect_to (guint16 number)
{
  struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons (number), .sin_addr = { htonl (INADDR_LOOPBACK) } };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect (fd, (struct sockaddr *) &name, sizeof name) == 0)
    return fd;
  int code = errno;
  close (fd);
  errno = code;
  return -1;
}

/* Accepts and closes all that wait. A connection is in the queue when connect() has returned. */
static guint
accept_all (int listening_fd)
{
  guint n = 0;
  for (int fd; (fd = accept4 (listening_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0; n++)
    close (fd);
  assert_true (errno == EAGAIN);
  return n;
}

static void
connect_times (guint16 number, guint times)
{
  for (guint i = 0; i < times; i++) {
    int fd = connect_to (number);
    assert_true (fd >= 0);
    close (fd);
  }
}

/* --- addresses --- */

static void
addresses_are_read_and_written (void **state)
{
  static const struct {
    const char *text, *written;
  } cases[] = {
    { "127.0.0.1:8080", "127.0.0.1:8080" }, { "[::1]:8080", "[::1]:8080" },       { ":8080", ":8080" }, { "*:80", ":80" },
    { "localhost:81", "127.0.0.1:81" },     { "unix:/run/w.sock", "unix:/run/w.sock" }, { "0.0.0.0:0", "0.0.0.0:0" },
    { "[0:0:0:0:0:0:0:1]:1", "[::1]:1" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    LsListenAddress address;
    assert_true (ls_listen_address_parse (cases[i].text, &address, NULL));
    g_autofree char *written = ls_listen_address_text (&address);
    assert_string_equal (written, cases[i].written);
  }
}

static void
what_is_no_address_is_refused_with_a_sentence (void **state)
{
  static const char *const cases[] = {
    "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:http", "::1:8080", "[::1:8080", "example.org:80",
    "1.2.3:80", "unix:relative", "unix:", "", "[]:80",
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    LsListenAddress address;
    assert_false (ls_listen_address_parse (cases[i], &address, &error));
    assert_int_equal (error->code, LS_ERROR_IMPOSSIBLE);
    assert_non_null (strstr (error->message, cases[i]));
  }
}

/* --- opening --- */

static void
port_zero_is_resolved_once_for_all_rows (void **state)
{
  static const LsBalance balances[] = { LS_BALANCE_STEERED, LS_BALANCE_SHARED };
  for (guint i = 0; i < G_N_ELEMENTS (balances); i++) {
    LsListening *listening = open_one ("127.0.0.1:0", balances[i], 4);
    guint16 number = bound_port (listening);
    assert_true (number > 0);
    for (guint row = 0; row < 4; row++) {
      struct sockaddr_in name;
      socklen_t length = sizeof name;
      assert_int_equal (getsockname (lend_one (listening, row), (struct sockaddr *) &name, &length), 0);
      assert_int_equal (ntohs (name.sin_port), number);
    }
    port.close (port.self, listening);
  }
}

static void
sockets_do_not_block_and_are_not_inherited (void **state)
{
  LsListening *listening = open_one ("127.0.0.1:0", LS_BALANCE_STEERED, 1);
  int fd = lend_one (listening, 0);
  assert_true (fcntl (fd, F_GETFL) & O_NONBLOCK);
  assert_true (fcntl (fd, F_GETFD) & FD_CLOEXEC);
  port.close (port.self, listening);
}

static void
addresses_overlap_when_one_takes_the_other_in (void **state)
{
  static const struct {
    const char *a, *b;
    gboolean overlap;
  } cases[] = {
    { "127.0.0.1:80", "127.0.0.1:80", TRUE }, { "127.0.0.1:80", "127.0.0.1:81", FALSE }, { "127.0.0.1:80", "127.0.0.2:80", FALSE },
    { ":80", "127.0.0.1:80", TRUE }, { ":80", "[::1]:80", TRUE }, { ":80", ":80", TRUE }, { ":0", "127.0.0.1:0", FALSE },
    { "0.0.0.0:80", "127.0.0.1:80", TRUE }, { "0.0.0.0:80", "[::1]:80", FALSE }, { "[::]:80", "[::1]:80", TRUE },
    { "[::]:80", "127.0.0.1:80", FALSE }, { "[::]:80", ":80", TRUE }, { "0.0.0.0:80", ":80", TRUE }, { "0.0.0.0:80", "[::]:80", FALSE },
    { "unix:/a", "unix:/a", TRUE }, { "unix:/a", ":80", FALSE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    LsListenAddress a, b;
    assert_true (ls_listen_address_parse (cases[i].a, &a, NULL) && ls_listen_address_parse (cases[i].b, &b, NULL));
    assert_int_equal (ls_listen_address_overlaps (&a, &b), cases[i].overlap);
    assert_int_equal (ls_listen_address_overlaps (&b, &a), cases[i].overlap);
  }
}

static void
assert_taken (const char *address, LsBalance balance, const char *by)
{
  g_autoptr (GError) error = NULL;
  const char *const listen[] = { address, NULL };
  g_autofree char *sentence = g_strdup_printf (
    g_str_equal (by, "cluster") ? "%s is in use by a cluster of this agent: stop that cluster first, or choose another address"
                                : "%s is in use by another program",
    address);
  assert_null (port.open (port.self, listen, balance, 2, &error));
  assert_string_equal (error->message, sentence);
  assert_int_equal (error->code, LS_ERROR_CONFLICT);
}

static void
assert_overlaps (const char *address, const char *with)
{
  g_autoptr (GError) error = NULL;
  const char *const listen[] = { address, NULL };
  g_autofree char *sentence =
    g_strdup_printf ("%s overlaps %s, which this agent has open already: stop the cluster that has it, or leave one of the two out", address, with);
  assert_null (port.open (port.self, listen, LS_BALANCE_STEERED, 2, &error));
  assert_string_equal (error->message, sentence);
  assert_int_equal (error->code, LS_ERROR_CONFLICT);
}

static void
a_taken_port_is_an_error_also_when_it_could_be_shared (void **state)
{
  struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) } };
  socklen_t length = sizeof name;
  int other = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (other, SOL_SOCKET, SO_REUSEADDR, &(int) { 1 }, sizeof (int));
  setsockopt (other, SOL_SOCKET, SO_REUSEPORT, &(int) { 1 }, sizeof (int));
  assert_int_equal (bind (other, (struct sockaddr *) &name, sizeof name), 0);
  assert_int_equal (listen (other, 8), 0);
  getsockname (other, (struct sockaddr *) &name, &length);
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", ntohs (name.sin_port));
  assert_taken (address, LS_BALANCE_STEERED, "program");
  assert_taken (address, LS_BALANCE_SHARED, "program");
  close (other);
}

static void
an_own_cluster_and_a_repetition_are_named (void **state)
{
  g_autoptr (GError) error = NULL;
  LsListening *listening = open_one ("127.0.0.1:0", LS_BALANCE_STEERED, 2);
  g_autofree char *address = g_strdup (port.addresses (port.self, listening)[0]);
  assert_taken (address, LS_BALANCE_STEERED, "cluster");
  assert_overlaps (strrchr (address, ':'), address);
  port.close (port.self, listening);
  const char *const twice[] = { address, address, NULL };
  assert_null (port.open (port.self, twice, LS_BALANCE_SHARED, 2, &error));
  g_autofree char *sentence = g_strdup_printf ("%s is listed twice", address);
  assert_string_equal (error->message, sentence);
  /* What was opened before the failure is closed again. */
  port.close (port.self, open_one (address, LS_BALANCE_STEERED, 2));
}

static void
nobody_listens_before_a_row_is_lent_to_and_nobody_joins (void **state)
{
  LsListening *listening = open_one ("127.0.0.1:0", LS_BALANCE_STEERED, 2);
  struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) }, .sin_port = htons (bound_port (listening)) };
  int stranger = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (stranger, SOL_SOCKET, SO_REUSEADDR, &(int) { 1 }, sizeof (int));
  if (ls_sockets_can_steer ())
    assert_int_equal (connect_to (bound_port (listening)), -1);
  lend_one (listening, 0);
  assert_int_equal (bind (stranger, (struct sockaddr *) &name, sizeof name), -1);
  assert_int_equal (errno, EADDRINUSE);
  connect_times (bound_port (listening), 1);
  close (stranger);
  port.close (port.self, listening);
}

static void
an_address_that_is_not_ours_is_refused (void **state)
{
  g_autoptr (GError) error = NULL;
  static const char *const listen[] = { "192.0.2.1:8080", NULL };
  assert_null (port.open (port.self, listen, LS_BALANCE_STEERED, 2, &error));
  assert_string_equal (error->message, "192.0.2.1:8080 cannot be listened on: this computer does not have that address");
}

static void
no_address_is_an_empty_group (void **state)
{
  static const char *const none[] = { NULL };
  const int *fds;
  guint n = 7;
  LsListening *listening = port.open (port.self, none, LS_BALANCE_STEERED, 2, NULL);
  assert_null (port.addresses (port.self, listening)[0]);
  assert_true (port.lend (port.self, listening, 1, &fds, &n, NULL));
  assert_int_equal (n, 0);
  assert_false (port.lend (port.self, listening, 2, &fds, &n, NULL));
  port.steer (port.self, listening, NULL, 0);
  port.retire (port.self, listening, 1);
  port.close (port.self, listening);
}

static void
every_address_means_both_families (void **state)
{
  LsListening *listening = open_one (":0", LS_BALANCE_STEERED, 1);
  int fd = lend_one (listening, 0);
  connect_times (bound_port (listening), 3);
  assert_int_equal (accept_all (fd), 3);
  port.close (port.self, listening);
}

/* --- Unix sockets --- */

static int
connect_to_path (const char *path)
{
  struct sockaddr_un name = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  strcpy (name.sun_path, path);
  if (connect (fd, (struct sockaddr *) &name, sizeof name) == 0)
    return fd;
  close (fd);
  return -1;
}

static void
a_unix_socket_is_shared_and_its_file_goes_with_it (void **state)
{
  char folder[] = "/tmp/lineshaft-test-XXXXXX";
  struct stat file;
  assert_non_null (g_mkdtemp (folder));
  g_autofree char *path = g_build_filename (folder, "web.sock", NULL);
  g_autofree char *address = g_strconcat ("unix:", path, NULL);
  LsListening *listening = open_one (address, LS_BALANCE_STEERED, 3);
  assert_string_equal (port.addresses (port.self, listening)[0], address);
  assert_int_equal (lend_one (listening, 0), lend_one (listening, 2));
  assert_int_equal (stat (path, &file), 0);
  assert_int_equal (file.st_mode & 0777, 0660);
  int client = connect_to_path (path);
  assert_true (client >= 0);
  close (client);
  assert_int_equal (accept_all (lend_one (listening, 0)), 1);
  assert_taken (address, LS_BALANCE_SHARED, "cluster");
  port.close (port.self, listening);
  assert_int_equal (stat (path, &file), -1);
  g_rmdir (folder);
}

static void
a_stale_unix_socket_is_replaced_and_a_living_one_or_a_file_is_not (void **state)
{
  char folder[] = "/tmp/lineshaft-test-XXXXXX";
  struct sockaddr_un name = { .sun_family = AF_UNIX };
  assert_non_null (g_mkdtemp (folder));
  g_autofree char *path = g_build_filename (folder, "web.sock", NULL);
  g_autofree char *address = g_strconcat ("unix:", path, NULL);
  int other = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  strcpy (name.sun_path, path);
  assert_int_equal (bind (other, (struct sockaddr *) &name, sizeof name), 0);
  assert_int_equal (listen (other, 1), 0);
  assert_taken (address, LS_BALANCE_SHARED, "program");
  close (other);      /* its file stays */
  LsListening *listening = open_one (address, LS_BALANCE_SHARED, 1);
  port.close (port.self, listening);
  assert_true (g_file_set_contents (path, "precious", -1, NULL));
  assert_taken (address, LS_BALANCE_SHARED, "program");
  g_unlink (path);
  g_rmdir (folder);
}

/* --- spreading --- */

static void
shared_rows_have_one_socket (void **state)
{
  LsListening *listening = open_one ("127.0.0.1:0", LS_BALANCE_SHARED, 3);
  int fd = lend_one (listening, 0);
  assert_int_equal (lend_one (listening, 1), fd);
  connect_times (bound_port (listening), 2);
  assert_int_equal (port.waiting (port.self, listening, 0), 0);
  port.retire (port.self, listening, 0);
  assert_int_equal (accept_all (fd), 2);
  assert_int_equal (lend_one (listening, 0), fd);
  port.close (port.self, listening);
}

static void
steered_falls_back_to_shared_where_it_must (void **state)
{
  LsListening *listening = open_one ("127.0.0.1:0", LS_BALANCE_STEERED, 2);
  gboolean same = lend_one (listening, 0) == lend_one (listening, 1);
  assert_int_equal (same, !ls_sockets_can_steer ());
  port.close (port.self, listening);
}

static void
closing_leaves_no_descriptor (void **state)
{
  guint before = ls_process_open_fds ();
  static const char *const both[] = { "127.0.0.1:0", "[::1]:0", NULL };
  LsListening *listening = port.open (port.self, both, LS_BALANCE_STEERED, 16, NULL);
  const int *fds;
  guint n;
  for (guint row = 0; row < 16; row++)
    assert_true (port.lend (port.self, listening, row, &fds, &n, NULL));
  assert_int_equal (n, 2);
  for (guint row = 0; row < 8; row++)
    port.retire (port.self, listening, row);
  port.close (port.self, listening);
  assert_int_equal (ls_process_open_fds (), before);
}

int
main (void)
{
#define WITH_HOST(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (addresses_are_read_and_written),
    cmocka_unit_test (addresses_overlap_when_one_takes_the_other_in),
    cmocka_unit_test (what_is_no_address_is_refused_with_a_sentence),
    WITH_HOST (port_zero_is_resolved_once_for_all_rows),
    WITH_HOST (sockets_do_not_block_and_are_not_inherited),
    WITH_HOST (a_taken_port_is_an_error_also_when_it_could_be_shared),
    WITH_HOST (an_own_cluster_and_a_repetition_are_named),
    WITH_HOST (nobody_listens_before_a_row_is_lent_to_and_nobody_joins),
    WITH_HOST (an_address_that_is_not_ours_is_refused),
    WITH_HOST (no_address_is_an_empty_group),
    WITH_HOST (every_address_means_both_families),
    WITH_HOST (a_unix_socket_is_shared_and_its_file_goes_with_it),
    WITH_HOST (a_stale_unix_socket_is_replaced_and_a_living_one_or_a_file_is_not),
    WITH_HOST (shared_rows_have_one_socket),
    WITH_HOST (steered_falls_back_to_shared_where_it_must),
    WITH_HOST (closing_leaves_no_descriptor),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
