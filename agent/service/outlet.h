/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* An outlet: a long answer (events, followed logs, a task's output) that is filled by pulling.
 *
 * Whoever has something to say kicks the outlet. Before the loop next waits, and as long as the peer takes what it is given, the outlet
 * asks its owner to fill a buffer. A peer that does not read is simply not asked for more, so it costs LS_OUTLET_HIGH bytes and one fill at
 * most, and what it missed is its owner's business. All outlets of a group share one hook in the loop. */

#include "service/call.h"

#define LS_OUTLET_HIGH (64u * 1024)

typedef struct LsOutlet LsOutlet;
typedef struct LsOutlets LsOutlets;

LsOutlets *ls_outlets_new (uv_loop_t *loop);
/* After the last outlet is gone. Frees; @closed runs when libuv has let go. */
void ls_outlets_close (LsOutlets *outlets, void (*closed) (void *user), void *user);
guint ls_outlets_count (const LsOutlets *outlets);

typedef struct {
  /* Appends to @buffer, about LS_OUTLET_HIGH bytes at most; TRUE: there is more at once. */
  gboolean (*fill) (void *user, GString *buffer);
  /* The outlet is over: the peer has gone, or the answer is complete. It frees itself after this. */
  void (*ended) (void *user);
} LsOutletOwner;

/* Begins @call's answer (200, chunked) and takes over its end. */
LsOutlet *ls_outlet_new (LsOutlets *outlets, LsCall *call, const char *type, const LsOutletOwner *owner, void *user);
/* The same on an upgraded connection (101 and @protocol); @data gets the bytes that the peer sends, length 0 at their end. NULL with an error: it
 * could not be upgraded, and @call is still to be answered. */
LsOutlet *ls_outlet_new_upgraded (LsOutlets *outlets, LsCall *call, const char *protocol, void (*data) (void *user, const char *data, size_t length),
                                  const LsOutletOwner *owner, void *user, GError **error);
void ls_outlet_kick (LsOutlet *outlet);
/* Ends the answer once everything that was filled has been written. `ended` follows. */
void ls_outlet_finish (LsOutlet *outlet);
/* Ends it at once, whatever there is still to say. `ended` follows, or has come already. */
void ls_outlet_cut (LsOutlet *outlet);
/* Bytes that the peer has not taken yet. */
gsize ls_outlet_unwritten (const LsOutlet *outlet);
