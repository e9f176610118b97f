/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Schedules and their runs in words: the columns of two tables, and the facts about one schedule. */

#include "gui/model/schedule_item.h"
#include "gui/pages/facts.h"
#include "gui/pages/table.h"

extern const LsColumn ls_schedule_columns[];
extern const guint ls_n_schedule_columns;
extern const LsColumn ls_run_columns[];
extern const guint ls_n_run_columns;

void ls_schedule_facts (LsFacts *facts, LsScheduleItem *item);
