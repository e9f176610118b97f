/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside service only: the args_list of a request, which may have a thousand lists of a few bytes, without a tree of JSON values for it. */

#include "model/json.h"

/* What @text is, with an empty list in the place of its args_list; *@ret_lists (transfer full) has that, a strv (never NULL) each. NULL: @text
 * is not so simple, or no JSON: it is to be parsed the usual way, which says what is wrong. */
json_t *ls_args_list_parse (const char *text, gsize length, GPtrArray **ret_lists);
