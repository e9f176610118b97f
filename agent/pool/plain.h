/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Whether a text is JSON can be told without a tree of values when it is as simple as most results are. No I/O. */

#include <stdbool.h>

/* TRUE: @json is one number, word or plain string, or a list or an object of those, on one line. FALSE: it is something else, which may be JSON as well. */
bool ls_json_is_plain (const char *json);
