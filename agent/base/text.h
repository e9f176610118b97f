/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Text in, values out: what people write in the config file and on the command line. Pure functions. */

#include <glib.h>

/* [a-z][a-z0-9-]{0,31} */
gboolean ls_name_is_valid (const char *name);

/* Whole decimal number in @min … @max; the error's sentence names @what. */
gboolean ls_parse_uint (const char *text, const char *what, guint64 min, guint64 max, guint64 *ret_value, GError **error);

/* "500ms", "10s", "5min", "2h", "1d", or a bare number of seconds → milliseconds. */
gboolean ls_parse_duration_ms (const char *text, gint64 *ret_ms, GError **error);

/* "4MiB", "512K", "1048576" → bytes (powers of 1024). */
gboolean ls_parse_size (const char *text, guint64 *ret_bytes, GError **error);

/* "4", "2..8", "auto" (the number of cores, @cores) → a range. */
gboolean ls_parse_range (const char *text, guint cores, guint *ret_min, guint *ret_max, GError **error);

/* yes/no/true/false/on/off/1/0 */
gboolean ls_parse_boolean (const char *text, gboolean *ret_value, GError **error);

/* For people, three significant digits: "1.20 k", "4.00 MiB", "870 µs", "1.30 s"; all (transfer full). Unknown values are
 * the caller's business ("–"). */
char *ls_format_count (double value);
char *ls_format_bytes (guint64 bytes);
char *ls_format_us (guint64 us);
char *ls_format_elapsed_ms (gint64 ms);      /* "3 d 4 h", "2:05", "12 s" */
/* Of something to come: "in 12 s", "in 46 min (03:00)", "in 2 d (Wed 03:00)", "in 40 d (2 Jan 03:00)"; times are local. */
char *ls_format_next (gint64 at, gint64 now);

/* SIGTERM ↔ 15. Accepts "SIGTERM", "TERM", "term" and "15". */
gboolean ls_signal_from_text (const char *text, int *ret_signal, GError **error);
const char *ls_signal_name (int signal_number);      /* "SIGKILL"; NULL if unknown */

/* The word among @candidates that @word is a typo of, or NULL. @candidates is NULL-terminated. */
const char *ls_closest_word (const char *word, const char *const *candidates);
