/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The tasks, their output and their input; and behind a switch the schedules. */

#include "gui/pages/page.h"

#define LS_TYPE_TASKS_PAGE (ls_tasks_page_get_type ())
G_DECLARE_FINAL_TYPE (LsTasksPage, ls_tasks_page, LS, TASKS_PAGE, LsPage)
