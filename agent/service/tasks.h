/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside service only: what tasks.c and task_batch.c share. */

#include "service/call.h"

/* {"name":…,"spec":{…}}; the name may be left out. *@ret_name and *@ret_spec are the caller's, on success only. */
gboolean ls_task_request_parse (json_t *json, char **ret_name, LsTaskSpec *ret_spec, GError **error);
/* {"items":[…]}: many requests in one body. All of them are looked at before the first is started. */
gboolean ls_task_batch_run (LsCall *call, json_t *body, GError **error);
