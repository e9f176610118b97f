/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A row for one job of a pool. Properties: id, pool, name, args-text, state, progress (0 … 1, -1: unknown), message, thread, priority, attempt,
 * queued-at, started-at, ended-at (Unix ms), error. */

#include "gui/model/item.h"
#include "model/pool.h"

#define LS_TYPE_JOB_ITEM (ls_job_item_get_type ())
G_DECLARE_FINAL_TYPE (LsJobItem, ls_job_item, LS, JOB_ITEM, LsItem)

const LsJob *ls_job_item_get (LsJobItem *item);      /* borrowed, until the next change */
