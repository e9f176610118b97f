/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* Inside core only: taking everything down in order, tasks and pools first, then clusters; with a time after which all are killed. */

#include "core/unit.h"

typedef struct LsShutDown LsShutDown;

LsShutDown *ls_shut_down_new (LsSupervisor *supervisor);
void ls_shut_down_free (LsShutDown *shut_down);
/* Called again it can only bring the end nearer: @done of the first call is what is told. */
void ls_shut_down_begin (LsShutDown *shut_down, gint64 timeout_ms, void (*done) (void *self), void *self);
gboolean ls_shut_down_has_begun (const LsShutDown *shut_down);
/* Goes on to the next phase when nothing of this one is left; at the end of every call into the supervisor. */
void ls_shut_down_advance (LsShutDown *shut_down);
/* Calls done, once, when no child is left. It may free the supervisor: nothing may be touched after. */
void ls_shut_down_tell (LsShutDown *shut_down);
