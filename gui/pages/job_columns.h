/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is known of a job, as words: for the columns of the table and the facts of the detail. */

#include "gui/model/job_item.h"
#include "gui/pages/facts.h"
#include "gui/pages/table.h"

extern const LsColumn ls_job_columns[];
extern const guint ls_n_job_columns;

/* Renews @facts with everything known of @item but its result. */
void ls_job_facts (LsFacts *facts, LsJobItem *item);
/* As JSON on several lines; NULL: none. (transfer full) */
char *ls_job_result_text (LsJobItem *item);
