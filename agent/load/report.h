/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The result and the progress in words and in JSON. */

#include "load/options.h"
#include "load/tally.h"

typedef struct {
  const LsLoadOptions *options;
  const LsTally *tally;
  const LsTraffic *traffic;
  uint64_t started;            /* = answered + failed + unfinished */
  uint64_t unfinished;         /* without an outcome when the run was cut short */
  uint64_t elapsed_us;
} LsReport;

void ls_report_write_text (const LsReport *report, FILE *out);
void ls_report_write_json (const LsReport *report, FILE *out);

/* One line about the last @span_us: "12 s: 250 answers (50.0/s), 200: 231, 304: 11, 404: 8, p95 21.3 ms, failed 0". */
void ls_report_write_progress (const LsTally *since, uint64_t at_us, uint64_t span_us, FILE *out);

/* "1,234,567" into @text of at least 32 bytes; returns it. */
const char *ls_report_group_digits (uint64_t number, char *text);
