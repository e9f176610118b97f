/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* An operation: something that was asked and takes time (a reload, a scale), followed by its id. */

#include "model/json.h"

typedef enum { LS_OPERATION_RUNNING, LS_OPERATION_DONE, LS_OPERATION_FAILED } LsOperationState;

typedef struct {
  char *id;                /* "op-91" */
  char *verb;              /* "reload" */
  char *target;            /* "web" */
  LsOperationState state;
  guint done, total;
  char *reason;            /* why it failed */
  gint64 started_at, ended_at;
} LsOperation;

LsOperation *ls_operation_new (const char *id, const char *verb, const char *target);
void ls_operation_free (LsOperation *operation);
json_t *ls_operation_to_json (const LsOperation *operation);
LsOperation *ls_operation_from_json (json_t *json, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsOperation, ls_operation_free)
