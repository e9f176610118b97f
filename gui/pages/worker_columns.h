/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is known of a worker process, as words: for the columns of the table and the facts of the detail. */

#include "gui/model/worker_item.h"
#include "gui/pages/facts.h"
#include "gui/pages/table.h"

extern const LsColumn ls_worker_columns[];
extern const guint ls_n_worker_columns;

/* Renews @facts with everything known of @item. */
void ls_worker_facts (LsFacts *facts, LsWorkerItem *item);
