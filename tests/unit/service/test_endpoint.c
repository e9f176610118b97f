/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/endpoint.h"

#include "base/error.h"

#include <glib/gstdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct {
  char *folder;
  char *path;
  LsAccess *access;
} Place;

static gboolean
nobody (int fd, guint *ret_uid, guint *ret_gid)
{
  return FALSE;
}

static int
set_up (void **state)
{
  Place *place = g_new0 (Place, 1);

  place->folder = g_dir_make_tmp ("lineshaft-XXXXXX", NULL);
  place->path = g_build_filename (place->folder, "new", "agent.sock", NULL);
  place->access = ls_access_new (NULL, nobody, NULL);
  *state = place;
  return 0;
}

static int
tear_down (void **state)
{
  Place *place = *state;
  g_autofree char *inner = g_path_get_dirname (place->path);

  ls_access_free (place->access);
  g_remove (place->path);
  g_rmdir (inner);
  /* Nothing is left behind, the lock neither. */
  assert_int_equal (g_rmdir (place->folder), 0);
  g_free (place->path);
  g_free (place->folder);
  g_free (place);
  return 0;
}

static int
try_to_connect (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  close (fd);
  return -1;
}

static void
it_is_private_and_answers (void **state)
{
  Place *place = *state;
  g_autoptr (LsEndpoint) endpoint = ls_endpoint_open (place->path, place->access, NULL);
  g_autofree char *inner = g_path_get_dirname (place->path);
  struct stat socket_stat, folder_stat;
  int listener, client;

  assert_non_null (endpoint);
  assert_int_equal (stat (place->path, &socket_stat), 0);
  assert_int_equal (socket_stat.st_mode & 0777, 0600);
  assert_int_equal (stat (inner, &folder_stat), 0);
  assert_int_equal (folder_stat.st_mode & 0777, 0700);
  client = try_to_connect (place->path);
  assert_true (client >= 0);
  close (client);
  listener = ls_endpoint_steal_fd (endpoint);
  assert_true (listener >= 0);
  assert_int_equal (ls_endpoint_steal_fd (endpoint), -1);
  close (listener);
}

static void
a_second_one_is_refused (void **state)
{
  Place *place = *state;
  g_autoptr (LsEndpoint) first = ls_endpoint_open (place->path, place->access, NULL);
  g_autoptr (GError) error = NULL;

  assert_null (ls_endpoint_open (place->path, place->access, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
  assert_non_null (strstr (error->message, "already running"));
  /* And the first is unharmed. */
  close (try_to_connect (place->path));
  assert_int_equal (access (place->path, F_OK), 0);
}

static void
a_socket_left_behind_is_replaced (void **state)
{
  Place *place = *state;
  g_autofree char *inner = g_path_get_dirname (place->path);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int dead = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  LsEndpoint *endpoint;

  g_mkdir (inner, 0700);
  g_strlcpy (address.sun_path, place->path, sizeof address.sun_path);
  assert_int_equal (bind (dead, (struct sockaddr *) &address, sizeof address), 0);
  close (dead);
  endpoint = ls_endpoint_open (place->path, place->access, NULL);
  assert_non_null (endpoint);
  ls_endpoint_free (endpoint);
  assert_int_equal (access (place->path, F_OK), -1);
}

static void
somebody_elses_server_is_left_alone (void **state)
{
  Place *place = *state;
  g_autofree char *inner = g_path_get_dirname (place->path);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int other = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_autoptr (GError) error = NULL;

  g_mkdir (inner, 0700);
  g_strlcpy (address.sun_path, place->path, sizeof address.sun_path);
  assert_int_equal (bind (other, (struct sockaddr *) &address, sizeof address), 0);
  assert_int_equal (listen (other, 1), 0);
  assert_null (ls_endpoint_open (place->path, place->access, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
  assert_int_equal (access (place->path, F_OK), 0);
  close (other);
}

static void
a_file_in_the_way_is_left_alone (void **state)
{
  Place *place = *state;
  g_autofree char *inner = g_path_get_dirname (place->path);
  g_autoptr (GError) error = NULL;

  g_mkdir (inner, 0700);
  assert_true (g_file_set_contents (place->path, "precious", -1, NULL));
  assert_null (ls_endpoint_open (place->path, place->access, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_CONFLICT));
  assert_true (g_file_test (place->path, G_FILE_TEST_IS_REGULAR));
}

static void
a_path_has_a_length (void **state)
{
  Place *place = *state;
  g_autofree char *long_name = g_strnfill (120, 'x');
  g_autofree char *path = g_build_filename (place->folder, long_name, NULL);
  g_autoptr (GError) error = NULL;

  assert_null (ls_endpoint_open (path, place->access, &error));
  assert_true (g_error_matches (error, LS_ERROR, LS_ERROR_IMPOSSIBLE));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (it_is_private_and_answers, set_up, tear_down),
    cmocka_unit_test_setup_teardown (a_second_one_is_refused, set_up, tear_down),
    cmocka_unit_test_setup_teardown (a_socket_left_behind_is_replaced, set_up, tear_down),
    cmocka_unit_test_setup_teardown (somebody_elses_server_is_left_alone, set_up, tear_down),
    cmocka_unit_test_setup_teardown (a_file_in_the_way_is_left_alone, set_up, tear_down),
    cmocka_unit_test_setup_teardown (a_path_has_a_length, set_up, tear_down),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
