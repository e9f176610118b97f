/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* The jobs that pools know, through the agent: files of the submitter's folder, an output file, one shared buffer for many, a plug-in. */
#include "tests/support/agent.h"
#include "tests/support/check.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define POOL "[pool compute]\nthreads = 2\n"
#define SOON 30000

static void
write_file (LsTestAgent *agent, const char *name, gsize length)
{
  g_autofree char *path = g_build_filename (agent->folder, name, NULL);
  g_autofree char *bytes = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (char) (i * i / 7 + i % 251);
  assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
}

/* What a command prints in the agent's folder; it must succeed. */
static char *
shell (LsTestAgent *agent, const char *command)
{
  const char *argv[] = { "sh", "-c", command, NULL };
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status;

  if (!g_spawn_sync (agent->folder, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, &status, &error) || status != 0)
    fail_msg ("%s: %s", command, error != NULL ? error->message : "failed");
  return output;
}

/* Submits it from the agent's folder. @args: "'a','b'"; @more: further members, or "". The job's id. */
static char *
submit (LsTestAgent *agent, const char *pool, const char *name, const char *args, const char *more)
{
  g_autofree char *body = g_strdup_printf ("{'name':'%s','args':[%s],'cwd':'%s'%s}", name, args, agent->folder, more);
  g_autofree char *path = g_strdup_printf ("/v1/pools/%s/jobs", pool);

  json_decref (ls_test_until (agent, strcmp (pool, "images") == 0 ? "/v1/pools/images" : "/v1/pools/compute", "status.state", "ready", SOON));
  g_strdelimit (body, "'", '"');
  json_t *job = ls_test_expect (agent, 201, "POST", path, body);
  char *id = g_strdup (ls_test_text (job, "id"));
  json_decref (job);
  return id;
}

static json_t *
wait_for (LsTestAgent *agent, const char *id, const char *state)
{
  g_autofree char *path = g_strconcat ("/v1/jobs/", id, NULL);
  return ls_test_until (agent, path, "state", state, SOON);
}

static json_t *
run (LsTestAgent *agent, const char *pool, const char *name, const char *args, const char *more, const char *state)
{
  g_autofree char *id = submit (agent, pool, name, args, more);
  return wait_for (agent, id, state);
}

static void
checksum_prints_what_sha256sum_prints (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (POOL);

  write_file (agent, "one", 3000000);
  g_free (shell (agent, "mkdir -p tree/b && echo x > tree/b/1 && echo y > tree/b.2 && printf z > 'tree/a\\\\b'"));
  g_autofree char *expected = shell (agent, "(echo one; find tree -type f | LC_ALL=C sort) | tr '\\n' '\\0' | xargs -0 sha256sum");
  json_t *job = run (agent, "compute", "checksum", "'one','tree'", "", "done");
  assert_string_equal (ls_test_text (job, "result"), g_strchomp (expected));
  json_decref (job);

  g_autofree char *command = g_strdup_printf ("%s -H %s submit compute checksum \"$PWD/one\"", g_getenv ("LINESHAFT_TEST_CLI"), agent->socket);
  g_autofree char *said = shell (agent, command), *printed = shell (agent, "sha256sum \"$PWD/one\"");
  assert_string_equal (said, printed);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
what_was_packed_comes_back (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (POOL);

  write_file (agent, "file", 2000000);
  for (guint gzip = 0; gzip < 2; gzip++)
    {
      json_decref (run (agent, "compute", "compress", gzip ? "'file','packed.gz'" : "'file','packed.zst','level=5'", "", "done"));
      json_decref (run (agent, "compute", "decompress", gzip ? "'packed.gz','back','overwrite=yes'" : "'packed.zst','back'", "", "done"));
      g_free (shell (agent, "cmp file back"));
    }
  json_t *failed = run (agent, "compute", "compress", "'file','packed.gz'", "", "failed");
  assert_string_equal (ls_test_text (failed, "error"), "“packed.gz” is there already: say overwrite=yes to replace it.");
  json_decref (failed);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
cancelled_it_leaves_no_file (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (POOL);
  g_autofree char *before = NULL, *after = NULL, *path = NULL;

  write_file (agent, "big", 40000000);
  before = shell (agent, "ls -A");
  g_autofree char *id = submit (agent, "compute", "compress", "'big','big.zst','level=19'", "");
  path = g_strconcat ("/v1/jobs/", id, NULL);
  json_decref (wait_for (agent, id, "running"));
  json_decref (ls_test_expect (agent, 202, "DELETE", path, NULL));
  json_decref (wait_for (agent, id, "cancelled"));
  after = shell (agent, "ls -A");
  assert_string_equal (after, before);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
a_picture_goes_to_the_output_file (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (POOL);
  g_autofree char *more = g_strdup_printf (",'output':'%s/set.png'", agent->folder), *path = g_build_filename (agent->folder, "set.png", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  json_t *job = run (agent, "compute", "fractal", "'size=160x90'", more, "done");
  assert_int_equal (ls_test_number (job, "result.width"), 160);
  assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  assert_int_equal (ls_test_number (job, "output_bytes"), length);
  assert_memory_equal (bytes, "\x89PNG\r\n\x1a\n", 8);
  json_decref (job);

  /* A name as long as names may be leaves no room for anything beside it. */
  g_autofree char *name = g_strnfill (255, 'n'), *longest = g_strdup_printf (",'output':'%s/%s'", agent->folder, name);
  json_decref (run (agent, "compute", "fractal", "'size=16x9'", longest, "done"));
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* One large buffer, filled by another process (this one), split over all threads, and none of it copied. */
static void
copies_of_a_job_split_one_buffer (void **state)
{
  const gsize size = 24 << 20;
  LsTestAgent *agent = *state = ls_test_agent_start (POOL);
  char *ids[4];
  guint64 sum = 0;

  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON));
  g_autofree char *body = g_strdup_printf ("{\"size\":%" G_GSIZE_FORMAT "}", size);
  g_autoptr (LsTestReply) made = ls_test_call (agent, "PUT", "/v1/pools/compute/buffers/data", NULL, body);
  assert_in_range (made->status, 200, 202);
  json_t *buffer = ls_test_until (agent, "/v1/pools/compute/buffers/data", "state", "ready", SOON);
  int fd = open (ls_test_text (buffer, "path"), O_RDWR | O_CLOEXEC);
  assert_true (fd >= 0);
  json_decref (buffer);
  guint8 *bytes = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  assert_ptr_not_equal (bytes, MAP_FAILED);
  close (fd);
  for (gsize i = 0; i < size; i++)
    sum += bytes[i] = (guint8) (i * 31 + (i >> 12));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = submit (agent, "compute", "sum", i % 2 ? "'compute.data'" : "'data'", "");
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      json_t *job = wait_for (agent, ids[i], "done");
      assert_int_equal (ls_test_number (job, "result.sum"), sum);
      assert_int_equal (ls_test_number (job, "result.bytes"), size);
      json_decref (job);
      g_free (ids[i]);
    }
  munmap (bytes, size);
  json_t *whole = run (agent, "compute", "sum", "'compute.data'", "", "done");
  assert_int_equal (ls_test_number (whole, "result.sum"), sum);
  json_decref (whole);
  json_t *failed = run (agent, "compute", "sum", "'other'", "", "failed");
  assert_non_null (strstr (ls_test_text (failed, "error"), "no buffer “other”"));
  json_decref (failed);
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* An image of no more than a head, which says that ten gigabytes follow. */
static void
write_claim (LsTestAgent *agent, const char *name)
{
  static const char head[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x02\0\0\0\x0f\xb0\xe2\x15\0\0\0\x10IDAT\x78\x9c";
  g_autofree char *path = g_build_filename (agent->folder, name, NULL);

  assert_true (g_file_set_contents (path, head, sizeof head - 1, NULL));
}

static void
a_pool_makes_thumbnails_with_its_plugin (void **state)
{
  g_autofree char *config = g_strdup_printf ("[pool images]\nthreads = 1\nplugins = %s\n", g_getenv ("LINESHAFT_TEST_THUMBNAIL"));
  LsTestAgent *agent = *state = ls_test_agent_start (config);

  json_decref (run (agent, "images", "fractal", "'large.png','size=640x480'", "", "done"));
  json_t *job = run (agent, "images", "thumbnail", "'large.png','small.png','size=64'", "", "done");
  assert_int_equal (ls_test_number (job, "result.width"), 64);
  assert_int_equal (ls_test_number (job, "result.height"), 48);
  json_decref (job);
  g_free (shell (agent, "test -s small.png"));
  write_claim (agent, "claim.png");
  job = run (agent, "images", "thumbnail", "'claim.png','none.png'", "", "failed");
  assert_string_equal (ls_test_text (job, "error"), "“claim.png” is too large: 60000 × 60000 pixels, and at most 400 million are read.");
  json_decref (job);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
bad_arguments_are_refused_with_a_sentence (void **state)
{
  static const struct {
    const char *name, *args, *part;
  } cases[] = {
    { "checksum", "", "checksum takes the files and folders" },
    { "checksum", "'gone'", "“gone” cannot be read: No such file or directory" },
    { "compress", "'/dev/zero','z.gz'", "“/dev/zero” is not a regular file" },
    { "decompress", "'lineshaft.conf.gz'", "“lineshaft.conf.gz” cannot be read" },
    { "matrix", "'0'", "from 1 to 4096" },
    { "fractal", "'x.png','size=wide'", "size is WIDTHxHEIGHT" },
    { "primes", "'1','2'", "primes takes one whole number" },
    { "sum", "'a/../b'", "no buffer" },
  };
  LsTestAgent *agent = *state = ls_test_agent_start (POOL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      json_t *job = run (agent, "compute", cases[i].name, cases[i].args, "", "failed");
      if (strstr (ls_test_text (job, "error"), cases[i].part) == NULL)
        fail_msg ("%s %s: %s", cases[i].name, cases[i].args, ls_test_text (job, "error"));
      json_decref (job);
    }
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (checksum_prints_what_sha256sum_prints, ls_test_teardown),
    cmocka_unit_test_teardown (what_was_packed_comes_back, ls_test_teardown),
    cmocka_unit_test_teardown (cancelled_it_leaves_no_file, ls_test_teardown),
    cmocka_unit_test_teardown (a_picture_goes_to_the_output_file, ls_test_teardown),
    cmocka_unit_test_teardown (copies_of_a_job_split_one_buffer, ls_test_teardown),
    cmocka_unit_test_teardown (a_pool_makes_thumbnails_with_its_plugin, ls_test_teardown),
    cmocka_unit_test_teardown (bad_arguments_are_refused_with_a_sentence, ls_test_teardown),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
