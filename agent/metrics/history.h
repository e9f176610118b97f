/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What who connects late wants to see: host and clusters at 1 s for an hour and 10 s for a day, workers at 1 s for ten
 * minutes in four 16-bit columns, all in one memory budget that shortens the workers' part first. */

#include "model/sample.h"

typedef struct LsHistory LsHistory;

LsHistory *ls_history_new (gsize budget_bytes);
void ls_history_free (LsHistory *history);
void ls_history_add (LsHistory *history, const LsSample *sample);
gsize ls_history_memory (const LsHistory *history);
/* Columns since @since (Unix ms, inclusive) at @step_ms (1000 or 10000; others are rounded up to one that is kept) of "host", cluster, pool and
 * worker names in @of (NULL: host and all clusters):
 * {"step_ms":1000,"since":…,"at":[…],"host":{"cpu":[[…]…],"memory_used":[…]},"clusters":{"web":{"requests":[…],"classes":[[1xx…5xx]…],
 *  "p50_us":[…],"p95_us":[…],"p99_us":[…],"in_flight":[…],"cpu":[…],"rss":[…]}},"pools":{…},"workers":{"web.3":{"requests":[…],"cpu":[…],"rss":[…],"p95_us":[…]}}}
 * cpu of the host is a list of cores. Gaps are null. At 10 s a count is a sum, p95 and p99 the worst second's, all else a mean. (transfer full) */
json_t *ls_history_to_json (const LsHistory *history, gint64 since, gint64 step_ms, const char *const *of);
