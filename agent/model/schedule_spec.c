/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/schedule.h"

#include "base/error.h"
#include "model/codec.h"

#define KEEP 50

static const char *const overlap_names[] = { "skip", "queue", "replace", "allow", NULL };
static const char *const missed_names[] = { "skip", "once", NULL };
static const char *const members[] = { "when", "overlap", "missed", "paused", "keep", NULL };

void
ls_schedule_spec_init (LsScheduleSpec *spec)
{
  *spec = (LsScheduleSpec) { .overlap = LS_OVERLAP_SKIP, .missed = LS_MISSED_SKIP, .keep = KEEP };
  ls_task_spec_init (&spec->task);
}

void
ls_schedule_spec_clear (LsScheduleSpec *spec)
{
  g_clear_pointer (&spec->when_text, g_free);
  ls_task_spec_clear (&spec->task);
}

void
ls_schedule_spec_copy (LsScheduleSpec *to, const LsScheduleSpec *from)
{
  LsTaskSpec task = to->task;
  if (to == from)
    return;
  ls_task_spec_copy (&task, &from->task);
  g_free (to->when_text);
  *to = *from;
  to->task = task;
  to->when_text = g_strdup (from->when_text);
}

/* The members that are a task's: all but ours. */
static json_t *
task_part (json_t *json)
{
  json_t *part = json_copy (json);
  for (const char *const *member = members; *member; member++)
    json_object_del (part, *member);
  return part;
}

static gboolean
check_members (json_t *json, GError **error)
{
  g_autoptr (GStrvBuilder) known = g_strv_builder_new ();
  for (const char *const *member = members; *member; member++)
    g_strv_builder_add (known, *member);
  for (const char *const *member = ls_task_spec_members; *member; member++)
    g_strv_builder_add (known, *member);
  g_auto (GStrv) all = g_strv_builder_end (known);
  return ls_json_only_members (json, (const char *const *) all, "the spec of a schedule", error);
}

static gboolean
read_when (json_t *json, LsScheduleSpec *spec, GError **error)
{
  if (!ls_json_get_string (json, "when", &spec->when_text, error))
    return FALSE;
  if (!spec->when_text)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "when is missing: say when it runs, as in \"daily 03:00\" or \"every 5 min\"");
      return FALSE;
    }
  if (ls_when_parse (spec->when_text, &spec->when, error))
    return TRUE;
  g_prefix_error (error, "when: ");
  return FALSE;
}

gboolean
ls_schedule_spec_read (json_t *json, gboolean strict, LsScheduleSpec *ret, GError **error)
{
  LsScheduleSpec spec;
  if (strict ? !check_members (json, error) : !ls_json_expect_object (json, "the spec of a schedule", error))
    return FALSE;
  g_autoptr (json_t) task = task_part (json);
  ls_schedule_spec_init (&spec);
  int overlap = spec.overlap, missed = spec.missed;
  guint64 keep = spec.keep;
  if (!ls_codec_get_word (json, "overlap", overlap_names, &overlap, error) || !ls_codec_get_word (json, "missed", missed_names, &missed, error) ||
      !ls_json_get_bool (json, "paused", &spec.paused, error) || !ls_json_get_uint (json, "keep", 1, LS_SCHEDULE_KEEP_MAX, &keep, error) ||
      !read_when (json, &spec, error) || !ls_task_spec_read (task, strict, &spec.task, error))
    {
      ls_schedule_spec_clear (&spec);
      return FALSE;
    }
  spec.overlap = (LsOverlap) overlap;
  spec.missed = (LsMissed) missed;
  spec.keep = (guint) keep;
  *ret = spec;
  return TRUE;
}

gboolean
ls_schedule_spec_from_json (json_t *json, LsScheduleSpec *ret, GError **error)
{
  return ls_schedule_spec_read (json, TRUE, ret, error);
}

json_t *
ls_schedule_spec_to_json (const LsScheduleSpec *spec)
{
  json_t *json = json_pack ("{s:o,s:s,s:s,s:b,s:i}",
                            "when", ls_json_string_or_null (spec->when_text),
                            "overlap", overlap_names[spec->overlap],
                            "missed", missed_names[spec->missed],
                            "paused", spec->paused,
                            "keep", (int) spec->keep);
  g_autoptr (json_t) task = ls_task_spec_to_json (&spec->task);
  json_object_update_missing (json, task);
  return json;
}
