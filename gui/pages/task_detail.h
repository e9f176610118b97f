/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One task: everything known of it, what it says, and what one can tell it. Signal: "back". Property: folded, a way back is needed. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_TASK_DETAIL (ls_task_detail_get_type ())
G_DECLARE_FINAL_TYPE (LsTaskDetail, ls_task_detail, LS, TASK_DETAIL, AdwBin)

/* @task NULL: none. */
void ls_task_detail_show (LsTaskDetail *detail, LsStore *store, LsTaskItem *task);
LsTaskItem *ls_task_detail_shown (LsTaskDetail *detail);      /* borrowed; NULL: none */
void ls_task_detail_renew (LsTaskDetail *detail);             /* a sample has come */
