/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* LINESHAFT_JOBS_DONE: many short jobs that are done, in one line. There may be hundreds of thousands of them a second, so the line is read as it
 * stands, without a tree of JSON values; what a job gave stays the text that it is until somebody asks for it. A line that is not written exactly as
 * our host writes it takes the usual way, and comes to the same. */

#include "abi/channel.h"
#include "core/pool.h"

#include <string.h>

#define BEGINNING "{\"cmd\":\"" LS_POOL_JOBS_DONE "\",\"jobs\":["

/* What is left of the line. */
typedef struct {
  const char *at, *end;
} Rest;

static gboolean
skip (Rest *rest, const char *text, gsize length)
{
  if ((gsize) (rest->end - rest->at) < length || memcmp (rest->at, text, length) != 0)
    return FALSE;
  rest->at += length;
  return TRUE;
}

static gboolean
skip_byte (Rest *rest, char byte)
{
  if (rest->at == rest->end || *rest->at != byte)
    return FALSE;
  rest->at++;
  return TRUE;
}

/* At most 18 digits: that cannot overflow. */
static gboolean
read_number (Rest *rest, gint64 *ret)
{
  const char *first = rest->at, *last = rest->end - first > 18 ? first + 18 : rest->end;
  gint64 number = 0;

  for (; rest->at < last && g_ascii_isdigit (*rest->at); rest->at++)
    number = number * 10 + (*rest->at - '0');
  *ret = number;
  return rest->at > first && (rest->at - first == 1 || *first != '0');
}

static gboolean
skip_string (Rest *rest)
{
  for (rest->at++; rest->at < rest->end && *rest->at != '"'; rest->at++)
    rest->at += *rest->at == '\\' && rest->at + 1 < rest->end;
  return skip_byte (rest, '"');
}

/* To the end of a JSON value. Only its brackets are counted: the host has looked at it, and who asks for it looks again. */
static gboolean
skip_value (Rest *rest)
{
  guint depth = 0;

  while (rest->at < rest->end)
    switch (*rest->at)
      {
      case '"':
        if (!skip_string (rest))
          return FALSE;
        break;
      case '{':
      case '[':
        depth++;
        rest->at++;
        break;
      case '}':
      case ']':
        if (depth == 0)
          return TRUE;
        depth--;
        rest->at++;
        break;
      case ',':
        if (depth == 0)
          return TRUE;
        rest->at++;
        break;
      default:
        rest->at++;
      }
  return FALSE;
}

static void
end_job (LsPoolUnit *pool, LsPoolJob *job, LsJobFigures *figures, gint64 thread, char *result)
{
  figures->thread = thread >= 0 && thread <= LS_WORKERS_MAX ? (int) thread : -1;
  figures->output_bytes = -1;
  if (job && ls_pool_leave_thread (pool, job, figures))
    ls_job_end (job, LS_JOB_DONE, figures, result, NULL);
  else
    g_free (result);
}

static char *
copy_result (const char *from, const char *to)
{
  gsize length = (gsize) (to - from);

  return length == 0 || (length == 4 && memcmp (from, "null", 4) == 0) ? NULL : g_strndup (from, length);
}

/* ["j17",thread,wait_us,run_us,cpu_us,<result>] */
static gboolean
read_element (LsPoolUnit *pool, Rest *rest)
{
  LsJobFigures figures;
  gint64 number, thread;
  const char *result;

  if (!skip (rest, "[\"j", 3) || !read_number (rest, &number) || !skip (rest, "\",", 2) || !read_number (rest, &thread) || !skip_byte (rest, ',')
      || !read_number (rest, &figures.wait_us) || !skip_byte (rest, ',') || !read_number (rest, &figures.run_us) || !skip_byte (rest, ',')
      || !read_number (rest, &figures.cpu_us) || !skip_byte (rest, ','))
    return FALSE;
  result = rest->at;
  if (!skip_value (rest) || *rest->at != ']')
    return FALSE;
  end_job (pool, ls_jobs_find_number (pool->jobs, (guint64) number), &figures, thread, copy_result (result, rest->at));
  rest->at++;
  return TRUE;
}

gboolean
ls_pool_heard_line (LsPoolUnit *pool, const char *line, gsize length)
{
  Rest rest = { line, line + length };

  if (!skip (&rest, BEGINNING, strlen (BEGINNING)))
    return FALSE;
  do
    if (!read_element (pool, &rest))
      return FALSE;      /* those before it have ended, and are left alone when the line is read the other way */
  while (skip_byte (&rest, ','));
  ls_pool_hand_out_soon (pool);
  return TRUE;
}

/* --- the usual way --- */

static gint64
number_at (json_t *list, size_t i)
{
  json_t *number = json_array_get (list, i);

  return json_is_integer (number) && json_integer_value (number) >= 0 ? json_integer_value (number) : -1;
}

void
ls_pool_heard_done (LsPoolUnit *pool, json_t *message)
{
  size_t i;
  json_t *list;

  json_array_foreach (json_object_get (message, "jobs"), i, list)
    {
      const char *id = json_string_value (json_array_get (list, 0));
      LsJobFigures figures = { .wait_us = number_at (list, 2), .run_us = number_at (list, 3), .cpu_us = number_at (list, 4) };

      end_job (pool, id ? ls_jobs_find (pool->jobs, id) : NULL, &figures, number_at (list, 1), ls_pool_result_text (json_array_get (list, 5)));
    }
  ls_pool_hand_out_soon (pool);
}
