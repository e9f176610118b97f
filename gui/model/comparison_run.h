/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One comparison of the ways to run a job: started as a task of the agent, its lines read as they come.
 *
 * Signals:
 *   "changed" ()                         the comparison knows more
 *   "ended" (const char *sentence)       nothing more comes; NULL, or what went wrong */

#include "client/client.h"
#include "model/comparison.h"

#define LS_TYPE_COMPARISON_RUN (ls_comparison_run_get_type ())
G_DECLARE_FINAL_TYPE (LsComparisonRun, ls_comparison_run, LS, COMPARISON_RUN, GObject)

/* Begins at once. (transfer full) */
LsComparisonRun *ls_comparison_run_new (LsClient *client, const char *job, const char *const *args);
const LsComparison *ls_comparison_run_get (LsComparisonRun *run);      /* borrowed */
gboolean ls_comparison_run_goes_on (LsComparisonRun *run);
/* Ends its task; "ended" follows. */
void ls_comparison_run_stop (LsComparisonRun *run);
