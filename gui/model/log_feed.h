/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Lines as they come: the answer of a followed /v1/logs as a list model of LsLogLine that forgets its oldest past LS_LOG_FEED_MAX.
 *
 * Signals: "ended" (GError * or NULL)   the agent closed the stream or was lost */

#include "client/client.h"

#define LS_LOG_FEED_MAX 5000u

#define LS_TYPE_LOG_FEED (ls_log_feed_get_type ())
G_DECLARE_FINAL_TYPE (LsLogFeed, ls_log_feed, LS, LOG_FEED, GObject)

LsLogFeed *ls_log_feed_new (LsClient *client);
/* Empties the list and follows @source (NULL: everything) and @stream (NULL: all), beginning with the last 1000 lines kept. */
void ls_log_feed_follow (LsLogFeed *feed, const char *source, const char *stream);
void ls_log_feed_stop (LsLogFeed *feed);
GListModel *ls_log_feed_lines (LsLogFeed *feed);      /* borrowed */
/* Bytes of the stream, in pieces of any size; for the feed itself and its test. */
void ls_log_feed_take (LsLogFeed *feed, const char *bytes, gsize length);
