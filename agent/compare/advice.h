/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the figures mean for somebody who has to choose. No I/O. */

#include "compare/row.h"

#include <stddef.h>

/* The system's load before anything was measured, when it was so high that the figures are not to be trusted; else an empty text. @cores of the machine.
 * Returns @text. */
const char *ls_advice_about_load (double load, unsigned cores, char *text, size_t size);

/* Whether a way was over too soon to be measured well; else an empty text. Returns @text. */
const char *ls_advice_about_time (const LsRow rows[LS_WAYS], char *text, size_t size);

/* One sentence, or two. @rows: one for each way, in their order. Returns @text. */
const char *ls_advice (const LsRow rows[LS_WAYS], char *text, size_t size);
