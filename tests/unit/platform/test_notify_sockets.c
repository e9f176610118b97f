/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Notify sockets are used again, and nobody hears what was said to another. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/notify_sockets.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct {
  uv_loop_t loop;
  LsNotifySockets *sockets;
  GString *heard;
} World;

static int
setup (void **state)
{
  World *world = g_new0 (World, 1);
  assert_int_equal (uv_loop_init (&world->loop), 0);
  world->sockets = ls_notify_sockets_new (&world->loop, NULL);
  world->heard = g_string_new (NULL);
  assert_non_null (world->sockets);
  *state = world;
  return 0;
}

static int
teardown (void **state)
{
  World *world = *state;
  ls_notify_sockets_close (world->sockets);
  uv_run (&world->loop, UV_RUN_DEFAULT);
  assert_int_equal (uv_loop_close (&world->loop), 0);
  ls_notify_sockets_free (world->sockets);
  g_string_free (world->heard, TRUE);
  g_free (world);
  return 0;
}

static void
note (void *user, LsNotifyKind kind, const char *text)
{
  g_string_append_printf (user, "%s ", text ? text : "ready");
}

static LsNotifySocket *
take (World *world)
{
  LsNotifySocket *taken = ls_notify_sockets_take (world->sockets, note, world->heard, NULL);
  assert_non_null (taken);
  return taken;
}

/* As many as fit into its queue, at most @n. */
static void
say (const char *path, const char *text, guint n)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  for (guint i = 0; i < n && sendto (fd, text, strlen (text), 0, (struct sockaddr *) &address, sizeof address) > 0; i++)
    ;
  close (fd);
}

static void
turn (World *world)
{
  for (guint i = 0; i < 5; i++)
    uv_run (&world->loop, UV_RUN_NOWAIT);
}

static void
one_that_nobody_knows_is_used_again_and_starts_in_silence (void **state)
{
  World *world = *state;
  LsNotifySocket *first = take (world);
  g_autofree char *path = g_strdup (ls_notify_socket_path (first));
  say (path, "STATUS=old", 1000);
  ls_notify_sockets_give_back (world->sockets, first, TRUE);
  LsNotifySocket *second = take (world);
  assert_string_equal (ls_notify_socket_path (second), path);
  turn (world);
  assert_string_equal (world->heard->str, "");
  say (path, "STATUS=new", 1);
  turn (world);
  assert_string_equal (world->heard->str, "new ");
  ls_notify_sockets_give_back (world->sockets, second, TRUE);
}

static void
what_is_said_to_one_that_waits_is_dropped (void **state)
{
  World *world = *state;
  LsNotifySocket *socket = take (world);
  g_autofree char *path = g_strdup (ls_notify_socket_path (socket));
  ls_notify_sockets_give_back (world->sockets, socket, TRUE);
  say (path, "READY=1", 3);
  turn (world);
  socket = take (world);
  turn (world);
  assert_string_equal (world->heard->str, "");
  ls_notify_sockets_give_back (world->sockets, socket, TRUE);
}

static void
one_that_somebody_may_know_is_closed (void **state)
{
  World *world = *state;
  LsNotifySocket *first = take (world);
  g_autofree char *path = g_strdup (ls_notify_socket_path (first));
  ls_notify_sockets_give_back (world->sockets, first, FALSE);
  assert_int_equal (access (path, F_OK), -1);
  LsNotifySocket *second = take (world);
  assert_string_not_equal (ls_notify_socket_path (second), path);
  ls_notify_sockets_give_back (world->sockets, second, FALSE);
}

static void
at_rest_none_is_kept (void **state)
{
  World *world = *state;
  LsNotifySocket *socket = take (world);
  g_autofree char *path = g_strdup (ls_notify_socket_path (socket));
  ls_notify_sockets_give_back (world->sockets, socket, TRUE);
  assert_int_equal (access (path, F_OK), 0);
  ls_notify_sockets_rest (world->sockets);
  assert_int_equal (access (path, F_OK), -1);
  socket = take (world);
  say (ls_notify_socket_path (socket), "READY=1", 1);
  turn (world);
  assert_string_not_equal (world->heard->str, "");
  ls_notify_sockets_give_back (world->sockets, socket, TRUE);
}

static void
not_more_are_kept_than_are_of_use (void **state)
{
  World *world = *state;
  LsNotifySocket *taken[50];
  g_autofree char *folder = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++)
    taken[i] = take (world);
  folder = g_path_get_dirname (ls_notify_socket_path (taken[0]));
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++)
    ls_notify_sockets_give_back (world->sockets, taken[i], TRUE);
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  guint n = 0;
  while (g_dir_read_name (files))
    n++;
  assert_int_equal (n, 32);
}

int
main (void)
{
#define IN_A_WORLD(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    IN_A_WORLD (one_that_nobody_knows_is_used_again_and_starts_in_silence),
    IN_A_WORLD (what_is_said_to_one_that_waits_is_dropped),
    IN_A_WORLD (one_that_somebody_may_know_is_closed),
    IN_A_WORLD (at_rest_none_is_kept),
    IN_A_WORLD (not_more_are_kept_than_are_of_use),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
