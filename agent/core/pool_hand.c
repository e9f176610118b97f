/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* From the queue to the host: which jobs it has, and how they are told to it. */

#include "abi/channel.h"
#include "core/pool.h"

#include <string.h>

#define RESEND_MS 50
#define WRITE_BYTES 32768u
#define FEW 4u                   /* fewer jobs than that go one by one */

static void
append_string (GString *line, const char *text)
{
  g_string_append_c (line, '"');
  for (; *text; text++)
    {
      guchar byte = (guchar) *text;

      if (byte == '"' || byte == '\\')
        g_string_append_printf (line, "\\%c", byte);
      else if (byte < 0x20)
        g_string_append_printf (line, "\\u%04x", byte);
      else
        g_string_append_c (line, (char) byte);
    }
  g_string_append_c (line, '"');
}

static void
append_member (GString *line, const char *key, const char *text)
{
  if (!text)
    return;
  g_string_append (line, ",\"");
  g_string_append (line, key);
  g_string_append (line, "\":");
  append_string (line, text);
}

/* Written by hand: there may be very many of these. */
static void
append_job (GString *lines, const LsJob *job)
{
  g_string_append (lines, "{\"cmd\":\"" LS_POOL_JOB "\"");
  append_member (lines, "id", job->id);
  append_member (lines, "name", job->name);
  append_member (lines, "cwd", job->cwd);
  append_member (lines, "output", job->output);
  if (job->attempt > 0)
    g_string_append_printf (lines, ",\"attempt\":%u", job->attempt + 1);
  g_string_append (lines, ",\"args\":[");
  for (char **arg = job->args; *arg; arg++)
    {
      if (arg > job->args)
        g_string_append_c (lines, ',');
      append_string (lines, *arg);
    }
  g_string_append (lines, "]}\n");
}

/* What stands in LINESHAFT_JOBS without loss. */
static gboolean
is_plain (const LsJob *job)
{
  return !job->output && job->attempt == 0;
}

static void
append_element (GString *lines, const LsJob *job)
{
  g_string_append_c (lines, '[');
  append_string (lines, job->id);
  for (char **arg = job->args; *arg; arg++)
    {
      g_string_append_c (lines, ',');
      append_string (lines, *arg);
    }
  g_string_append_c (lines, ']');
}

static void
append_run (GString *lines, GPtrArray *jobs, guint from, guint to)
{
  if (to - from < FEW)
    {
      for (guint i = from; i < to; i++)
        append_job (lines, ((const LsPoolJob *) jobs->pdata[i])->noun);
      return;
    }
  g_string_append (lines, "{\"cmd\":\"" LS_POOL_JOBS "\"");
  append_member (lines, "name", ((const LsPoolJob *) jobs->pdata[from])->noun->name);
  append_member (lines, "cwd", ((const LsPoolJob *) jobs->pdata[from])->noun->cwd);
  g_string_append (lines, ",\"jobs\":[");
  for (guint i = from; i < to; i++)
    {
      if (i > from)
        g_string_append_c (lines, ',');
      append_element (lines, ((const LsPoolJob *) jobs->pdata[i])->noun);
    }
  g_string_append (lines, "]}\n");
}

/* Many plain ones of one kind and folder that follow each other go together. */
static void
append_all (GString *lines, GPtrArray *jobs)
{
  for (guint from = 0, to; from < jobs->len; from = to)
    {
      const LsJob *first = ((const LsPoolJob *) jobs->pdata[from])->noun;

      for (to = from + 1; to < jobs->len && is_plain (first); to++)
        {
          const LsJob *next = ((const LsPoolJob *) jobs->pdata[to])->noun;

          if (!is_plain (next) || !g_str_equal (next->name, first->name) || g_strcmp0 (next->cwd, first->cwd) != 0)
            break;
        }
      append_run (lines, jobs, from, to);
    }
}

static gsize
weight (const LsJob *job)
{
  gsize bytes = 64 + strlen (job->name) + (job->cwd ? strlen (job->cwd) : 0);

  for (char **arg = job->args; *arg; arg++)
    bytes += 8 + strlen (*arg);
  return bytes;
}

/* How many jobs the host shall have: one for each thread, and of short ones so many more that no thread waits for us. */
static guint
depth (const LsPoolUnit *pool)
{
  double ahead = pool->mean_run_us > 0 ? LS_POOL_AHEAD_US / pool->mean_run_us * pool->wanted : 0;

  return pool->wanted + (guint) MIN (ahead, LS_POOL_AHEAD_MAX);
}

static void
send_again (void *user)
{
  ls_pool_hand_out (user);
}

/* The next few, as one write. FALSE: there was no room, and they stay in the queue. */
static gboolean
hand_some (LsPoolUnit *pool)
{
  const LsSpawner *spawner = ls_pool_spawner (pool);
  GString *lines = pool->lines;      /* kept: this is done very often */
  GPtrArray *handed = pool->handed;
  gsize bytes = 0;
  LsPoolJob *job;

  g_string_truncate (lines, 0);
  g_ptr_array_set_size (handed, 0);
  while (bytes < WRITE_BYTES && ls_jobs_handed (pool->jobs) < depth (pool) && (job = ls_jobs_first (pool->jobs)))
    {
      bytes += weight (job->noun);
      ls_job_hand (job);
      g_ptr_array_add (handed, job);
    }
  append_all (lines, handed);
  if (spawner->send_lines (spawner->self, pool->noun->instance, lines->str, lines->len, NULL))
    return TRUE;
  for (guint i = 0; i < handed->len; i++)
    ls_job_take_back (handed->pdata[i]);
  return FALSE;
}

void
ls_pool_hand_out (LsPoolUnit *pool)
{
  if (pool->goal == LS_POOL_GOAL_RUN && pool->ready_ms > 0 && !pool->leaving)
    {
      ls_pool_fit_threads (pool);
      while (ls_jobs_handed (pool->jobs) < depth (pool) && ls_jobs_first (pool->jobs))
        if (!hand_some (pool))
          {
            ls_pool_arm (pool, &pool->resend, RESEND_MS, send_again);
            break;
          }
      if (pool->told != pool->wanted && !pool->resend.where)
        ls_pool_arm (pool, &pool->resend, RESEND_MS, send_again);
    }
  ls_pool_counts_changed (pool);
}

void
ls_pool_hand_out_soon (LsPoolUnit *pool)
{
  if (ls_jobs_handed (pool->jobs) < pool->wanted + (depth (pool) - pool->wanted) / 2)
    ls_pool_hand_out (pool);
  else if (!pool->resend.where)
    ls_pool_arm (pool, &pool->resend, 0, send_again);
  ls_pool_counts_changed (pool);
}
