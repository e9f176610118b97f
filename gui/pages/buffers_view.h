/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The shared buffers of one pool: how large they are and where other programs find them; one more, and one less. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_BUFFERS_VIEW (ls_buffers_view_get_type ())
G_DECLARE_FINAL_TYPE (LsBuffersView, ls_buffers_view, LS, BUFFERS_VIEW, AdwBin)

/* @pool NULL: none. */
void ls_buffers_view_set_pool (LsBuffersView *view, LsStore *store, LsPoolItem *pool);
