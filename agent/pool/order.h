/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One job as the agent asks for it. */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LsOrder LsOrder;
struct LsOrder {
  LsOrder *next;
  const char *id;
  const char *name;
  const char *cwd;         /* NULL: the host's */
  const char *output;      /* NULL: none */
  unsigned attempt;
  int n_args;
  char **args;             /* NULL-terminated */
  uint64_t came_ns;        /* uv_hrtime */
};

/* All in one block. */
LsOrder *ls_order_new (const char *id, const char *name, int n_args, const char *const *args, const char *cwd, const char *output);
/* One of LINESHAFT_JOBS: ["j17","1000000"]; @cwd may be NULL. NULL: it is none. */
LsOrder *ls_order_from_list (const char *name, const char *cwd, json_t *list);
/* A whole LINESHAFT_JOBS as the agent writes it, without a tree of JSON values: *ret_orders is a list of them by next. FALSE: it is something else, or
 * has texts that are not so simple. */
bool ls_orders_from_line (const char *line, size_t length, LsOrder **ret_orders);
void ls_order_free (LsOrder *order);      /* takes NULL */
/* NULL: @message is none; *ret_why is a sentence. */
LsOrder *ls_order_from_json (json_t *message, const char **ret_why);
