/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a comparison says on standard output: one JSON object a line, each with its kind.
 *
 *   {"kind":"comparison","job":"primes","args":["200000"],"at_once":2,"count":null}
 *   {"kind":"progress","way":"threads","part":0.21,"jobs":412}                       part: of all ways
 *   {"kind":"row","way":"threads","at_once":2,"processes":1,"jobs":2000,"failed":0,"wall_us":…,"per_second":…,"p50_us":…,"p99_us":…,
 *    "cpu_us":…,"cores":1.93,"memory":…,"start_us":…}                                row.h; per_second, p50_us and p99_us are null without a job;
 *                                                                                    cores: CPU time by the time from its first process to its last job
 *   {"kind":"advice","text":"Take the threads of a pool: …"}
 *   {"kind":"error","text":"sentence"}                                               and nothing after that */

#include "compare/options.h"
#include "compare/row.h"

void ls_report_begin (const LsCompareOptions *options);
void ls_report_progress (LsWayKind way, double part, unsigned jobs);      /* @part of this way */
void ls_report_row (const LsRow *row);
void ls_report_text (const char *kind, const char *text);
