/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A row for one shared buffer of a pool. Properties: name ("compute.frame"), pool, size, path, state, revision. */

#include "gui/model/item.h"
#include "model/buffer.h"

#define LS_TYPE_BUFFER_ITEM (ls_buffer_item_get_type ())
G_DECLARE_FINAL_TYPE (LsBufferItem, ls_buffer_item, LS, BUFFER_ITEM, LsItem)

const LsSharedBuffer *ls_buffer_item_get (LsBufferItem *item);      /* borrowed, until the next change */
