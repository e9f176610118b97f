/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What every child wrote, as it comes. */

#include "gui/pages/page.h"

#define LS_TYPE_LOGS_PAGE (ls_logs_page_get_type ())
G_DECLARE_FINAL_TYPE (LsLogsPage, ls_logs_page, LS, LOGS_PAGE, LsPage)
