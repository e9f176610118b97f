/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How children begin and end. */

#include "harness.h"

#include "base/error.h"
#include "platform/process_figures.h"
#include "platform/system.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
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

/* --- how it ended --- */

static void
exit_codes_and_signals_are_told (void **state)
{
  static const struct {
    const char *script;
    int code, signal;
  } cases[] = {
    { "exit 0", 0, 0 }, { "exit 7", 7, 0 }, { "exit 255", 255, 0 }, { "kill -KILL $$", -1, SIGKILL }, { "kill -TERM $$", -1, SIGTERM },
    { "kill -SEGV $$", -1, SIGSEGV },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    LsSpawnRequest request = SHELL (cases[i].script);
    Seen *seen = run (harness, &request);
    assert_int_equal (seen->how.code, cases[i].code);
    assert_int_equal (seen->how.signal, cases[i].signal);
    assert_true (seen->how.at > 1500000000000);
  }
}

static void
what_it_used_is_told (void **state)
{
  LsSpawnRequest request = SHELL ("i=0; while [ $i -lt 60000 ]; do i=$((i + 1)); done");
  Seen *seen = run (harness, &request);
  assert_in_range (seen->how.cpu_ms, 1, PATIENCE_MS);
  assert_true (seen->how.max_rss > 256 * 1024);
  assert_true (seen->how.minor_faults > 0);
}

static void
an_instance_is_pid_and_start_time (void **state)
{
  LsSpawnRequest request = SHELL ("echo $$; read line");
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = start (harness, &request);
  wait_for_output (harness, seen, "\n");
  assert_int_equal (g_ascii_strtoll (seen->output->str, NULL, 10), seen->instance.pid);
  assert_true (seen->instance.start_time > 0);
  assert_true (seen->instance.start_time == ls_process_start_time (seen->instance.pid));
  assert_true (harness->spawner.input (harness->spawner.self, seen->instance, NULL, 0, TRUE, NULL));
  wait_for_exit (harness, seen);
}

static void
many_at_once_are_all_told (void **state)
{
  for (guint i = 0; i < 40; i++) {
    g_autofree char *script = g_strdup_printf ("exit %u", i);
    LsSpawnRequest request = SHELL (script);
    start (harness, &request);
  }
  for (guint i = 0; i < 40; i++) {
    Seen *seen = g_ptr_array_index (harness->seen, i);
    wait_for_exit (harness, seen);
    assert_int_equal (seen->how.code, i);
  }
}

/* --- what it finds --- */

static void
each_has_a_process_group_of_its_own (void **state)
{
  LsSpawnRequest request = SHELL ("read line");
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = start (harness, &request);
  assert_int_equal (getpgid (seen->instance.pid), seen->instance.pid);
  harness->spawner.input (harness->spawner.self, seen->instance, NULL, 0, TRUE, NULL);
  wait_for_exit (harness, seen);
}

static void
environment_is_added_to_the_agents (void **state)
{
  static const char *const env[] = { "GREETING=hello = world", "HOME=/elsewhere", NULL };
  LsSpawnRequest request = SHELL ("echo \"$GREETING|$HOME|$INHERITED|$LINESHAFT_ID|${NOTIFY_SOCKET-none}|${LISTEN_FDS-none}\"");
  request.env = env;
  g_setenv ("INHERITED", "yes", TRUE);
  g_setenv ("NOTIFY_SOCKET", "/run/somebody/else", TRUE);
  g_setenv ("LISTEN_FDS", "3", TRUE);
  Seen *seen = run (harness, &request);
  assert_string_equal (seen->output->str, "hello = world|/elsewhere|yes|t1|none|none\n");
  g_unsetenv ("INHERITED");
  g_unsetenv ("NOTIFY_SOCKET");
  g_unsetenv ("LISTEN_FDS");
}

static void
it_runs_in_the_folder_it_was_given (void **state)
{
  LsSpawnRequest request = SHELL ("pwd");
  request.cwd = "/usr";
  assert_string_equal (run (harness, &request)->output->str, "/usr\n");
}

static void
it_gets_no_descriptor_but_its_own (void **state)
{
  int leaky = open ("/dev/null", O_RDONLY);      /* without O_CLOEXEC, as a careless library would */
  int high = fcntl (leaky, F_DUPFD, 200);
  LsSpawnRequest request = SHELL ("for fd in /proc/self/fd/*; do if [ -e $fd ]; then echo ${fd##*/}; fi; done | sort -n | tr '\\n' ' '");
  Seen *seen = run (harness, &request);
  assert_string_equal (seen->output->str, "0 1 2 ");
  close (high);
  close (leaky);
}

static void
sockets_scoreboard_and_channel_follow_in_order (void **state)
{
  char folder[] = "/tmp/lineshaft-test-XXXXXX";
  static const char *const names[] = { "127.0.0.1:8080", "second" };
  assert_non_null (g_mkdtemp (folder));
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  int board = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  int sockets[2];
  assert_int_equal (pipe2 (sockets, O_CLOEXEC), 0);
  assert_int_equal (write (sockets[1], "first\n", 6), 6);
  /* The order is turned round, so that one's target is the other's place if they happen to be low. */
  const int listen_fds[] = { sockets[0], sockets[1] };
  LsSpawnRequest request = SHELL ("read word <&3; echo $word >&4; [ $LISTEN_PID = $$ ] && echo mine; echo \"$LISTEN_FDS $LISTEN_FDNAMES "
                                  "$LINESHAFT_SCOREBOARD_FD $LINESHAFT_ROW $NODE_CHANNEL_FD $NODE_CHANNEL_SERIALIZATION_MODE\"; "
                                  "echo board >&5; echo '{\"hello\":1}' >&6");
  request.listen_fds = listen_fds;
  request.listen_names = names;
  request.n_listen_fds = 2;
  request.scoreboard_fd = board;
  request.scoreboard_row = 9;
  request.channel = TRUE;
  Seen *seen = run (harness, &request);
  assert_string_equal (seen->errors->str, "");
  assert_string_equal (seen->output->str, "mine\n2 127.0.0.1-8080:second 5 9 6 json\n");
  assert_string_equal (g_ptr_array_index (seen->messages, 0), "{\"hello\":1}");
  char word[16] = "";
  assert_int_equal (read (sockets[0], word, sizeof word), 6);
  g_autofree char *written = NULL;
  assert_true (g_file_get_contents (path, &written, NULL, NULL));
  assert_string_equal (written, "board\n");
  close (board);
  close (sockets[0]);
  close (sockets[1]);
  g_unlink (path);
  g_rmdir (folder);
}

static void
signals_are_as_in_a_fresh_process (void **state)
{
  sigset_t blocked, before;
  sigemptyset (&blocked);
  sigaddset (&blocked, SIGUSR1);
  sigprocmask (SIG_BLOCK, &blocked, &before);
  signal (SIGHUP, SIG_IGN);
  LsSpawnRequest request = SHELL ("kill -HUP $$; echo survived");
  assert_int_equal (run (harness, &request)->how.signal, SIGHUP);
  LsSpawnRequest other = SHELL ("kill -USR1 $$; echo survived");
  assert_int_equal (run (harness, &other)->how.signal, SIGUSR1);
  LsSpawnRequest pipes = SHELL ("kill -PIPE $$; echo survived");
  assert_int_equal (run (harness, &pipes)->how.signal, SIGPIPE);
  signal (SIGHUP, SIG_DFL);
  sigprocmask (SIG_SETMASK, &before, NULL);
}

static void
the_old_limit_of_descriptors_is_given_back (void **state)
{
  struct rlimit limit, lower;
  LsSpawnRequest request = SHELL ("ulimit -n");
  getrlimit (RLIMIT_NOFILE, &limit);
  lower = limit;
  lower.rlim_cur = 512;
  setrlimit (RLIMIT_NOFILE, &lower);
  ls_raise_fd_limit ();
  getrlimit (RLIMIT_NOFILE, &lower);
  assert_true (lower.rlim_cur == limit.rlim_max);
  assert_string_equal (run (harness, &request)->output->str, "512\n");
}

/* --- what cannot be started --- */

typedef struct {
  const char *program;
  const char *cwd;
  const char *sentence;
} Refused;

static void
assert_refused (const Refused *refused)
{
  const char *const argv[] = { refused->program, NULL };
  LsSpawnRequest request = { .id = "t1", .argv = argv, .cwd = refused->cwd, .scoreboard_fd = -1, .channel = TRUE, .notify = TRUE };
  LsInstance instance = { 4711, 1 };
  g_autoptr (GError) error = NULL;
  assert_false (harness->spawner.spawn (harness->spawner.self, &request, &instance, &error));
  assert_string_equal (error->message, refused->sentence);
  assert_int_equal (error->code, LS_ERROR_IMPOSSIBLE);
  assert_int_equal (instance.pid, 4711);
  assert_int_equal (ls_children_count (harness->children), 0);
}

static void
what_cannot_be_started_is_refused_with_a_sentence (void **state)
{
  char folder[] = "/tmp/lineshaft-test-XXXXXX";
  assert_non_null (g_mkdtemp (folder));
  g_autofree char *plain = g_build_filename (folder, "plain", NULL);
  g_autofree char *orphan = g_build_filename (folder, "orphan", NULL);
  g_autofree char *bare = g_build_filename (folder, "bare", NULL);
  assert_true (g_file_set_contents (plain, "echo", -1, NULL));
  assert_true (g_file_set_contents (orphan, "#!/no/such/interpreter\n", -1, NULL));
  assert_true (g_file_set_contents (bare, "echo", -1, NULL));
  g_chmod (orphan, 0755);
  g_chmod (bare, 0755);
  g_autofree char *not_executable = g_strdup_printf ("\"%s\" is not executable", plain);
  g_autofree char *no_interpreter = g_strdup_printf ("\"%s\" cannot be run: the interpreter that its first line names is not there", orphan);
  g_autofree char *no_first_line
    = g_strdup_printf ("\"%s\" is not a program that this system can run; a script begins with a line such as #!/bin/sh", bare);
  g_autofree char *a_file = g_strdup_printf ("the working folder \"%s\" is not a folder", plain);
  const Refused cases[] = {
    { "no-such-program-here", NULL, "there is no program \"no-such-program-here\" in PATH" },
    { "/no/such/program", NULL, "there is no program \"/no/such/program\"" },
    { "/tmp", NULL, "\"/tmp\" is a folder, not a program" },
    { plain, NULL, not_executable },
    { orphan, NULL, no_interpreter },
    { bare, NULL, no_first_line },
    { "/bin/sh", "/no/such/folder", "the working folder \"/no/such/folder\" does not exist" },
    { "/bin/sh", plain, a_file },
    { "", NULL, "there is no command to run" },
    { NULL, NULL, "there is no command to run" },
  };
  assert_refused (&cases[0]);      /* what is kept for the next one is made */
  guint before = ls_process_open_fds ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (&cases[i]);
  uv_run (&harness->loop, UV_RUN_NOWAIT);
  assert_int_equal (ls_process_open_fds (), before);
  assert_int_equal (waitpid (-1, NULL, WNOHANG), -1);      /* nothing is left to be waited for */
  g_unlink (plain);
  g_unlink (orphan);
  g_unlink (bare);
  g_rmdir (folder);
}

static void
a_name_is_looked_up_in_the_childs_path (void **state)
{
  char folder[] = "/tmp/lineshaft-test-XXXXXX";
  assert_non_null (g_mkdtemp (folder));
  g_autofree char *program = g_build_filename (folder, "greet", NULL);
  g_autofree char *path = g_strdup_printf ("PATH=/no/such/folder:%s:/usr/bin:/bin", folder);
  const char *const env[] = { path, NULL };
  const char *const argv[] = { "greet", "you", NULL };
  assert_true (g_file_set_contents (program, "#!/bin/sh\necho \"$0 $1\"\n", -1, NULL));
  g_chmod (program, 0755);
  LsSpawnRequest request = { .id = "t1", .argv = argv, .env = env, .scoreboard_fd = -1 };
  g_autofree char *expected = g_strdup_printf ("%s you\n", program);
  assert_string_equal (run (harness, &request)->output->str, expected);
  g_unlink (program);
  g_rmdir (folder);
}

/* --- signals --- */

static void
a_signal_reaches_the_process_or_its_whole_group (void **state)
{
  const char *script = "trap 'wait; exit 3' TERM; sh -c 'trap \"echo inner; exit\" TERM; echo up; while :; do sleep 0.01; done' & wait; exit 4";
  LsSpawnRequest request = SHELL (script);
  Seen *seen = start (harness, &request);
  wait_for_output (harness, seen, "up");
  assert_true (harness->spawner.signal (harness->spawner.self, seen->instance, SIGTERM, TRUE, NULL));
  wait_for_exit (harness, seen);
  assert_non_null (strstr (seen->output->str, "inner"));
  LsSpawnRequest alone = SHELL ("trap 'exit 5' USR1; echo up; while :; do sleep 0.01; done");
  seen = start (harness, &alone);
  wait_for_output (harness, seen, "up");
  assert_true (harness->spawner.signal (harness->spawner.self, seen->instance, SIGUSR1, FALSE, NULL));
  wait_for_exit (harness, seen);
  assert_int_equal (seen->how.code, 5);
}

static gboolean
is_gone (gpointer data)
{
  return kill (*(pid_t *) data, 0) < 0 && errno == ESRCH;
}

static void
what_it_leaves_in_its_group_ends_with_it (void **state)
{
  gboolean adopts = ls_become_subreaper ();
  LsSpawnRequest request = SHELL ("sleep 60 > /dev/null 2>&1 & echo $!");
  Seen *seen = run (harness, &request);
  pid_t left_behind = (pid_t) g_ascii_strtoll (seen->output->str, NULL, 10);
  assert_true (left_behind > 0);
  /* Where nobody adopts, it stays to be seen until init has waited for it. */
  if (adopts)
    wait_until (harness, is_gone, &left_behind);
}

static void
a_signal_never_reaches_another_process (void **state)
{
  g_autoptr (GError) error = NULL;
  LsSpawnRequest request = SHELL ("read line");
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = start (harness, &request);
  LsInstance recycled = { seen->instance.pid, seen->instance.start_time + 1 };
  assert_false (harness->spawner.signal (harness->spawner.self, recycled, SIGKILL, FALSE, &error));
  assert_int_equal (error->code, LS_ERROR_MISMATCH);
  harness->spawner.input (harness->spawner.self, seen->instance, "\n", 1, FALSE, NULL);
  wait_for_exit (harness, seen);
  assert_int_equal (seen->how.signal, 0);
  g_clear_error (&error);
  assert_false (harness->spawner.signal (harness->spawner.self, seen->instance, SIGKILL, FALSE, &error));
  assert_int_equal (error->code, LS_ERROR_MISMATCH);
}

static void
one_that_has_ended_but_was_not_reaped_is_not_signalled (void **state)
{
  siginfo_t info = { 0 };
  LsSpawnRequest request = SHELL ("exit 0");
  Seen *seen = start (harness, &request);
  assert_int_equal (waitid (P_PID, (id_t) seen->instance.pid, &info, WEXITED | WNOWAIT), 0);
  assert_false (harness->spawner.signal (harness->spawner.self, seen->instance, SIGTERM, FALSE, NULL));
  wait_for_exit (harness, seen);
}

/* --- nothing is left behind --- */

static void
two_hundred_children_leave_no_descriptor (void **state)
{
  static const char *const argv[] = { "true", NULL };
  LsSpawnRequest request = { .id = "t1", .argv = argv, .scoreboard_fd = -1, .channel = TRUE, .notify = TRUE, .stdin_mode = LS_STDIN_OPEN };
  guint before = 0;
  for (guint i = 0; i < 20; i++) {
    Seen *last = NULL;
    /* After the first ten, what is kept for the next ten is there. */
    if (i == 1)
      before = ls_process_open_fds ();
    for (guint j = 0; j < 10; j++)
      last = start (harness, &request);
    for (guint j = 0; j < 10; j++)
      wait_for_exit (harness, g_ptr_array_index (harness->seen, harness->seen->len - 1 - j));
    assert_ptr_equal (last, g_ptr_array_index (harness->seen, harness->seen->len - 1));
    uv_run (&harness->loop, UV_RUN_NOWAIT);
  }
  uv_run (&harness->loop, UV_RUN_NOWAIT);
  assert_int_equal (ls_process_open_fds (), before);
  assert_int_equal (ls_children_count (harness->children), 0);
}

static void
an_adopted_orphan_leaves_no_zombie (void **state)
{
  gboolean adopts = ls_become_subreaper ();
  /* In a session of its own, or it would be killed with its parent's group. */
  LsSpawnRequest request = SHELL ("setsid sh -c 'echo $$; exec >/dev/null 2>&1; read line' <&3 3<&- 4<&- & read go");
  int hold[2];
  assert_int_equal (pipe2 (hold, O_CLOEXEC), 0);
  request.listen_fds = hold;
  request.n_listen_fds = 1;
  request.stdin_mode = LS_STDIN_OPEN;
  Seen *seen = start (harness, &request);
  wait_for_output (harness, seen, "\n");
  harness->spawner.input (harness->spawner.self, seen->instance, "\n", 1, FALSE, NULL);
  wait_for_exit (harness, seen);
  pid_t orphan = g_ascii_strtoll (seen->output->str, NULL, 10);
  assert_true (orphan > 0);
  close (hold[0]);
  close (hold[1]);      /* its input ends, and so does it, if it lives on at all */
  /* Where nobody adopts, that is init's work. */
  if (adopts)
    wait_until (harness, is_gone, &orphan);
}

int
main (void)
{
#define WITH_CHILDREN(name) cmocka_unit_test_setup_teardown (name, setup, teardown)
  const struct CMUnitTest tests[] = {
    WITH_CHILDREN (exit_codes_and_signals_are_told),
    WITH_CHILDREN (what_it_used_is_told),
    WITH_CHILDREN (an_instance_is_pid_and_start_time),
    WITH_CHILDREN (many_at_once_are_all_told),
    WITH_CHILDREN (each_has_a_process_group_of_its_own),
    WITH_CHILDREN (environment_is_added_to_the_agents),
    WITH_CHILDREN (it_runs_in_the_folder_it_was_given),
    WITH_CHILDREN (it_gets_no_descriptor_but_its_own),
    WITH_CHILDREN (sockets_scoreboard_and_channel_follow_in_order),
    WITH_CHILDREN (signals_are_as_in_a_fresh_process),
    WITH_CHILDREN (the_old_limit_of_descriptors_is_given_back),
    WITH_CHILDREN (what_cannot_be_started_is_refused_with_a_sentence),
    WITH_CHILDREN (a_name_is_looked_up_in_the_childs_path),
    WITH_CHILDREN (a_signal_reaches_the_process_or_its_whole_group),
    WITH_CHILDREN (a_signal_never_reaches_another_process),
    WITH_CHILDREN (what_it_leaves_in_its_group_ends_with_it),
    WITH_CHILDREN (one_that_has_ended_but_was_not_reaped_is_not_signalled),
    WITH_CHILDREN (two_hundred_children_leave_no_descriptor),
    WITH_CHILDREN (an_adopted_orphan_leaves_no_zombie),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
