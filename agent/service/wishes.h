/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside service only: what several groups of routes ask in the same way. */

#include "service/call.h"

/* A PUT of @kind at the path's name: the name is one (new ones only), If-Match and If-None-Match hold. */
gboolean ls_wish_check_put (LsCall *call, const char *kind, gboolean exists, guint64 revision, GError **error);

/* The @noun that the path's first parameter names, borrowed, if the request's conditions hold. */
gconstpointer ls_wish_find (LsCall *call, LsNoun noun, GError **error);
/* @resource as GET shows it. */
void ls_wish_reply (LsCall *call, guint status, LsNoun noun, gconstpointer resource);
/* 202 with what the path names while it is there, 204 once it is no more. */
void ls_wish_reply_after (LsCall *call, LsNoun noun);

/* Handlers; the route says of which noun. */
gboolean ls_wish_list (LsCall *call, const LsBody *body, GError **error);
gboolean ls_wish_get (LsCall *call, const LsBody *body, GError **error);
/* POST …/signal {"signal":"SIGTERM","instance":"…"} and …/messages {"message":…,"instance":"…"}. */
gboolean ls_wish_signal (LsCall *call, const LsBody *body, GError **error);
gboolean ls_wish_send (LsCall *call, const LsBody *body, GError **error);
/* GET …/messages: the last that it sent. */
gboolean ls_wish_messages (LsCall *call, const LsBody *body, GError **error);

/* Idempotency-Key: *@ret_id is what it made before, NULL if it is new or there is none. */
gboolean ls_wish_made_before (LsCall *call, const LsBody *body, const char **ret_id, GError **error);
void ls_wish_made (LsCall *call, const LsBody *body, const char *id);
