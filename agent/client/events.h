/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The agent's event stream, followed over losses: it connects, tells what comes, and comes back by itself (after 0.25 s doubling to 5 s),
 * resuming with Last-Event-ID.
 *
 * Signals:
 *   "event" (const char *type, gpointer json_t*)  hello, snapshot, sample, change, log, message, resync; the JSON is borrowed
 *   "lost" (GError *)                             once a loss, with why; then it retries
 *   "connected"                                   each time hello has come */

#include "client/client.h"

#define LS_TYPE_EVENT_STREAM (ls_event_stream_get_type ())
G_DECLARE_FINAL_TYPE (LsEventStream, ls_event_stream, LS, EVENT_STREAM, GObject)

LsEventStream *ls_event_stream_new (LsClient *client, const char *topics, guint interval_ms);
void ls_event_stream_start (LsEventStream *stream);
void ls_event_stream_stop (LsEventStream *stream);
gboolean ls_event_stream_is_connected (LsEventStream *stream);
/* Now, and then every 0.25 s for a while: somebody has started the agent, or wants to know. */
void ls_event_stream_retry_now (LsEventStream *stream);
