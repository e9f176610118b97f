/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One schedule: everything known of it, its past runs, and what one can tell it. Signal: "back". Property: folded, a way back is needed. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_SCHEDULE_DETAIL (ls_schedule_detail_get_type ())
G_DECLARE_FINAL_TYPE (LsScheduleDetail, ls_schedule_detail, LS, SCHEDULE_DETAIL, AdwBin)

/* @schedule NULL: none. */
void ls_schedule_detail_show (LsScheduleDetail *detail, LsStore *store, LsScheduleItem *schedule);
LsScheduleItem *ls_schedule_detail_shown (LsScheduleDetail *detail);      /* borrowed; NULL: none */
void ls_schedule_detail_renew (LsScheduleDetail *detail);                 /* a sample has come */
