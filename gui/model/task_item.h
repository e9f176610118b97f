/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A row for one task. Properties: id, name, command-text, state, exit-text ("exit status 1", "SIGKILL"), reason, pid, started-at, ended-at
 * (Unix ms), output-bytes and, of the samples, cpu (cores) and rss; unknown figures are -1. */

#include "gui/model/item.h"
#include "model/sample.h"
#include "model/task.h"

#define LS_TYPE_TASK_ITEM (ls_task_item_get_type ())
G_DECLARE_FINAL_TYPE (LsTaskItem, ls_task_item, LS, TASK_ITEM, LsItem)

const LsTask *ls_task_item_get (LsTaskItem *item);      /* borrowed, until the next change */
void ls_task_item_sample (LsTaskItem *item, const LsWorkerSample *sample);
char *ls_task_item_instance (LsTaskItem *item);         /* (transfer full); NULL: no process */
