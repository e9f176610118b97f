/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Everything at a glance: cards for what runs, charts for how it does. */

#include "gui/pages/page.h"

#define LS_TYPE_OVERVIEW_PAGE (ls_overview_page_get_type ())
G_DECLARE_FINAL_TYPE (LsOverviewPage, ls_overview_page, LS, OVERVIEW_PAGE, LsPage)
