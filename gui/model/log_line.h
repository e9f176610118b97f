/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One line that a child or the agent wrote. Properties: clock ("14:03:12"), source ("web.2"), stream ("stdout"), text. Never changes. */

#include <gio/gio.h>
#include <jansson.h>

#define LS_TYPE_LOG_LINE (ls_log_line_get_type ())
G_DECLARE_FINAL_TYPE (LsLogLine, ls_log_line, LS, LOG_LINE, GObject)

/* An item of /v1/logs; NULL when @json is not one. Bytes that are not text are shown as replacement characters. (transfer full) */
LsLogLine *ls_log_line_new (json_t *json);
/* The line had not ended there when it came; its rest is the next of the same source and stream. */
gboolean ls_log_line_is_partial (LsLogLine *line);
gboolean ls_log_line_goes_on_with (LsLogLine *line, LsLogLine *next);
/* Both as one line; NULL if that is longer than a label should be. (transfer full) */
LsLogLine *ls_log_line_join (LsLogLine *line, LsLogLine *next);
const char *ls_log_line_source (LsLogLine *line);
const char *ls_log_line_text (LsLogLine *line);
gboolean ls_log_line_is_stderr (LsLogLine *line);
/* Whether its text or its source contains @folded, a string from g_utf8_casefold. */
gboolean ls_log_line_matches (LsLogLine *line, const char *folded);
/* "14:03:12 web.2 text", as copied. (transfer full) */
char *ls_log_line_copy_text (LsLogLine *line);
