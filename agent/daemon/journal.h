/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the agent's own log tells of the supervisor's doings: clusters, pools and schedules that change their state, workers that fail. */

#include "core/supervisor.h"

typedef struct LsJournal LsJournal;

LsJournal *ls_journal_new (void);
void ls_journal_free (LsJournal *journal);
void ls_journal_changed (LsJournal *journal, LsNoun noun, LsChangeOp op, gconstpointer resource);
