/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One worker process: everything known of it, and what can be done with exactly it. When it ends it stays, as what it was, until one goes on to
 * its successor; after a restart from here that happens by itself.
 *
 * Signals: "back"; "successor" (const char *id): the process that has its slot now is to be shown. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_WORKER_DETAIL (ls_worker_detail_get_type ())
G_DECLARE_FINAL_TYPE (LsWorkerDetail, ls_worker_detail, LS, WORKER_DETAIL, AdwBin)

/* @worker NULL: none. */
void ls_worker_detail_show (LsWorkerDetail *detail, LsStore *store, LsWorkerItem *worker);
LsWorkerItem *ls_worker_detail_shown (LsWorkerDetail *detail);      /* borrowed; NULL: none */
void ls_worker_detail_renew (LsWorkerDetail *detail);               /* a sample has come */
/* The list of workers has changed: the one shown may not be in it any more. */
void ls_worker_detail_check (LsWorkerDetail *detail);
void ls_worker_detail_set_folded (LsWorkerDetail *detail, gboolean folded);      /* a way back is needed */
