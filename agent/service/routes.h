/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The table of what can be asked: one row a method and path, grouped by noun, one file a group.
 *
 * A pattern's {name} stands for one segment. HEAD is answered wherever GET is. */

#include "service/call.h"

typedef enum {
  LS_BODY_NONE,           /* a body is read and refused if it is not empty */
  LS_BODY_JSON,           /* one JSON value; without a body 400 */
  LS_BODY_JSON_OR_NONE,   /* an object with options, or nothing */
  LS_BODY_JSON_JOBS,      /* as LS_BODY_JSON; an args_list in it may be apart (LsBody) */
  LS_BODY_BYTES           /* as it comes */
} LsBodyKind;

struct LsRoute {
  const char *method;
  const char *pattern;
  LsBodyKind body;
  const char *query;      /* the parameters it knows, apart by spaces; NULL: none */
  /* Answers, or keeps the call for a stream, and returns TRUE; FALSE with an error is answered as its problem. */
  gboolean (*handle) (LsCall *call, const LsBody *body, GError **error);
  LsNoun noun;            /* what the pattern's first {…} names, for the handlers that all nouns share (wishes.h) */
};

/* Each ends with a row whose method is NULL. */
extern const LsRoute ls_routes_agent[];
extern const LsRoute ls_routes_clusters[];
extern const LsRoute ls_routes_workers[];
extern const LsRoute ls_routes_pools[];
extern const LsRoute ls_routes_buffers[];
extern const LsRoute ls_routes_jobs[];
extern const LsRoute ls_routes_tasks[];
extern const LsRoute ls_routes_schedules[];
extern const LsRoute ls_routes_operations[];
extern const LsRoute ls_routes_logs[];
extern const LsRoute ls_routes_events[];
extern const LsRoute ls_routes_history[];
extern const LsRoute ls_routes_metrics[];
extern const LsRoute ls_routes_apply[];

/* Every group, NULL at the end. */
extern const LsRoute *const ls_routes[];

/* Whether @path (not decoded) fits @pattern; the segments that stood for {…} go to @starts and @lengths, at most LS_CALL_PARAMETERS. */
gboolean ls_route_match (const char *pattern, const char *path, const char *starts[LS_CALL_PARAMETERS], gsize lengths[LS_CALL_PARAMETERS]);

/* The one entry from the HTTP layer: @user is the LsService. */
void ls_routes_dispatch (void *user, LsHttpExchange *exchange);
