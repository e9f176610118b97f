/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The threads of a pool, a cell each: the job in it and how far that is, and its CPU. Many threads are lanes only. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_THREAD_STRIP (ls_thread_strip_get_type ())
G_DECLARE_FINAL_TYPE (LsThreadStrip, ls_thread_strip, LS, THREAD_STRIP, AdwBin)

/* @pool NULL: none. */
void ls_thread_strip_set_pool (LsThreadStrip *strip, LsStore *store, LsPoolItem *pool);
void ls_thread_strip_renew (LsThreadStrip *strip);
