/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* When a schedule is due: the words of a person to a rule, and from any moment to the next one of the rule. Pure: no clock is read.
 *
 * A rule is either an interval, or minutes of the local clock as crontab(5) has them. Where the local clock jumps:
 * - A rule for some hours of the day (`daily 02:30`, `0 1-5 * * *`) comes once for each time of day. A time that does not exist that day comes at the
 *   first moment after the gap, one that exists twice comes the first time.
 * - A rule for every hour (`hourly :15`, any cron line with * as its hour) follows the clock that is shown: an hour that exists twice has its minutes
 *   twice, an hour that does not exist has none.
 * - An interval knows no local clock. */

#include <glib.h>

#define LS_WHEN_NEVER G_MAXINT64
#define LS_WHEN_EVERY_MIN_MS 1000
#define LS_WHEN_EVERY_MAX_MS (G_GINT64_CONSTANT (366) * 24 * 3600 * 1000)

typedef struct {
  gint64 every_ms;         /* > 0: an interval, and nothing below holds */
  guint64 minutes;         /* sets of bits: 0 … 59 */
  guint32 hours;           /* 0 … 23 */
  guint32 days;            /* 1 … 31 */
  guint16 months;          /* 1 … 12 */
  guint8 weekdays;         /* 0 … 6, Sunday is 0 */
  gboolean either_day;     /* days and weekdays were both given: a day that is in one of them will do; else it is in both */
} LsWhen;

/* "every 5 min", "hourly :15", "daily 03:00", "weekly mon,thu 03:00", "monthly 1 03:00", five cron fields, or @daily and its kin.
 * The error is one sentence that names the part that is wrong and what would be right. */
gboolean ls_when_parse (const char *text, LsWhen *ret, GError **error);

/* The first moment later than @after_ms, in Unix ms; LS_WHEN_NEVER past any reasonable time. An interval is counted from @base_ms, which the others
 * do not look at. */
gint64 ls_when_next (const LsWhen *when, GTimeZone *zone, gint64 base_ms, gint64 after_ms);

/* Whether it names some hours of the day, not an interval and not every hour. */
gboolean ls_when_is_time_of_day (const LsWhen *when);
