/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/sampler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

/* A little world: two cores, a cluster, and processes whose figures the tests set. */
typedef struct { pid_t pid; guint64 start_time, cpu_us, rss; gboolean gone; } FakeProcess;

typedef struct {
  gboolean host_fails;
  guint64 busy[2], total;
  FakeProcess processes[4];
  LsProbe probes[4];
  guint n_probes;
  LsScoreboard *board;
  LsPoolProbe pool;
  guint64 own_cpu_us, cost_us;
  int open_readers;
} World;

static gboolean
world_host (void *self, LsHostFigures *figures)
{
  World *world = self;

  if (world->host_fails)
    return FALSE;
  if (figures->times_allocated < 2)
    figures->times = g_renew (LsCoreTimes, figures->times, figures->times_allocated = 2);
  figures->cores = 2;
  for (guint i = 0; i < 2; i++)
    figures->times[i] = (LsCoreTimes) { world->busy[i], world->total };
  figures->memory_total = 1000;
  figures->memory_available = 400;
  return TRUE;
}

typedef struct { World *world; pid_t pid; } Reader;

static void *
world_open (void *self, pid_t pid)
{
  Reader *reader = g_new (Reader, 1);

  *reader = (Reader) { self, pid };
  reader->world->open_readers++;
  return reader;
}

static gboolean
world_read (void *data, LsProcessFigures *ret_figures)
{
  Reader *reader = data;

  for (guint i = 0; i < 4; i++)
    if (reader->world->processes[i].pid == reader->pid && !reader->world->processes[i].gone)
      {
        const FakeProcess *process = &reader->world->processes[i];
        *ret_figures = (LsProcessFigures) { 'S', process->cpu_us, process->rss, 3, process->start_time };
        return TRUE;
      }
  return FALSE;
}

static void
world_close (void *data)
{
  Reader *reader = data;

  reader->world->open_readers--;
  g_free (reader);
}

/* Each look costs half of what a sample does. */
static void
world_usage (void *self, guint64 *ret_cpu_us, guint64 *ret_wakeups)
{
  World *world = self;

  world->own_cpu_us += world->cost_us;
  *ret_cpu_us = world->own_cpu_us;
  *ret_wakeups = 0;
}

static void
world_roster (void *self, LsSampler *sampler)
{
  World *world = self;

  if (world->board != NULL)
    ls_sampler_add_cluster (sampler, "web", world->board);
  for (guint i = 0; i < world->n_probes; i++)
    ls_sampler_add_probe (sampler, &world->probes[i]);
  if (world->pool.name != NULL)
    ls_sampler_add_pool (sampler, &world->pool);
}

static void
release_heap (void *memory, gsize size, int fd)
{
  g_free (memory);
}

typedef struct { World world; LsSampler *sampler; gint64 now_us; } Fixture;

static int
set_up (void **state)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  World *world = &fixture->world;
  const LsSamplerSources sources = { world_host, world_open, world_read, world_close, world_usage, world_roster, world };

  world->board = ls_scoreboard_new (4, g_malloc0 (ls_scoreboard_size (4)), -1, release_heap);
  for (guint i = 0; i < 2; i++)
    {
      world->processes[i] = (FakeProcess) { (pid_t) (10 + i), 100, 0, 5000, FALSE };
      world->probes[i] = (LsProbe) { i == 0 ? "web.1" : "web.2", "web", "ready", { (pid_t) (10 + i), 100 }, (int) i };
    }
  world->n_probes = 2;
  fixture->sampler = ls_sampler_new (&sources, "e1", 1000);
  *state = fixture;
  return 0;
}

static int
tear_down (void **state)
{
  Fixture *fixture = *state;

  ls_sampler_free (fixture->sampler);
  ls_scoreboard_free (fixture->world.board);
  assert_int_equal (fixture->world.open_readers, 0);
  g_free (fixture);
  return 0;
}

static const LsSample *
take (Fixture *fixture)
{
  fixture->now_us += 1000000;
  fixture->world.total += 100;
  return ls_sampler_take (fixture->sampler, fixture->now_us, 1795400000000 + fixture->now_us / 1000);
}

static LsScoreboardRow *
row_of (Fixture *fixture, guint row)
{
  return (LsScoreboardRow *) (gpointer) ls_scoreboard_row (fixture->world.board, row);
}

static const LsWorkerSample *
worker (const LsSample *sample, guint index)
{
  return sample->workers->pdata[index];
}

static const LsClusterSample *
web (const LsSample *sample)
{
  return ls_sample_find_cluster (sample, "web");
}

static void
the_first_call_sets_the_base (void **state)
{
  Fixture *fixture = *state;
  const LsSample *sample;

  assert_null (ls_sampler_last (fixture->sampler));
  assert_null (take (fixture));
  assert_null (ls_sampler_last (fixture->sampler));
  sample = take (fixture);
  assert_non_null (sample);
  assert_ptr_equal (sample, ls_sampler_last (fixture->sampler));
  assert_int_equal (sample->seq, 1);
  assert_int_equal (sample->span_ms, 1000);
  assert_int_equal (sample->skipped, 0);
  assert_string_equal (sample->epoch, "e1");
}

static void
cpu_is_the_difference (void **state)
{
  Fixture *fixture = *state;
  const LsSample *sample;

  fixture->world.processes[0].cpu_us = 7000000;      /* used before we looked first */
  take (fixture);
  fixture->world.processes[0].cpu_us += 250000;
  fixture->world.processes[1].cpu_us += 500000;
  fixture->world.busy[1] += 31;
  sample = take (fixture);
  assert_true (fabs (worker (sample, 0)->cpu - 0.25) < 1e-9);
  assert_true (fabs (web (sample)->cpu - 0.75) < 1e-9);
  assert_int_equal (web (sample)->rss, 10000);
  assert_true (sample->cpu[0] == 0);
  assert_true (fabs (sample->cpu[1] - 0.31) < 1e-9);
  assert_true (fabs (ls_sampler_cluster_mean_cpu (fixture->sampler, "web") - 0.375) < 1e-9);
  assert_true (isnan (ls_sampler_cluster_mean_cpu (fixture->sampler, "none")));
}

static void
a_new_instance_in_the_slot_starts_anew (void **state)
{
  Fixture *fixture = *state;
  const LsSample *sample;

  fixture->world.processes[0].cpu_us = 9000000;
  take (fixture);
  take (fixture);
  /* The same pid even, recycled: what counts is the instance. */
  fixture->world.processes[0] = (FakeProcess) { 10, 777, 20000, 5000, FALSE };
  fixture->world.probes[0].instance.start_time = 777;
  sample = take (fixture);
  assert_true (fabs (worker (sample, 0)->cpu - 0.02) < 1e-9);
  assert_string_equal (worker (sample, 0)->instance, "10-777");
  assert_int_equal (fixture->world.open_readers, 3);      /* two workers and ourselves */
}

static void
a_process_that_is_gone_is_unknown (void **state)
{
  Fixture *fixture = *state;
  const LsSample *sample;

  take (fixture);
  fixture->world.processes[0].gone = TRUE;
  fixture->world.processes[1].start_time = 5;             /* its pid is another's now */
  sample = take (fixture);
  assert_true (isnan (worker (sample, 0)->cpu));
  assert_int_equal (worker (sample, 0)->rss, 0);
  assert_true (isnan (worker (sample, 1)->cpu));
  assert_true (isnan (web (sample)->cpu));
}

static void
requests_come_from_the_scoreboard (void **state)
{
  Fixture *fixture = *state;
  const LsSample *sample;

  take (fixture);
  row_of (fixture, 0)->pid = 10;
  row_of (fixture, 0)->loop_lag_us = 40;
  row_of (fixture, 0)->in_flight = 3;
  row_of (fixture, 0)->io_pool_size = 4;
  for (guint i = 0; i < 99; i++)
    ls_scoreboard_count (row_of (fixture, 0), 200, 20);
  ls_scoreboard_count (row_of (fixture, 0), 503, 30000);
  sample = take (fixture);

  assert_int_equal (web (sample)->requests, 100);
  assert_int_equal (web (sample)->codes->len, 2);
  assert_int_equal (g_array_index (web (sample)->codes, LsCodeCount, 1).code, 503);
  assert_int_equal (web (sample)->p50_us, 20);
  assert_int_equal (web (sample)->p99_us, 20);
  assert_int_equal (web (sample)->in_flight, 3);
  assert_int_equal (web (sample)->io_size, 4);
  assert_int_equal (worker (sample, 0)->requests, 100);
  assert_int_equal (worker (sample, 0)->errors, 1);
  assert_int_equal (worker (sample, 0)->p95_us, 20);
  assert_int_equal (worker (sample, 0)->loop_lag_us, 40);
  assert_true (worker (sample, 1)->requests == G_MAXUINT64);      /* takes no part */
  assert_int_equal (worker (sample, 1)->p95_us, -1);

  sample = take (fixture);
  assert_int_equal (web (sample)->requests, 0);
  assert_int_equal (web (sample)->codes->len, 0);
  assert_int_equal (web (sample)->p50_us, -1);
  assert_int_equal (worker (sample, 0)->requests, 0);
  assert_int_equal (worker (sample, 0)->p95_us, -1);
}

static void
what_ended_between_two_samples_is_in_the_cluster (void **state)
{
  Fixture *fixture = *state;
  const LsSample *sample;

  take (fixture);
  row_of (fixture, 1)->pid = 11;
  ls_scoreboard_count (row_of (fixture, 1), 200, 5);
  ls_scoreboard_fold (fixture->world.board, 1);
  fixture->world.n_probes = 1;
  sample = take (fixture);
  assert_int_equal (web (sample)->requests, 1);
  assert_int_equal (sample->workers->len, 1);
  assert_int_equal (fixture->world.open_readers, 2);
}

static void
a_skipped_sample_loses_nothing (void **state)
{
  Fixture *fixture = *state;
  const LsSample *sample;

  take (fixture);
  row_of (fixture, 0)->pid = 10;
  ls_scoreboard_count (row_of (fixture, 0), 200, 5);
  fixture->world.processes[0].cpu_us = 1000000;
  fixture->world.host_fails = TRUE;
  assert_null (take (fixture));
  fixture->world.host_fails = FALSE;
  sample = take (fixture);
  assert_int_equal (sample->span_ms, 2000);
  assert_int_equal (sample->skipped, 1);
  assert_int_equal (web (sample)->requests, 1);
  assert_true (fabs (worker (sample, 0)->cpu - 0.5) < 1e-9);
  assert_int_equal (take (fixture)->skipped, 0);
}

static void
pools_and_tasks_have_a_place (void **state)
{
  Fixture *fixture = *state;
  const LsSample *sample;

  fixture->world.processes[2] = (FakeProcess) { 20, 1, 0, 700, FALSE };
  fixture->world.processes[3] = (FakeProcess) { 30, 1, 0, 900, FALSE };
  fixture->world.probes[2] = (LsProbe) { "t42", NULL, "running", { 30, 1 }, -1 };
  fixture->world.probes[3] = (LsProbe) { "web.9", "web", "stopped", { 0, 0 }, -1 };      /* nothing runs */
  fixture->world.n_probes = 4;
  fixture->world.pool = (LsPoolProbe) { "compute", 3, 2, 12, 1, { 90, 400, 420 }, LS_PERCENTILES_NONE, { 20, 1 } };
  take (fixture);
  fixture->world.processes[2].cpu_us = 1900000;
  sample = take (fixture);
  assert_int_equal (sample->workers->len, 3);
  assert_string_equal (worker (sample, 2)->id, "t42");
  assert_true (worker (sample, 2)->requests == G_MAXUINT64);
  assert_int_equal (web (sample)->rss, 10000);
  assert_true (fabs (ls_sample_find_pool (sample, "compute")->cpu - 1.9) < 1e-9);
  assert_int_equal (ls_sample_find_pool (sample, "compute")->done, 12);
  assert_int_equal (ls_sample_find_pool (sample, "compute")->run_us.p95, -1);
}

static void
costly_samples_stretch_the_interval (void **state)
{
  Fixture *fixture = *state;

  take (fixture);
  assert_int_equal (ls_sampler_interval_ms (fixture->sampler), 1000);
  fixture->world.cost_us = 50000;
  for (guint i = 0; i < 30; i++)
    take (fixture);
  assert_int_equal (ls_sampler_interval_ms (fixture->sampler), 4000);
  assert_int_equal (ls_sampler_last (fixture->sampler)->interval_ms, 4000);
  ls_sampler_set_budget (fixture->sampler, 0.5);
  for (guint i = 0; i < 2; i++)
    take (fixture);
  assert_int_equal (ls_sampler_interval_ms (fixture->sampler), 1000);
}

/* A random world beside the plainest model of it: what was counted is what all samples together say. */
static void
samples_add_up_to_what_happened (void **state)
{
  Fixture *fixture = *state;
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  guint64 counted = 0, sampled = 0, errors = 0, sampled_errors = 0;

  take (fixture);
  for (guint round = 0; round < 2000; round++)
    {
      guint row = (guint) g_rand_int_range (random, 0, 2);

      for (int n = g_rand_int_range (random, 0, 5); n > 0; n--)
        {
          guint code = g_rand_boolean (random) ? 200 : 500;
          row_of (fixture, row)->pid = 1;
          ls_scoreboard_count (row_of (fixture, row), code, g_rand_int (random) >> 12);
          counted++;
          errors += code == 500;
        }
      if (g_rand_int_range (random, 0, 30) == 0)
        {
          ls_scoreboard_fold (fixture->world.board, row);
          fixture->world.probes[row].instance.start_time++;
          fixture->world.processes[row].start_time++;
          fixture->world.processes[row].cpu_us = 0;
        }
      fixture->world.processes[row].cpu_us += (guint64) g_rand_int_range (random, 0, 1000000);
      fixture->world.host_fails = g_rand_int_range (random, 0, 10) == 0;
      const LsSample *sample = take (fixture);
      if (sample == NULL)
        continue;
      sampled += web (sample)->requests;
      for (guint i = 0; i < web (sample)->codes->len; i++)
        if (g_array_index (web (sample)->codes, LsCodeCount, i).code == 500)
          sampled_errors += g_array_index (web (sample)->codes, LsCodeCount, i).count;
      for (guint i = 0; i < sample->workers->len; i++)
        assert_true (worker (sample, i)->cpu >= 0);
    }
  fixture->world.host_fails = FALSE;
  sampled += web (take (fixture))->requests;
  assert_int_equal (sampled, counted);
  assert_in_range (sampled_errors, errors - 10, errors);
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
    TEST (the_first_call_sets_the_base),
    TEST (cpu_is_the_difference),
    TEST (a_new_instance_in_the_slot_starts_anew),
    TEST (a_process_that_is_gone_is_unknown),
    TEST (requests_come_from_the_scoreboard),
    TEST (what_ended_between_two_samples_is_in_the_cluster),
    TEST (a_skipped_sample_loses_nothing),
    TEST (pools_and_tasks_have_a_place),
    TEST (costly_samples_stretch_the_interval),
    TEST (samples_add_up_to_what_happened),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
