/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/report.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>

static void
print_line (json_t *object)
{
  json_dumpf (object, stdout, JSON_COMPACT | JSON_REAL_PRECISION (12));
  putchar ('\n');
  fflush (stdout);
  json_decref (object);
}

static json_t *
rounded (double number)
{
  return json_real (round (number * 1000) / 1000);
}

/* null where there is nothing to tell of. */
static json_t *
known (bool is, json_t *value)
{
  if (is)
    return value;
  json_decref (value);
  return json_null ();
}

void
ls_report_begin (const LsCompareOptions *options)
{
  json_t *args = json_array ();
  for (int i = 0; i < options->n_args; i++)
    json_array_append_new (args, json_string (options->args[i]));
  print_line (json_pack ("{s:s, s:s, s:o, s:i, s:o}", "kind", "comparison", "job", options->job, "args", args, "at_once", (int) options->threads, "count",
                         known (options->count > 0, json_integer (options->count))));
}

void
ls_report_progress (LsWayKind way, double part, unsigned jobs)
{
  print_line (json_pack ("{s:s, s:s, s:o, s:i}", "kind", "progress", "way", ls_way_name (way), "part", rounded (((double) way + part) / LS_WAYS), "jobs",
                         (int) jobs));
}

void
ls_report_row (const LsRow *row)
{
  bool any = row->jobs > 0;
  /* Their start took CPU time, and is counted; so the time that it took is, too. */
  uint64_t lived_us = row->wall_us > 0 && row->way != LS_WAY_CHILDREN ? row->wall_us + row->start_us : row->wall_us;
  json_t *object = json_pack ("{s:s, s:s, s:i, s:i, s:i, s:i, s:I}", "kind", "row", "way", ls_way_name (row->way), "at_once", (int) row->at_once,
                              "processes", (int) row->processes, "jobs", (int) row->jobs, "failed", (int) row->failed, "wall_us",
                              (json_int_t) row->wall_us);
  json_object_set_new (object, "per_second", known (any, rounded (row->per_second)));
  json_object_set_new (object, "p50_us", known (any, json_integer ((json_int_t) row->p50_us)));
  json_object_set_new (object, "p99_us", known (any, json_integer ((json_int_t) row->p99_us)));
  json_object_set_new (object, "cpu_us", json_integer ((json_int_t) row->cpu_us));
  json_object_set_new (object, "cores", known (lived_us > 0, rounded (lived_us > 0 ? (double) row->cpu_us / (double) lived_us : 0)));
  json_object_set_new (object, "memory", json_integer ((json_int_t) row->memory));
  json_object_set_new (object, "start_us", json_integer ((json_int_t) row->start_us));
  print_line (object);
}

void
ls_report_text (const char *kind, const char *text)
{
  print_line (json_pack ("{s:s, s:s}", "kind", kind, "text", text));
}
