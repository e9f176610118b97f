/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of pools say to a pool called compute, and hear from it. */

#include "fakes.h"

#include "base/error.h"

#include <signal.h>
#include <string.h>

G_GNUC_UNUSED static int
setup (void **state)
{
  *state = fake_world_new ();
  return 0;
}

G_GNUC_UNUSED static int
teardown (void **state)
{
  fake_world_free (*state);
  return 0;
}

G_GNUC_UNUSED static const LsOperation *
put (FakeWorld *world, guint min, guint max, guint queue_max)
{
  LsPoolSpec spec = { .threads = { min, max }, .queue_max = queue_max };
  const LsOperation *operation = NULL;
  g_autoptr (GError) error = NULL;

  if (!ls_supervisor_put_pool (world->supervisor, "compute", &spec, LS_ORIGIN_API, &operation, &error))
    fail_msg ("put: %s", error->message);
  return operation;
}

G_GNUC_UNUSED static FakeChild *
host (FakeWorld *world)
{
  return fake_child (world, "compute");
}

G_GNUC_UNUSED static const LsPool *
pool (FakeWorld *world)
{
  return ls_supervisor_find_pool (world->supervisor, "compute");
}

G_GNUC_UNUSED static const LsJob *
job (FakeWorld *world, const char *id)
{
  return ls_supervisor_find_job (world->supervisor, id);
}

G_GNUC_UNUSED static void
say (FakeWorld *world, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  fake_say (world, host (world), text);
}

G_GNUC_UNUSED static void
threads_up (FakeWorld *world, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    say (world, "{\"cmd\":\"LINESHAFT_THREAD\",\"index\":%u,\"tid\":%u}", i, 900 + i);
}

/* A pool of @threads that is ready. */
G_GNUC_UNUSED static void
make_ready (FakeWorld *world, guint threads)
{
  put (world, threads, threads, 1024);
  threads_up (world, 0, threads);
  fake_ready (world, host (world));
}

G_GNUC_UNUSED static gboolean
submit_with (FakeWorld *world, int priority, gint64 timeout_ms, GError **error)
{
  char name[] = "primes", limit[] = "1000";
  char *args[] = { limit, NULL };
  LsJob request = { .name = name, .args = args, .priority = priority, .timeout_ms = timeout_ms };

  return ls_supervisor_submit_job (world->supervisor, "compute", &request, NULL, error);
}

G_GNUC_UNUSED static void
submit (FakeWorld *world, guint n)
{
  for (guint i = 0; i < n; i++)
    assert_true (submit_with (world, 0, 0, NULL));
}

/* The ids of the jobs that the living host was sent, in order: "j1 j2". */
G_GNUC_UNUSED static char *
handed (FakeWorld *world)
{
  GString *ids = g_string_new (NULL);
  FakeChild *child = host (world);

  for (guint i = 0; i < child->sent->len; i++)
    {
      json_t *message = child->sent->pdata[i];

      size_t at;
      json_t *list;

      if (g_str_equal (json_string_value (json_object_get (message, "cmd")), "LINESHAFT_JOB"))
        g_string_append_printf (ids, "%s%s", ids->len ? " " : "", json_string_value (json_object_get (message, "id")));
      json_array_foreach (json_object_get (message, "jobs"), at, list)      /* LINESHAFT_JOBS */
        g_string_append_printf (ids, "%s%s", ids->len ? " " : "", json_string_value (json_array_get (list, 0)));
    }
  return g_string_free (ids, FALSE);
}

G_GNUC_UNUSED static void
assert_handed (FakeWorld *world, const char *ids)
{
  g_autofree char *is = handed (world);

  assert_string_equal (is, ids);
}

G_GNUC_UNUSED static guint
count_sent (FakeWorld *world, const char *cmd, const char *id)
{
  FakeChild *child = host (world);
  guint n = 0;

  for (guint i = 0; i < child->sent->len; i++)
    {
      json_t *message = child->sent->pdata[i];

      n += g_str_equal (json_string_value (json_object_get (message, "cmd")), cmd)
           && (!id || g_strcmp0 (json_string_value (json_object_get (message, "id")), id) == 0);
    }
  return n;
}

G_GNUC_UNUSED static json_int_t
told_threads (FakeWorld *world)
{
  FakeChild *child = host (world);
  json_int_t count = 0;

  for (guint i = 0; i < child->sent->len; i++)
    if (g_str_equal (json_string_value (json_object_get (child->sent->pdata[i], "cmd")), "LINESHAFT_THREADS"))
      count = json_integer_value (json_object_get (child->sent->pdata[i], "count"));
  return count;
}

G_GNUC_UNUSED static void
started (FakeWorld *world, const char *id, guint thread)
{
  say (world, "{\"cmd\":\"LINESHAFT_JOB_STARTED\",\"id\":\"%s\",\"thread\":%u}", id, thread);
}

G_GNUC_UNUSED static void
done (FakeWorld *world, const char *id)
{
  say (world, "{\"cmd\":\"LINESHAFT_JOB_DONE\",\"id\":\"%s\",\"result\":{\"count\":168}}", id);
}

G_GNUC_UNUSED static void
cancelled (FakeWorld *world, const char *id)
{
  say (world, "{\"cmd\":\"LINESHAFT_JOB_CANCELLED\",\"id\":\"%s\"}", id);
}
