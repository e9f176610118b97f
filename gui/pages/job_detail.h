/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One job: everything known of it, its result, and Cancel. Signal: "back". */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_JOB_DETAIL (ls_job_detail_get_type ())
G_DECLARE_FINAL_TYPE (LsJobDetail, ls_job_detail, LS, JOB_DETAIL, AdwBin)

/* @job NULL: none. */
void ls_job_detail_show (LsJobDetail *detail, LsStore *store, LsJobItem *job);
LsJobItem *ls_job_detail_shown (LsJobDetail *detail);      /* borrowed; NULL: none */
void ls_job_detail_renew (LsJobDetail *detail);            /* a sample has come */
void ls_job_detail_set_folded (LsJobDetail *detail, gboolean folded);      /* a way back is needed */
