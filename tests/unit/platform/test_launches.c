/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Children that are started beside the loop: first it is told that they run, then all the rest. */

#include "harness.h"

#include "platform/process_figures.h"

#include "tests/support/processes.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static Harness *harness;

static int
setup (void **state)
{
  harness = harness_new ();
  return 0;
}

static int
teardown (void **state)
{
  harness_free (harness);
  return 0;
}

static void
launch (const LsSpawnRequest *request)
{
  g_autoptr (GError) error = NULL;
  if (!harness->spawner.launch (harness->spawner.self, request, &error))
    fail_msg ("%s", error->message);
}

static gboolean
all_told (gpointer n)
{
  return harness->seen->len == GPOINTER_TO_UINT (n);
}

static gboolean
all_over (gpointer n)
{
  return all_told (n) && ls_children_count (harness->children) == 0;
}

static Seen *
launched (const LsSpawnRequest *request)
{
  launch (request);
  assert_int_equal (ls_children_count (harness->children), 1);
  wait_until (harness, all_told, GUINT_TO_POINTER (1));
  return g_ptr_array_index (harness->seen, 0);
}

static void
it_is_told_when_it_runs_and_then_the_rest (void **state)
{
  LsSpawnRequest request = SHELL ("read line; echo $line; echo $line >&2; exit 4");
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = launched (&request);
  assert_string_equal (seen->id, "t1");
  assert_int_equal (seen->instance.start_time, ls_process_start_time (seen->instance.pid));
  assert_true (harness->spawner.input (harness->spawner.self, seen->instance, "well\n", 5, FALSE, NULL));
  wait_for_exit (harness, seen);
  assert_string_equal (seen->output->str, "well\n");
  assert_string_equal (seen->errors->str, "well\n");
  assert_int_equal (seen->how.code, 4);
}

static void
nothing_of_the_request_is_needed_afterwards (void **state)
{
  char *argv[] = { g_strdup ("/bin/sh"), g_strdup ("-c"), g_strdup ("pwd; echo $COLOUR; cat"), NULL };
  char *env[] = { g_strdup ("COLOUR=green"), NULL };
  char *cwd = g_strdup ("/usr"), *text = g_strdup ("read me");
  LsSpawnRequest request = { .id = "t1", .argv = (const char *const *) argv, .env = (const char *const *) env, .cwd = cwd,
                             .scoreboard_fd = -1, .stdin_mode = LS_STDIN_TEXT, .stdin_text = text };
  launch (&request);
  for (guint i = 0; argv[i]; i++) {
    memset (argv[i], 'x', strlen (argv[i]));
    g_free (argv[i]);
  }
  memset (cwd, 'x', strlen (cwd));
  memset (text, 'x', strlen (text));
  g_free (env[0]);
  g_free (cwd);
  g_free (text);
  wait_until (harness, all_over, GUINT_TO_POINTER (1));
  assert_string_equal (((Seen *) harness->seen->pdata[0])->output->str, "/usr\ngreen\nread me");
}

static void
what_cannot_be_executed_is_told_with_a_sentence (void **state)
{
  g_autofree char *folder = g_dir_make_tmp ("lineshaft-launch-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "noise", NULL);
  const char *const argv[] = { path, NULL };
  LsSpawnRequest request = { .id = "t1", .argv = argv, .scoreboard_fd = -1 };
  assert_true (g_file_set_contents (path, "\177no program", -1, NULL));
  assert_int_equal (g_chmod (path, 0755), 0);
  Seen *seen = launched (&request);
  g_unlink (path);
  g_rmdir (folder);
  assert_int_equal (seen->instance.pid, 0);
  assert_non_null (strstr (seen->not_started, path));
  /* And nothing of it is left. */
  assert_int_equal (ls_children_count (harness->children), 0);
}

static void
what_is_not_there_is_refused_at_once (void **state)
{
  const char *const argv[] = { "there-is-no-such-program", NULL };
  LsSpawnRequest request = { .id = "t1", .argv = argv, .scoreboard_fd = -1 };
  g_autoptr (GError) error = NULL;
  assert_false (harness->spawner.launch (harness->spawner.self, &request, &error));
  assert_non_null (strstr (error->message, "there-is-no-such-program"));
  assert_int_equal (ls_children_count (harness->children), 0);
}

/* Those that end at once are waited for while others, and often they themselves, are still on their way. */
static void
two_hundred_at_once_are_all_told_with_their_start_and_end (void **state)
{
  for (guint i = 0; i < 200; i++) {
    g_autofree char *id = g_strdup_printf ("t%u", i);
    g_autofree char *script = g_strdup_printf ("echo %u; exit %u", i, i % 100);
    LsSpawnRequest request = SHELL (script);
    request.id = id;
    request.notify = request.channel = TRUE;
    launch (&request);
  }
  wait_until (harness, all_over, GUINT_TO_POINTER (200));
  for (guint i = 0; i < 200; i++) {
    const Seen *seen = g_ptr_array_index (harness->seen, i);
    guint number = (guint) g_ascii_strtoull (seen->id + 1, NULL, 10);
    assert_true (seen->exited);
    assert_true (seen->instance.start_time > 0);
    assert_int_equal (g_ascii_strtoull (seen->output->str, NULL, 10), number);
    assert_int_equal (seen->how.code, number % 100);
  }
  /* Whatever was reaped is really gone. */
  assert_int_equal (waitpid (-1, NULL, WNOHANG), -1);
}

/* What is kept ready for the next ones goes once there are none: not while some still come. */
static void
at_rest_no_descriptor_is_kept (void **state)
{
  ls_children_rest (harness->children);
  ls_children_rest (harness->children);
  guint before = ls_test_count_fds (getpid ());
  for (guint i = 0; i < 8; i++) {
    LsSpawnRequest request = SHELL ("exit 0");
    request.notify = TRUE;
    launch (&request);
  }
  wait_until (harness, all_over, GUINT_TO_POINTER (8));
  guint ready = ls_test_count_fds (getpid ());
  assert_true (ready > before);
  ls_children_rest (harness->children);
  assert_int_equal (ls_test_count_fds (getpid ()), ready);
  ls_children_rest (harness->children);
  assert_int_equal (ls_test_count_fds (getpid ()), before);
}

/* The harness looks that closing comes to its end. */
static void
closing_waits_for_those_on_their_way (void **state)
{
  LsSpawnRequest request = SHELL ("exit 0");
  for (guint i = 0; i < 8; i++)
    launch (&request);
  gboolean closed = FALSE;
  harness_close (harness, &closed);
  assert_true (closed);
  assert_int_equal (harness->seen->len, 0);
  while (waitpid (-1, NULL, 0) > 0)
    ;
}

/* Without control groups everything is started on the loop. (transfer full); NULL: things are launched */
static char *
why_nothing_is_launched (void)
{
  Harness *tried = harness_new ();
  char *how = tried->spawner.launch ? NULL : ls_children_containment (tried->children);
  harness_free (tried);
  return how;
}

int
main (void)
{
#define WITH_CHILDREN(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    WITH_CHILDREN (it_is_told_when_it_runs_and_then_the_rest),
    WITH_CHILDREN (nothing_of_the_request_is_needed_afterwards),
    WITH_CHILDREN (what_cannot_be_executed_is_told_with_a_sentence),
    WITH_CHILDREN (what_is_not_there_is_refused_at_once),
    WITH_CHILDREN (two_hundred_at_once_are_all_told_with_their_start_and_end),
    WITH_CHILDREN (at_rest_no_descriptor_is_kept),
    WITH_CHILDREN (closing_waits_for_those_on_their_way),
  };
  g_autofree char *how = why_nothing_is_launched ();
  if (how) {
    printf ("1..0 # SKIP nothing is launched here: %s\n", how);
    return 0;
  }
  return cmocka_run_group_tests (tests, NULL, NULL);
}
