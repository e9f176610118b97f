/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Any resource of the API as indented text for people: times, durations and sizes in their units, unknown as "–". Pure. */

#include "cli/table.h"
#include "model/json.h"

/* @now: Unix ms, for "3 min ago". (transfer full) */
char *ls_describe (json_t *resource, gint64 now, gboolean color);
