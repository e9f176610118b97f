/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A list: {"items":[…],"next":null}, with ?limit=, ?after= (what `next` said) and ?state=. */

#include "service/call.h"

#define LS_LIST_QUERY "limit after state"
#define LS_LIST_LIMIT_MAX 10000u

/* Answers @call with all of @noun for which @wanted (NULL: any) is true. */
gboolean ls_list_reply (LsCall *call, LsNoun noun, gboolean (*wanted) (gconstpointer resource, gconstpointer user), gconstpointer user,
                        GError **error);
