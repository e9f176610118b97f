/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A row for one schedule. Properties: name, state, revision. And a row for one of its runs. */

#include "gui/model/item.h"
#include "model/schedule.h"

#define LS_TYPE_SCHEDULE_ITEM (ls_schedule_item_get_type ())
G_DECLARE_FINAL_TYPE (LsScheduleItem, ls_schedule_item, LS, SCHEDULE_ITEM, LsItem)

const LsSchedule *ls_schedule_item_get (LsScheduleItem *item);      /* borrowed, until the next change */

#define LS_TYPE_RUN_ITEM (ls_run_item_get_type ())
G_DECLARE_FINAL_TYPE (LsRunItem, ls_run_item, LS, RUN_ITEM, GObject)

LsRunItem *ls_run_item_new (LsScheduleRun *run);                    /* (transfer full) @run */
const LsScheduleRun *ls_run_item_get (LsRunItem *item);             /* borrowed */

/* Texts of the window; pure, all (transfer full). */
char *ls_schedule_command_text (const LsScheduleSpec *spec);        /* as one would type it */
char *ls_schedule_next_text (const LsSchedule *schedule, gint64 now_ms);      /* "in 2 h (03:00)"; "–": none */
char *ls_schedule_run_text (const LsScheduleRun *run);              /* "✓ exited", "✗ exit status 3", "skipped 5×"; NULL @run: "–" */
const char *ls_schedule_run_css (const LsScheduleRun *run);         /* its style class; NULL @run: that of nothing */
char *ls_schedule_run_took_text (const LsScheduleRun *run, gint64 now_ms);      /* "3 s"; "–": it never began */
char *ls_schedule_run_at_text (const LsScheduleRun *run, gint64 now_ms);        /* local "03:00:00" of about today, else "Mon 23 Nov 03:00" */
char *ls_schedule_run_sentence (const LsScheduleRun *run, gint64 now_ms);       /* "03:00:00 · ✓ done · 3 s" */
char *ls_schedule_runs_text (GListModel *runs);                     /* of LsRunItem: "The last 12 runs: 10 done, 2 failed" */
/* The next @n runs, "Tue 24 Nov 03:00 · …", or FALSE with the sentence that says why @text is no rule. */
gboolean ls_schedule_preview (const char *text, gint64 now_ms, GTimeZone *zone, guint n, char **ret_preview, GError **error);
