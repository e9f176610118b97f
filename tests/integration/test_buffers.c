/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared buffers: mapped by a job and by us at once, there after a crash of the pool's process, gone with the pool, the agent, and a killed agent. */
#include "tests/support/agent.h"
#include "tests/support/check.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define POOL "[pool compute]\nthreads = 2\n"
#define SOON 30000
#define SIZE (1024 * 1024)
#define FRAME "/v1/pools/compute/buffers/frame"

static LsTestAgent *
start (void **state)
{
  LsTestAgent *agent = *state = ls_test_agent_start (POOL);

  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON));
  return agent;
}

/* By its path, or as shared memory where it has none. */
static int
open_buffer (json_t *buffer)
{
  const char *path = ls_test_text (buffer, "path");

  return *path != '\0' ? open (path, O_RDWR | O_CLOEXEC) : shm_open (ls_test_text (buffer, "shm"), O_RDWR, 0);
}

static gboolean
is_there (json_t *buffer)
{
  int fd = open_buffer (buffer);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

/* All of it is taken when it is made: who writes into it later is not killed because there is no more. */
static unsigned char *
map (json_t *buffer)
{
  int fd = open_buffer (buffer);
  struct stat status = { 0 };
  void *memory = mmap (NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

  assert_true (fd >= 0);
  assert_ptr_not_equal (memory, MAP_FAILED);
  assert_int_equal (fstat (fd, &status), 0);
  assert_true ((guint64) status.st_blocks * 512 >= SIZE);
  close (fd);
  return memory;
}

static json_t *
make (LsTestAgent *agent)
{
  g_autofree char *body = g_strdup_printf ("{\"size\":%d}", SIZE);

  return ls_test_expect (agent, 201, "PUT", FRAME, body);
}

static void
assert_sum (LsTestAgent *agent, json_int_t sum)
{
  json_t *job = ls_test_expect (agent, 201, "POST", "/v1/pools/compute/jobs", "{\"name\":\"sum\",\"args\":[\"frame\"]}");
  g_autofree char *path = g_strconcat ("/v1/jobs/", ls_test_text (job, "id"), NULL);

  json_decref (job);
  job = ls_test_until (agent, path, "state", "done", SOON);
  assert_int_equal (ls_test_number (job, "result.sum"), sum);
  json_decref (job);
}

static void
what_we_write_a_job_reads (void **state)
{
  LsTestAgent *agent = start (state);
  json_t *buffer = make (agent);
  unsigned char *memory = map (buffer);
  struct stat status;
  int fd = open_buffer (buffer);

  assert_int_equal (fstat (fd, &status), 0);
  assert_int_equal (status.st_size, SIZE);
  assert_int_equal (status.st_mode & 0777, 0600);
  close (fd);
  memset (memory, 3, SIZE);
  assert_sum (agent, 3 * SIZE);
  munmap (memory, SIZE);
  json_decref (buffer);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
it_is_there_after_a_crash_and_gone_when_it_is_removed (void **state)
{
  LsTestAgent *agent = start (state);
  json_t *buffer = make (agent);
  unsigned char *memory = map (buffer);

  memset (memory, 5, SIZE);
  json_decref (ls_test_expect (agent, 204, "POST", "/v1/pools/compute/signal", "{\"signal\":\"KILL\"}"));
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.restarts", "1", SOON));
  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON));
  assert_sum (agent, 5 * SIZE);
  json_decref (ls_test_expect (agent, 204, "DELETE", FRAME, NULL));
  assert_false (is_there (buffer));
  assert_int_equal (memory[SIZE - 1], 5);      /* who has it mapped keeps it */
  json_decref (ls_test_expect (agent, 404, "GET", FRAME, NULL));
  munmap (memory, SIZE);
  json_decref (buffer);
  ls_test_agent_stop (agent);
  *state = NULL;
}

static void
it_ends_with_its_pool_and_with_the_agent (void **state)
{
  LsTestAgent *agent = start (state);
  json_t *first = make (agent), *second;

  json_decref (ls_test_expect (agent, 202, "DELETE", "/v1/pools/compute", NULL));
  ls_test_until_gone (agent, "/v1/pools/compute", SOON);
  assert_false (is_there (first));
  json_decref (ls_test_expect (agent, 201, "PUT", "/v1/pools/compute", "{\"threads\":1}"));
  second = make (agent);
  assert_true (is_there (second));
  ls_test_agent_stop (agent);
  *state = NULL;
  assert_false (is_there (second));
  json_decref (first);
  json_decref (second);
}

/* A file as an agent of ours would make it; it is somebody's as long as it is locked. */
static int
make_file (const char *name)
{
  g_autofree char *shm = g_strdup_printf ("/lineshaft-%u-1-%s", (guint) geteuid (), name);
  int fd = shm_open (shm, O_RDWR | O_CREAT, 0600);

  assert_true (fd >= 0);
  return fd;
}

static gboolean
drop_file (const char *name)
{
  g_autofree char *shm = g_strdup_printf ("/lineshaft-%u-1-%s", (guint) geteuid (), name);

  return shm_unlink (shm) == 0;
}

/* The next agent finds what a killed one left, and leaves alone what another one uses. */
static void
what_a_killed_agent_left_is_removed_by_the_next (void **state)
{
  LsTestAgent *agent = start (state);
  json_t *left = make (agent);
  gboolean has_path = *ls_test_text (left, "path") != '\0';      /* else nobody can look for it */
  int used = make_file ("test.used"), nobodys = make_file ("test.nobodys");

  assert_int_equal (flock (used, LOCK_EX | LOCK_NB), 0);
  close (nobodys);
  kill (agent->pid, SIGKILL);
  assert_true (ls_test_agent_ended (agent, SOON));
  assert_true (is_there (left));
  ls_test_agent_start_again (agent);
  assert_true (!has_path || !is_there (left));
  assert_int_equal (drop_file ("test.nobodys"), !has_path);
  assert_true (drop_file ("test.used"));
  close (used);
  ls_test_agent_stop (agent);
  *state = NULL;
  json_decref (left);
}

static void
a_large_one_is_an_operation (void **state)
{
  LsTestAgent *agent = start (state);
  g_autoptr (LsTestReply) reply = ls_test_call (agent, "PUT", FRAME, NULL, "{\"size\":67108864}");
  g_autofree char *location = ls_test_reply_header (reply, "Location");

  assert_int_equal (reply->status, 202);
  json_decref (ls_test_until (agent, location, "state", "done", SOON));
  json_decref (ls_test_until (agent, FRAME, "state", "ready", SOON));
  json_decref (ls_test_expect (agent, 422, "PUT", "/v1/pools/compute/buffers/huge", "{\"size\":1099511627776}"));
  ls_test_agent_stop (agent);
  *state = NULL;
}

/* What does not fit a buffer, and what does not fit into a message, is said by the command line in its own words. */
static void
what_does_not_fit_is_said_in_a_sentence (void **state)
{
  static const struct {
    const char *words, *sentence;
    int status;
  } cases[] = {
    { "create buffer compute.frame size=64K", "buffer compute.frame is there.", 0 },
    { "stop compute.frame", "lineshaft: compute.frame is a buffer, which cannot be stopped: remove it to give its memory back", 6 },
    { "restart compute.frame", "lineshaft: compute.frame is a buffer, which cannot be restarted: only clusters, workers and pools can", 6 },
    { "send compute.frame hello", "lineshaft: compute.frame is a buffer, which cannot be sent a message: only clusters, workers, tasks and jobs can", 6 },
    { "attach compute.frame", "lineshaft: compute.frame is a buffer: only a task has a terminal", 6 },
    { "stop compute", "lineshaft: compute is a pool, which cannot be stopped: stop its jobs, or remove it", 6 },
    { "submit compute checksum \"$(printf 'a\\377b')\"",
      "lineshaft: \"a\357\277\275b\" is not a text in UTF-8, and only such can be handed to the agent: rename the file, or name its folder", 2 },
    { "submit compute primes 10 --to ''", "lineshaft: --to names the file that the job writes, and this name is empty", 2 },
    { "submit compute primes 10 --retries 1 --retry-delay soon",
      "lineshaft: --retry-delay: \"soon\" is not a duration: write 500ms, 10s, 5min, 2h or 1d (a bare number is seconds)", 2 },
    { "submit --no-wait compute primes 900000000000", "j1", 0 },
    { "send j1 - < /dev/zero", "lineshaft: a message has at most 512 KiB, and this one is longer: put it into a file or a shared buffer", 6 },
    { "stop j1", "j1 is stopped.", 0 },
  };
  LsTestAgent *agent = *state = ls_test_agent_start ("[pool compute]\nthreads = 1\n");

  json_decref (ls_test_until (agent, "/v1/pools/compute", "status.state", "ready", SOON));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = g_strdup_printf ("%s -H %s %s 2>&1", g_getenv ("LINESHAFT_TEST_CLI"), agent->socket, cases[i].words);
      g_autofree char *output = NULL;
      const char *argv[] = { "sh", "-c", line, NULL };
      int status = -1;
      if (strstr (cases[i].words, "send j1"))
        json_decref (ls_test_until (agent, "/v1/jobs/j1", "state", "running", SOON));
      assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, &status, NULL));
      assert_string_equal (g_strchomp (output), cases[i].sentence);
      assert_int_equal (WEXITSTATUS (status), cases[i].status);
    }
  ls_test_agent_stop (agent);
  *state = NULL;
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown (what_we_write_a_job_reads, ls_test_teardown),
    cmocka_unit_test_teardown (it_is_there_after_a_crash_and_gone_when_it_is_removed, ls_test_teardown),
    cmocka_unit_test_teardown (it_ends_with_its_pool_and_with_the_agent, ls_test_teardown),
    cmocka_unit_test_teardown (what_a_killed_agent_left_is_removed_by_the_next, ls_test_teardown),
    cmocka_unit_test_teardown (a_large_one_is_an_operation, ls_test_teardown),
    cmocka_unit_test_teardown (what_does_not_fit_is_said_in_a_sentence, ls_test_teardown),
  };

  return cmocka_run_group_tests (tests, NULL, NULL);
}
