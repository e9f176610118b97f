/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The pools, their threads and their jobs. */

#include "gui/pages/page.h"

#define LS_TYPE_POOLS_PAGE (ls_pools_page_get_type ())
G_DECLARE_FINAL_TYPE (LsPoolsPage, ls_pools_page, LS, POOLS_PAGE, LsPage)
