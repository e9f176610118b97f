/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The agent's own log: one line on stderr with a level, and into the store. */

#include "logs/store.h"

typedef enum { LS_LOG_ERROR, LS_LOG_WARNING, LS_LOG_INFO, LS_LOG_DEBUG } LsLogLevel;

void ls_log_init (LsLogLevel level, LsLogStore *store);      /* @store may be NULL; nobody but main calls this */
gboolean ls_log_level_parse (const char *text, LsLogLevel *ret_level);
void ls_log (LsLogLevel level, const char *format, ...) G_GNUC_PRINTF (2, 3);
