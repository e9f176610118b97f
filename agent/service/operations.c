/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/operations: what was asked and takes time. */
#include "service/list.h"
#include "service/routes.h"
#include "service/wishes.h"

const LsRoute ls_routes_operations[] = {
  { "GET", "/v1/operations", LS_BODY_NONE, LS_LIST_QUERY, ls_wish_list, LS_NOUN_OPERATION },
  { "GET", "/v1/operations/{id}", LS_BODY_NONE, NULL, ls_wish_get, LS_NOUN_OPERATION },
  { NULL }
};
