/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside service only: who is attached to a task, at its terminal or at its plain streams. */

#include "service/call.h"

/* /v1/tasks/{id}/attach: the frames of model/terminal.h, both ways. */
gboolean ls_attach (LsCall *call, const LsTask *task, GError **error);
/* The task has ended, and its last byte is in the store: those attached are told, once they have everything. */
void ls_attach_task_ended (LsService *service, const LsTask *task);
