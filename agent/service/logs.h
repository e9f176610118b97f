/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside service only: answers made of log entries, for /v1/logs and for a task's output. */

#include "service/call.h"
#include "service/follow.h"

/* "stdout", "stderr" or "agent"; NULL leaves *@ret_stream alone. */
gboolean ls_logs_parse_stream (const char *text, int *ret_stream, GError **error);

/* Answers @call with what @query finds and, if @live, with what comes, until the peer goes or the task @until (NULL: none) has ended. */
void ls_logs_stream (LsCall *call, const LsLogQuery *query, gboolean live, const char *until, const char *type, LsEntryFormat format);

/* The task has ended, and its last byte is in the store. */
void ls_logs_task_ended (LsService *service, const char *id);
