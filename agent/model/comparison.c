/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/comparison.h"

#include "base/error.h"
#include "model/codec.h"

#include <math.h>

static const char *const way_names[] = { "threads", "processes", "children", "in-turn", NULL };

const char *
ls_comparison_way_name (LsComparisonWay way)
{
  return way_names[way];
}

const char *
ls_comparison_way_title (LsComparisonWay way)
{
  static const char *const titles[] = { "threads of a pool", "worker processes", "a child process a job", "one after the other" };
  return titles[way];
}

LsComparison *
ls_comparison_new (void)
{
  LsComparison *comparison = g_new0 (LsComparison, 1);
  for (guint i = 0; i < LS_COMPARISON_WAYS; i++)
    comparison->rows[i] = (LsComparisonRow) { .per_second = NAN, .cores = NAN, .p50_us = -1, .p99_us = -1 };
  return comparison;
}

void
ls_comparison_free (LsComparison *comparison)
{
  if (!comparison)
    return;
  g_free (comparison->job);
  g_strfreev (comparison->args);
  g_free (comparison->advice);
  g_free (comparison->error);
  g_free (comparison);
}

/* --- lines --- */

static gboolean
get_way (json_t *json, LsComparisonWay *ret, GError **error)
{
  int way = *ret;
  if (!ls_codec_get_word (json, "way", way_names, &way, error))
    return FALSE;
  *ret = (LsComparisonWay) way;
  return TRUE;
}

static gboolean
take_head (LsComparison *comparison, json_t *line, GError **error)
{
  return ls_codec_require_string (line, "job", "a comparison", &comparison->job, error) &&
         ls_json_get_strv (line, "args", &comparison->args, error) && ls_codec_get_guint (line, "at_once", &comparison->at_once, error) &&
         ls_codec_get_guint (line, "count", &comparison->count, error);
}

static gboolean
take_progress (LsComparison *comparison, json_t *line, GError **error)
{
  double part = comparison->progress;
  if (!get_way (line, &comparison->way, error) || !ls_json_get_real (line, "part", &part, error))
    return FALSE;
  comparison->progress = CLAMP (part, 0, 1);
  return TRUE;
}

static gboolean
read_row (json_t *json, LsComparisonRow *row, GError **error)
{
  return ls_codec_get_guint (json, "at_once", &row->at_once, error) && ls_codec_get_guint (json, "processes", &row->processes, error) &&
         ls_codec_get_guint (json, "jobs", &row->jobs, error) && ls_codec_get_guint (json, "failed", &row->failed, error) &&
         ls_codec_get_time (json, "wall_us", &row->wall_us, error) && ls_json_get_real (json, "per_second", &row->per_second, error) &&
         ls_codec_get_time (json, "p50_us", &row->p50_us, error) && ls_codec_get_time (json, "p99_us", &row->p99_us, error) &&
         ls_codec_get_time (json, "cpu_us", &row->cpu_us, error) && ls_json_get_real (json, "cores", &row->cores, error) &&
         ls_codec_get_count (json, "memory", &row->memory, error) && ls_codec_get_time (json, "start_us", &row->start_us, error);
}

static gboolean
take_row (LsComparison *comparison, json_t *line, GError **error)
{
  g_autofree char *word = NULL;
  LsComparisonWay way = LS_COMPARISON_THREADS;
  LsComparisonRow row = { .known = TRUE, .per_second = NAN, .cores = NAN, .p50_us = -1, .p99_us = -1 };
  if (!ls_codec_require_string (line, "way", "a row of a comparison", &word, error) || !get_way (line, &way, error) || !read_row (line, &row, error))
    return FALSE;
  comparison->rows[way] = row;
  comparison->way = way;
  comparison->progress = MAX (comparison->progress, (double) (way + 1) / LS_COMPARISON_WAYS);
  return TRUE;
}

gboolean
ls_comparison_take (LsComparison *comparison, json_t *line, GError **error)
{
  g_autofree char *kind = NULL;
  if (!ls_json_expect_object (line, "a line of a comparison", error) || !ls_codec_require_string (line, "kind", "a line of a comparison", &kind, error))
    return FALSE;
  if (g_str_equal (kind, "comparison"))
    return take_head (comparison, line, error);
  if (g_str_equal (kind, "progress"))
    return take_progress (comparison, line, error);
  if (g_str_equal (kind, "row"))
    return take_row (comparison, line, error);
  if (g_str_equal (kind, "advice"))
    return ls_codec_require_string (line, "text", "an advice", &comparison->advice, error);
  if (g_str_equal (kind, "error"))
    return ls_codec_require_string (line, "text", "an error", &comparison->error, error);
  return TRUE;
}

/* --- all of it --- */

static json_t *
row_to_json (LsComparisonWay way, const LsComparisonRow *row)
{
  return json_pack ("{s:s,s:i,s:i,s:i,s:i,s:I,s:o,s:o,s:o,s:I,s:o,s:o,s:I}",
                    "way", way_names[way],
                    "at_once", (int) row->at_once,
                    "processes", (int) row->processes,
                    "jobs", (int) row->jobs,
                    "failed", (int) row->failed,
                    "wall_us", (json_int_t) row->wall_us,
                    "per_second", ls_json_real (row->per_second),
                    "p50_us", ls_codec_or_null (row->p50_us),
                    "p99_us", ls_codec_or_null (row->p99_us),
                    "cpu_us", (json_int_t) row->cpu_us,
                    "cores", ls_json_real (row->cores),
                    "memory", ls_codec_count (row->memory),
                    "start_us", (json_int_t) row->start_us);
}

json_t *
ls_comparison_to_json (const LsComparison *comparison)
{
  json_t *rows = json_array ();
  for (guint i = 0; i < LS_COMPARISON_WAYS; i++)
    if (comparison->rows[i].known)
      json_array_append_new (rows, row_to_json ((LsComparisonWay) i, &comparison->rows[i]));
  return json_pack ("{s:s,s:o,s:o,s:i,s:o,s:o,s:s,s:o,s:o,s:o}",
                    "kind", "comparison",
                    "job", ls_json_string_or_null (comparison->job),
                    "args", comparison->args ? ls_json_strv (comparison->args) : json_array (),
                    "at_once", (int) comparison->at_once,
                    "count", ls_json_int_or_null (comparison->count),
                    "progress", ls_json_real (comparison->progress),
                    "way", way_names[comparison->way],
                    "rows", rows,
                    "advice", ls_json_string_or_null (comparison->advice),
                    "error", ls_json_string_or_null (comparison->error));
}

LsComparison *
ls_comparison_from_json (json_t *json, GError **error)
{
  g_autoptr (LsComparison) comparison = ls_comparison_new ();
  json_t *row;
  size_t i;
  if (!ls_json_expect_object (json, "a comparison", error) || !take_head (comparison, json, error))
    return NULL;
  json_array_foreach (json_object_get (json, "rows"), i, row)
    if (!ls_json_expect_object (row, "a row of a comparison", error) || !take_row (comparison, row, error))
      return NULL;
  double progress = 0;
  if (!ls_json_get_real (json, "progress", &progress, error) || !get_way (json, &comparison->way, error) ||
      !ls_json_get_string (json, "advice", &comparison->advice, error) || !ls_json_get_string (json, "error", &comparison->error, error))
    return NULL;
  comparison->progress = CLAMP (progress, 0, 1);
  return g_steal_pointer (&comparison);
}

/* --- the wish --- */

static void
add_number (json_t *argv, const char *option, guint number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);
  if (number == 0)
    return;
  json_array_append_new (argv, json_string (option));
  json_array_append_new (argv, json_string (text));
}

json_t *
ls_comparison_request (const LsComparisonWish *wish, const char *program)
{
  json_t *argv = json_array ();
  json_array_append_new (argv, ls_json_string_or_null (program));
  add_number (argv, "-n", wish->count);
  add_number (argv, "--threads", wish->threads);
  add_number (argv, "--time", wish->seconds);
  for (const char *const *plugin = wish->plugins; plugin && *plugin; plugin++)
    {
      json_array_append_new (argv, json_string ("--plugin"));
      json_array_append_new (argv, ls_json_string_or_null (*plugin));
    }
  json_array_append_new (argv, json_string ("--"));
  if (wish->job)
    json_array_append_new (argv, ls_json_string_or_null (wish->job));
  for (const char *const *arg = wish->args; wish->job && arg && *arg; arg++)
    json_array_append_new (argv, ls_json_string_or_null (*arg));
  json_t *spec = json_pack ("{s:o}", "argv", argv);
  if (wish->cwd)
    json_object_set_new (spec, "cwd", ls_json_string_or_null (wish->cwd));
  if (wish->timeout_ms > 0)
    json_object_set_new (spec, "timeout_ms", json_integer (wish->timeout_ms));
  return json_pack ("{s:s,s:o}", "name", "compare", "spec", spec);
}
