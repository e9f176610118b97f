/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Figures as the window writes them: three significant digits, units that fit, and "–" for what is not known (never 0). Pure. */

#include <glib.h>

#define LS_TEXT_UNKNOWN "–"

/* All (transfer full). NaN, and negative where that cannot be, is unknown. */
char *ls_text_count (double value);                /* "12", "1.20 k" */
char *ls_text_rate (double per_second);            /* "0.30", "1.20 k": the unit stands beside it */
char *ls_text_us (double us);                      /* "870 µs", "1.30 ms", "2.00 s" */
char *ls_text_interval (gint64 ms);                /* "1 s", "250 ms", "1.5 s" */
char *ls_text_bytes (double bytes);                /* "4.00 MiB" */
/* For axes, where values are round: "1 k", "2.5 ms", "8 GiB", "0". */
char *ls_text_axis_count (double value);
char *ls_text_axis_us (double us);
char *ls_text_axis_bytes (double bytes);
char *ls_text_percent (double ratio);              /* 0 … 1: "0.4 %", "12.5 %", "100 %" */
char *ls_text_cpu (double ratio, const double load[3]);                  /* "12.5 % · load 0.50 0.40 0.30"; without a load where it is NaN */
char *ls_text_memory (double used, double total, double swap);           /* "4.00 GiB of 8.00 GiB"; with swap only where some is in use */
char *ls_text_clock (gint64 unix_ms);              /* local "14:03:12" */
char *ls_text_elapsed (gint64 ms);                 /* "2:05", "3 d 4 h" */
/* "4 of 4 ready"; what the word of a cluster's state is. @state is the API's. */
char *ls_text_cluster_state (const char *state, guint ready, guint wanted);
char *ls_text_range (guint min, guint max);        /* "4", "2–16" */
/* The address as one would type it: "127.0.0.1:8080" → "http://127.0.0.1:8080"; NULL for Unix sockets. */
char *ls_text_link (const char *listen);
