/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The schedules: their list, and one of them. A part of the page of tasks. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_SCHEDULES_VIEW (ls_schedules_view_get_type ())
G_DECLARE_FINAL_TYPE (LsSchedulesView, ls_schedules_view, LS, SCHEDULES_VIEW, AdwBin)

void ls_schedules_view_bind (LsSchedulesView *view, LsStore *store);      /* once */
void ls_schedules_view_renew (LsSchedulesView *view);                     /* a sample has come */
void ls_schedules_view_search (LsSchedulesView *view, const char *text);
gboolean ls_schedules_view_show_target (LsSchedulesView *view, const char *name);      /* FALSE: there is none of that name */
