/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Thousands of random happenings in a pool; after each the books must agree. */

#include "pool_words.h"

static void
check_books (FakeWorld *world)
{
  const LsPool *noun = pool (world);
  FakeChild *child = host (world);

  assert_int_equal (child ? child->instance.pid : 0, noun->instance.pid);
  assert_true (noun->running <= 4);
  assert_true (fake_count (world, "compute") <= 1);
  for (guint i = 0; i < noun->threads->len; i++)
    {
      const LsPoolThread *thread = &g_array_index (noun->threads, LsPoolThread, i);

      if (thread->job)
        assert_int_equal (job (world, thread->job)->state, LS_JOB_RUNNING);
    }
}

typedef struct {
  FakeWorld *world;
  GRand *rand;
} Life;

static void
do_something (Life *life)
{
  FakeWorld *world = life->world;
  guint what = (guint) g_rand_int_range (life->rand, 0, 12);
  g_autofree char *id = g_strdup_printf ("j%d", g_rand_int_range (life->rand, 1, 400));
  FakeChild *child = host (world);
  const LsJob *noun = job (world, id);
  g_autofree char *sent = child ? handed (world) : g_strdup ("");
  g_autofree char *word = g_strdup_printf ("%s ", id);
  g_autofree char *words = g_strdup_printf ("%s ", sent);

  if (what <= 2)
    submit_with (world, g_rand_int_range (life->rand, -2, 3), g_rand_boolean (life->rand) ? 500 : 0, NULL);
  else if (what == 3)
    ls_supervisor_cancel_job (world->supervisor, id, NULL);
  else if (what == 4 && child && g_rand_int_range (life->rand, 0, 20) == 0)
    fake_killed (world, child, SIGKILL);
  else if (what == 5 && child)
    {
      threads_up (world, 0, 4);
      fake_ready (world, child);
    }
  else if (what == 6)
    put (world, (guint) g_rand_int_range (life->rand, 1, 3), (guint) g_rand_int_range (life->rand, 3, 5), 50);
  else if (what == 7)
    fake_advance (world, g_rand_int_range (life->rand, 0, 400));
  else if (what == 8 && g_rand_int_range (life->rand, 0, 20) == 0)
    ls_supervisor_restart_pool (world->supervisor, "compute", NULL);
  else if (what == 9)
    fake_obey_signals (world);
  else if (child && noun && strstr (words, word) && noun->state == LS_JOB_QUEUED)
    started (world, id, (guint) g_rand_int_range (life->rand, 0, 4));
  else if (child && noun && noun->state == LS_JOB_RUNNING)
    g_rand_boolean (life->rand) ? done (world, id) : cancelled (world, id);
}

static void
random_lives_keep_the_books_right (void **state)
{
  for (guint32 seed = 1; seed <= 20; seed++)
    {
      FakeWorld *world = fake_world_new ();
      Life life = { world, g_rand_new_with_seed (seed) };

      make_ready (world, 2);
      for (guint i = 0; i < 500; i++)
        {
          do_something (&life);
          check_books (world);
        }
      g_rand_free (life.rand);
      fake_world_free (world);
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (random_lives_keep_the_books_right),
  };

  return cmocka_run_group_tests_name ("pool random", tests, NULL, NULL);
}
