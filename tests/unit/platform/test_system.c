/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/error.h"
#include "platform/process_figures.h"
#include "platform/shared_memory.h"
#include "platform/system.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static gboolean
is_linux_variant (void)
{
  return g_str_equal (ls_platform_name (), "linux");
}

static void
memory_is_zeroed_and_shared_by_its_descriptor (void **state)
{
  const gsize size = 100000;
  int fd = -1;
  g_autofree guint8 *zeros = g_malloc0 (size);
  guint8 *memory = ls_shared_memory_new ("web", size, &fd, NULL);
  assert_non_null (memory);
  assert_memory_equal (memory, zeros, size);
  assert_true (fcntl (fd, F_GETFD) & FD_CLOEXEC);
  guint8 *again = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  assert_true (again != MAP_FAILED);
  again[size - 1] = 7;
  assert_int_equal (memory[size - 1], 7);
  munmap (again, size);
  ls_shared_memory_free (memory, size, fd);
}

static void
memory_cannot_be_cut_short_by_a_child (void **state)
{
  int fd = -1;
  void *memory = ls_shared_memory_new ("web", 4096, &fd, NULL);
  if (is_linux_variant ()) {
    assert_int_equal (ftruncate (fd, 0), -1);
    assert_int_equal (ftruncate (fd, 8192), -1);
  }
  ls_shared_memory_free (memory, 4096, fd);
}

static void
memory_leaves_no_descriptor (void **state)
{
  g_autoptr (GError) error = NULL;
  int fd = -1;
  guint before = ls_process_open_fds ();
  void *memory = ls_shared_memory_new ("web", 4096, &fd, NULL);
  ls_shared_memory_free (memory, 4096, fd);
  assert_null (ls_shared_memory_new ("web", G_MAXSIZE, &fd, &error));
  assert_int_equal (error->code, LS_ERROR_FAILED);
  assert_int_equal (ls_process_open_fds (), before);
}

static void
the_peer_of_a_unix_socket_is_known (void **state)
{
  int fds[2];
  guint uid = 4711, gid = 4711;
  assert_int_equal (socketpair (AF_UNIX, SOCK_STREAM, 0, fds), 0);
  assert_true (ls_peer_credentials (fds[0], &uid, &gid));
  assert_int_equal (uid, getuid ());
  assert_int_equal (gid, getgid ());
  close (fds[0]);
  close (fds[1]);
  assert_false (ls_peer_credentials (fds[0], &uid, &gid));
}

static void
the_process_is_named_as_ps_shows_it (void **state)
{
  g_autofree char *name = NULL;
  ls_name_process ("a-name-of-more-than-fifteen");
  assert_true (g_file_get_contents ("/proc/self/comm", &name, NULL, NULL));
  if (is_linux_variant ())
    assert_string_equal (name, "a-name-of-more-\n");
}

static void
only_linux_adopts_orphans (void **state)
{
  assert_int_equal (ls_become_subreaper (), is_linux_variant ());
}

static void
the_limit_of_descriptors_is_raised_and_given_back (void **state)
{
  struct rlimit before, now;
  getrlimit (RLIMIT_NOFILE, &before);
  now = before;
  now.rlim_cur = 300;
  setrlimit (RLIMIT_NOFILE, &now);
  ls_raise_fd_limit ();
  getrlimit (RLIMIT_NOFILE, &now);
  assert_true (now.rlim_cur == before.rlim_max);
  ls_raise_fd_limit ();      /* a second time changes nothing */
  ls_restore_fd_limit ();
  getrlimit (RLIMIT_NOFILE, &now);
  assert_int_equal (now.rlim_cur, 300);
  setrlimit (RLIMIT_NOFILE, &before);
}

static void
own_usage_grows (void **state)
{
  guint64 cpu_us, wakeups, later_us, later_wakeups;
  ls_own_usage (&cpu_us, &wakeups);
  do
    ls_own_usage (&later_us, &later_wakeups);
  while (later_us < cpu_us + 1000);
  int fds[2];
  char byte;
  assert_int_equal (pipe (fds), 0);
  pid_t pid = fork ();
  if (pid == 0) {
    usleep (20000);
    _exit (write (fds[1], "x", 1) == 1 ? 0 : 1);
  }
  assert_int_equal (read (fds[0], &byte, 1), 1);      /* sleeps, so it is woken */
  ls_own_usage (&later_us, &later_wakeups);
  assert_true (later_wakeups > wakeups);
  waitpid (pid, NULL, 0);
  close (fds[0]);
  close (fds[1]);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (memory_is_zeroed_and_shared_by_its_descriptor),
    cmocka_unit_test (memory_cannot_be_cut_short_by_a_child),
    cmocka_unit_test (memory_leaves_no_descriptor),
    cmocka_unit_test (the_peer_of_a_unix_socket_is_known),
    cmocka_unit_test (the_process_is_named_as_ps_shows_it),
    cmocka_unit_test (only_linux_adopts_orphans),
    cmocka_unit_test (the_limit_of_descriptors_is_raised_and_given_back),
    cmocka_unit_test (own_usage_grows),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
