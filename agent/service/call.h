/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A call: one request to the API, from its head to the end of its answer.
 *
 * The dispatcher (routes.c) makes a call, reads its body and runs the route's handler. A handler either answers (ls_call_reply and
 * its kin) or keeps the call for a stream and asks to be told of its end (ls_call_on_ended). The call lives exactly as long as its
 * exchange; nobody frees it by hand. */

#include "base/error.h"
#include "http/server.h"
#include "model/instance.h"
#include "service/service.h"

#define LS_CALL_PARAMETERS 2

typedef struct LsRoute LsRoute;

typedef struct {
  const char *key;
  const char *value;
} LsQueryItem;

typedef struct {
  LsService *service;
  LsHttpExchange *exchange;
  const LsRoute *route;
  const char *parameters[LS_CALL_PARAMETERS];      /* what {name} and {id} stood for, decoded; owned by texts */
  GArray *query;                                   /* LsQueryItem, decoded; owned by texts */
  GStringChunk *texts;
  gboolean head_only;                              /* HEAD */
  void (*ended) (void *user);
  void *ended_user;
} LsCall;

/* What came with the request. */
typedef struct {
  const char *text;      /* NUL-terminated, never NULL */
  gsize length;
  json_t *json;          /* NULL unless the route takes JSON */
  GPtrArray *args_list;  /* char **, which may be taken out; NULL: if there is one at all, it stands in json, where it is empty otherwise */
} LsBody;

/* The call lives from now on until its exchange is over. */
LsCall *ls_call_new (LsService *service, LsHttpExchange *exchange);
/* Fills query; LS_ERROR_MALFORMED if it is not percent-coded UTF-8. */
gboolean ls_call_parse_query (LsCall *call, GError **error);
/* Runs once, when the answer is complete or the peer is gone. */
void ls_call_on_ended (LsCall *call, void (*ended) (void *user), void *user);

/* --- what was asked --- */
const char *ls_call_query (const LsCall *call, const char *key);      /* the first of that name; NULL: not given */
char **ls_call_query_all (const LsCall *call, const char *key);       /* (transfer full) (nullable) strv; commas separate too */
gboolean ls_call_query_uint (const LsCall *call, const char *key, guint64 min, guint64 max, guint64 *ret, GError **error);
gboolean ls_call_query_flag (const LsCall *call, const char *key, gboolean *ret, GError **error);
/* Refuses a parameter that @known (words apart by spaces, NULL: none) does not name. */
gboolean ls_call_query_only (const LsCall *call, const char *known, GError **error);
/* If-Match against @revision: LS_ERROR_MISMATCH unless it is absent, "*", or names it. */
gboolean ls_call_check_revision (const LsCall *call, guint64 revision, GError **error);
/* The "instance" of an action's body. *@ret_given is FALSE if it is absent. */
gboolean ls_call_body_instance (const LsBody *body, LsInstance *ret, gboolean *ret_given, GError **error);

/* --- the answer --- */
void ls_call_reply (LsCall *call, guint status, json_t *value);      /* takes @value; NULL: no body */
void ls_call_reply_text (LsCall *call, guint status, const char *type, const char *text, gsize length);
/* To HEAD: the head of a stream, whose length nobody knows. */
void ls_call_reply_stream_head (LsCall *call, const char *type);
/* A noun with its revision as ETag; takes @value. */
void ls_call_reply_resource (LsCall *call, guint status, json_t *value);
/* 202 with the operation and its place; with none, @otherwise as 200. Takes @otherwise. */
void ls_call_reply_operation (LsCall *call, const LsOperation *operation, json_t *otherwise);
void ls_call_fail (LsCall *call, const GError *error);
void ls_call_location (LsCall *call, const char *collection, const char *id);

/* --- small decoders, for their tests --- */
/* Percent-decodes @length bytes; '+' is a space if @form. NULL if the coding is wrong, a NUL is in it, or it is not UTF-8. (transfer full) */
char *ls_url_decode (const char *text, gsize length, gboolean form);
