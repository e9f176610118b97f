/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a pool has besides threads: shared buffers, and plug-ins. */

#include "pool_words.h"

#define MIB (G_GUINT64_CONSTANT (1024) * 1024)

/* --- words --- */

static const LsOperation *
make (FakeWorld *world, const char *name, guint64 size)
{
  const LsOperation *operation = NULL;
  g_autoptr (GError) error = NULL;

  if (!ls_supervisor_put_buffer (world->supervisor, "compute", name, size, &operation, &error))
    fail_msg ("%s", error->message);
  return operation;
}

static char *
refusal (FakeWorld *world, const char *pool_name, const char *name, guint64 size)
{
  const LsOperation *operation = NULL;
  g_autoptr (GError) error = NULL;

  assert_false (ls_supervisor_put_buffer (world->supervisor, pool_name, name, size, &operation, &error));
  return g_strdup (error->message);
}

/* The last that the host was told of the buffer: its shm, "gone", or NULL if it was told nothing. */
static const char *
told_of (FakeWorld *world, const char *name)
{
  const char *shm = NULL;

  for (guint i = 0; i < host (world)->sent->len; i++)
    {
      json_t *message = host (world)->sent->pdata[i];

      if (g_strcmp0 (json_string_value (json_object_get (message, "cmd")), "LINESHAFT_BUFFER") == 0
          && g_strcmp0 (json_string_value (json_object_get (message, "name")), name) == 0)
        shm = json_is_null (json_object_get (message, "shm")) ? "gone" : json_string_value (json_object_get (message, "shm"));
    }
  return shm;
}

static gboolean
put_plugins (FakeWorld *world, const char *a, const char *b, const LsOperation **ret_operation, GError **error)
{
  const char *plugins[] = { a, b, NULL };
  LsPoolSpec spec = { .threads = { 1, 1 }, .queue_max = 8, .plugins = (char **) plugins };

  return ls_supervisor_put_pool (world->supervisor, "compute", &spec, LS_ORIGIN_API, ret_operation, error);
}

/* --- buffers --- */

static void
a_small_buffer_is_ready_at_once_and_the_host_hears_of_it (void **state)
{
  FakeWorld *world = *state;
  const LsSharedBuffer *buffer;

  make_ready (world, 1);
  assert_null (make (world, "frame", 4096));
  buffer = ls_supervisor_find_buffer (world->supervisor, "compute.frame");
  assert_int_equal (buffer->state, LS_BUFFER_READY);
  assert_string_equal (buffer->path, "/dev/shm/fake-compute.frame");
  assert_string_equal (told_of (world, "frame"), "/fake-compute.frame");
  assert_null (make (world, "frame", 4096));      /* the same again is no change */
  assert_int_equal (fake_changes (world, "added buffer compute.frame"), 1);
  assert_true (ls_supervisor_remove_buffer (world->supervisor, "compute", "frame", NULL));
  assert_string_equal (told_of (world, "frame"), "gone");
  assert_null (ls_supervisor_find_buffer (world->supervisor, "compute.frame"));
  assert_false (ls_supervisor_remove_buffer (world->supervisor, "compute", "frame", NULL));
}

static void
a_large_buffer_is_filled_bit_by_bit (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *operation;

  make_ready (world, 1);
  operation = make (world, "frame", 100 * MIB);
  assert_int_equal (operation->state, LS_OPERATION_RUNNING);
  assert_int_equal (operation->total, 7);
  assert_null (told_of (world, "frame"));
  assert_int_equal (ls_supervisor_find_buffer (world->supervisor, "compute.frame")->state, LS_BUFFER_ALLOCATING);
  fake_advance (world, 100);
  assert_int_equal (operation->state, LS_OPERATION_DONE);
  assert_int_equal (ls_supervisor_find_buffer (world->supervisor, "compute.frame")->state, LS_BUFFER_READY);
  assert_non_null (told_of (world, "frame"));
}

static void
a_buffer_that_cannot_be_had_leaves_nothing (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *operation;
  g_autofree char *why = NULL;

  make_ready (world, 1);
  operation = make (world, "frame", 100 * MIB);
  world->shared_memory = 50 * MIB;      /* others took it meanwhile */
  fake_advance (world, 100);
  assert_int_equal (operation->state, LS_OPERATION_FAILED);
  assert_string_equal (operation->reason, "shared memory is full");
  assert_null (ls_supervisor_find_buffer (world->supervisor, "compute.frame"));
  why = refusal (world, "compute", "frame", 51 * MIB);
  assert_string_equal (why, "there is not so much shared memory");
  assert_int_equal (g_hash_table_size (world->shared_files), 0);
}

static void
what_makes_no_sense_is_refused (void **state)
{
  FakeWorld *world = *state;
  g_autofree char *size = NULL, *name = NULL, *pool_name = NULL;

  make_ready (world, 1);
  make (world, "frame", 4096);
  size = refusal (world, "compute", "frame", 8192);
  assert_string_equal (size, "compute.frame has 4096 bytes already: remove it first to have another size");
  name = refusal (world, "compute", "Frame", 1);
  assert_non_null (strstr (name, "cannot be the name of a buffer"));
  pool_name = refusal (world, "other", "frame", 1);
  assert_string_equal (pool_name, "there is no pool other");
}

static void
buffers_outlive_the_process_and_end_with_the_pool (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  make (world, "frame", 4096);
  make (world, "large", 100 * MIB);
  fake_killed (world, host (world), SIGKILL);
  fake_settle (world);
  assert_string_equal (told_of (world, "frame"), "/fake-compute.frame");
  assert_true (ls_supervisor_remove_pool (world->supervisor, "compute", NULL));
  fake_obey_signals (world);
  assert_null (pool (world));
  assert_int_equal (g_hash_table_size (world->shared_files), 0);
  assert_int_equal (fake_changes (world, "removed buffer"), 2);
}

static void
nothing_called (void *user)
{
}

static void
buffers_end_with_the_agent (void **state)
{
  FakeWorld *world = *state;

  make_ready (world, 1);
  make (world, "frame", 4096);
  ls_supervisor_shut_down (world->supervisor, 10000, nothing_called, NULL);
  fake_obey_signals (world);
  assert_int_equal (g_hash_table_size (world->shared_files), 0);
}

/* --- plug-ins --- */

static void
plugins_are_words_of_the_command (void **state)
{
  FakeWorld *world = *state;

  assert_true (put_plugins (world, "/opt/a.so", "thumbnail", NULL, NULL));
  assert_string_equal (host (world)->argv[1], "--plugin");
  assert_string_equal (host (world)->argv[2], "/opt/a.so");
  assert_string_equal (host (world)->argv[3], "--plugin");
  assert_string_equal (host (world)->argv[4], "thumbnail");
  assert_null (host (world)->argv[5]);
}

static void
a_plugin_that_is_not_there_is_refused_before_anything_runs (void **state)
{
  FakeWorld *world = *state;
  g_autoptr (GError) missing = NULL, twice = NULL;

  assert_false (put_plugins (world, "/opt/missing.so", NULL, NULL, &missing));
  assert_string_equal (missing->message, "there is no plug-in /opt/missing.so");
  assert_false (put_plugins (world, "/opt/a.so", "/opt/a.so", NULL, &twice));
  assert_string_equal (twice->message, "the plug-in /opt/a.so stands there twice");
  assert_int_equal (world->spawned, 0);
}

static void
a_plugin_that_cannot_be_used_is_said_and_tried_again_slowly (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *operation = NULL;

  assert_true (put_plugins (world, "/opt/bad.so", NULL, &operation, NULL));
  say (world, "{\"cmd\":\"LINESHAFT_KINDS\",\"error\":\"/opt/bad.so is no plug-in\"}");
  fake_exit (world, host (world), 1);
  assert_int_equal (pool (world)->state, LS_POOL_FAILING);
  assert_string_equal (pool (world)->reason, "/opt/bad.so is no plug-in");
  assert_int_equal (operation->state, LS_OPERATION_FAILED);
  assert_string_equal (operation->reason, "/opt/bad.so is no plug-in");
  fake_advance (world, 4000);
  assert_null (host (world));
  fake_advance (world, 30000);
  assert_non_null (host (world));
}

static void
say_on_trial (FakeWorld *world, const char *text)
{
  fake_say (world, fake_child (world, "compute.trial"), text);
}

static void
run_with_a (FakeWorld *world)
{
  assert_true (put_plugins (world, "/opt/a.so", NULL, NULL, NULL));
  threads_up (world, 0, 1);
  fake_ready (world, host (world));
  submit (world, 1);
  started (world, "j1", 0);
}

static void
take_failure (void *user, const char *failure)
{
  g_free (*(char **) user);
  *(char **) user = g_strdup (failure);
}

static void
what_cannot_be_loaded_leaves_a_running_pool_alone (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *operation = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *failure = NULL;
  LsInstance before;

  run_with_a (world);
  before = host (world)->instance;
  assert_true (put_plugins (world, "/opt/b.so", NULL, &operation, NULL));
  assert_string_equal (fake_child (world, "compute.trial")->argv[2], "/opt/b.so");
  assert_false (put_plugins (world, "/opt/c.so", NULL, NULL, &error));
  assert_string_equal (error->message, "other plug-ins of compute are being tried: wait until that is over");
  say_on_trial (world, "{\"cmd\":\"LINESHAFT_KINDS\",\"error\":\"/opt/b.so is no plug-in\"}");
  assert_int_equal (operation->state, LS_OPERATION_FAILED);
  assert_string_equal (operation->reason, "/opt/b.so is no plug-in; compute goes on with what it had");
  assert_string_equal (pool (world)->reason, operation->reason);
  assert_int_equal (pool (world)->state, LS_POOL_READY);
  assert_string_equal (pool (world)->spec.plugins[0], "/opt/a.so");
  fake_obey_signals (world);
  assert_null (fake_child (world, "compute.trial"));
  assert_true (ls_instance_equal (before, host (world)->instance));
  done (world, "j1");
  assert_int_equal (job (world, "j1")->state, LS_JOB_DONE);

  /* Who waits for the answer is told, and only then it is not shown. */
  assert_true (put_plugins (world, "/opt/b.so", NULL, NULL, NULL));
  assert_true (ls_supervisor_await_plugins (world->supervisor, "compute", take_failure, &failure));
  say_on_trial (world, "{\"cmd\":\"LINESHAFT_KINDS\",\"error\":\"/opt/b.so is empty\"}");
  assert_string_equal (failure, "/opt/b.so is empty; compute goes on with what it had");
  assert_string_equal (pool (world)->reason, "/opt/b.so is no plug-in; compute goes on with what it had");
  assert_false (ls_supervisor_await_plugins (world->supervisor, "compute", take_failure, &failure));
  fake_obey_signals (world);

  /* Nor does one that crashes when it is loaded, or never comes back. */
  assert_true (put_plugins (world, "/opt/b.so", NULL, &operation, NULL));
  fake_killed (world, fake_child (world, "compute.trial"), SIGSEGV);
  assert_non_null (strstr (operation->reason, "the process that loaded the plug-ins was killed by"));
  assert_true (put_plugins (world, "/opt/b.so", NULL, &operation, NULL));
  fake_advance (world, 10000);
  fake_obey_signals (world);
  assert_non_null (strstr (operation->reason, "the plug-ins were not loaded within 10 s"));
  assert_true (ls_instance_equal (before, host (world)->instance));
}

static void
a_trial_ends_with_its_pool (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *operation = NULL;

  run_with_a (world);
  assert_true (put_plugins (world, "/opt/b.so", NULL, &operation, NULL));
  assert_true (ls_supervisor_remove_pool (world->supervisor, "compute", NULL));
  assert_int_equal (operation->state, LS_OPERATION_FAILED);
  fake_obey_signals (world);
  fake_advance (world, 20000);
  fake_obey_signals (world);
  assert_null (fake_child (world, "compute.trial"));
}

static void
other_plugins_need_another_process (void **state)
{
  FakeWorld *world = *state;
  const LsOperation *operation = NULL;
  LsInstance before;

  run_with_a (world);
  before = host (world)->instance;
  assert_true (put_plugins (world, "/opt/b.so", NULL, &operation, NULL));
  assert_string_equal (operation->verb, "restart");
  assert_int_equal (operation->state, LS_OPERATION_RUNNING);
  say_on_trial (world, "{\"cmd\":\"LINESHAFT_KINDS\",\"kinds\":[]}");
  assert_int_equal (operation->state, LS_OPERATION_RUNNING);
  done (world, "j1");      /* what runs may end first */
  assert_int_equal (job (world, "j1")->state, LS_JOB_DONE);
  fake_obey_signals (world);
  assert_false (ls_instance_equal (before, host (world)->instance));
  assert_string_equal (host (world)->argv[2], "/opt/b.so");
  threads_up (world, 0, 1);
  fake_ready (world, host (world));
  assert_int_equal (operation->state, LS_OPERATION_DONE);
}

static void
what_the_process_can_do_is_shown_and_nothing_else_is_taken (void **state)
{
  FakeWorld *world = *state;
  const LsPoolJobKind *kind;
  g_autoptr (GError) error = NULL;

  make_ready (world, 1);
  submit (world, 1);      /* nobody knows yet: it will be seen */
  say (world, "{\"cmd\":\"LINESHAFT_KINDS\",\"kinds\":[{\"name\":\"hello\",\"arguments\":\"NAME\",\"description\":null,\"plugin\":\"/opt/a.so\"}]}");
  assert_int_equal (pool (world)->kinds->len, 1);
  kind = pool (world)->kinds->pdata[0];
  assert_string_equal (kind->plugin, "/opt/a.so");
  assert_false (submit_with (world, 0, 0, &error));
  assert_string_equal (error->message, "there is no job “primes” in compute; it knows hello");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (a_small_buffer_is_ready_at_once_and_the_host_hears_of_it, setup, teardown),
    cmocka_unit_test_setup_teardown (a_large_buffer_is_filled_bit_by_bit, setup, teardown),
    cmocka_unit_test_setup_teardown (a_buffer_that_cannot_be_had_leaves_nothing, setup, teardown),
    cmocka_unit_test_setup_teardown (what_makes_no_sense_is_refused, setup, teardown),
    cmocka_unit_test_setup_teardown (buffers_outlive_the_process_and_end_with_the_pool, setup, teardown),
    cmocka_unit_test_setup_teardown (buffers_end_with_the_agent, setup, teardown),
    cmocka_unit_test_setup_teardown (plugins_are_words_of_the_command, setup, teardown),
    cmocka_unit_test_setup_teardown (a_plugin_that_is_not_there_is_refused_before_anything_runs, setup, teardown),
    cmocka_unit_test_setup_teardown (a_plugin_that_cannot_be_used_is_said_and_tried_again_slowly, setup, teardown),
    cmocka_unit_test_setup_teardown (what_cannot_be_loaded_leaves_a_running_pool_alone, setup, teardown),
    cmocka_unit_test_setup_teardown (a_trial_ends_with_its_pool, setup, teardown),
    cmocka_unit_test_setup_teardown (other_plugins_need_another_process, setup, teardown),
    cmocka_unit_test_setup_teardown (what_the_process_can_do_is_shown_and_nothing_else_is_taken, setup, teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
