/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is known of a task, as words: for the columns of the table and the facts of the detail. */

#include "gui/model/task_item.h"
#include "gui/pages/facts.h"
#include "gui/pages/table.h"

extern const LsColumn ls_task_columns[];
extern const guint ls_n_task_columns;

/* As one would type it. (transfer full) */
char *ls_task_command_text (LsTaskItem *item);
/* Renews @facts with everything known of @item but its output. */
void ls_task_facts (LsFacts *facts, LsTaskItem *item);
