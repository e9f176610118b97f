/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Output as it comes, for the Logs page and for the detail of a task: rows of time, source and text that stay at the end while they are
 * looked at there, and stay put while one reads further up. Ctrl+C copies what is selected.
 *
 * Property: following — at the end, and staying there. */

#include <adwaita.h>

#include "client/client.h"

#define LS_TYPE_LOG_VIEW (ls_log_view_get_type ())
G_DECLARE_FINAL_TYPE (LsLogView, ls_log_view, LS, LOG_VIEW, AdwBin)

/* Follows @source ("web", "t42"; NULL: everything) and @stream (NULL: all) from now on. It reads only while it is in view. */
void ls_log_view_follow (LsLogView *view, LsClient *client, const char *source, const char *stream);
/* Again after the agent was lost. */
void ls_log_view_reload (LsLogView *view);
/* Only lines whose text or source contains @text; "" for all. */
void ls_log_view_search (LsLogView *view, const char *text);
/* One source only: its column says nothing. */
void ls_log_view_set_show_source (LsLogView *view, gboolean show);
