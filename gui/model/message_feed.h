/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The messages between people and one task, job or worker: those that it sent, as far as the agent remembers them, and those sent to it from here.
 *
 * The agent is asked again and again while somebody looks: the stream of all messages of all processes would cost a window most that shows none.
 *
 * Signals:
 *   "sent" (const char *sentence)      a message was; NULL, or why it was not */

#include "client/client.h"

#define LS_MESSAGES_MAX 200            /* shown; then the oldest give way */
#define LS_MESSAGE_TEXT_MAX 2000       /* characters shown of one */

#define LS_TYPE_MESSAGE_ITEM (ls_message_item_get_type ())
G_DECLARE_FINAL_TYPE (LsMessageItem, ls_message_item, LS, MESSAGE_ITEM, GObject)

gint64 ls_message_item_at (LsMessageItem *item);               /* Unix ms */
const char *ls_message_item_text (LsMessageItem *item);        /* JSON, cut where it is very long */
gboolean ls_message_item_is_sent (LsMessageItem *item);        /* from here; else it came */

#define LS_TYPE_MESSAGE_FEED (ls_message_feed_get_type ())
G_DECLARE_FINAL_TYPE (LsMessageFeed, ls_message_feed, LS, MESSAGE_FEED, GObject)

/* @path: "/v1/tasks/t12". @client NULL: in tests. (transfer full) */
LsMessageFeed *ls_message_feed_new (LsClient *client, const char *path);
GListModel *ls_message_feed_items (LsMessageFeed *feed);       /* borrowed: LsMessageItem, oldest first */
/* Asks for what came; one call at a time. */
void ls_message_feed_ask (LsMessageFeed *feed);
/* @text: JSON, or a text. @instance: of the process that is meant; NULL: whichever has the name. */
void ls_message_feed_send (LsMessageFeed *feed, const char *text, const char *instance);
/* The agent's answer to being asked: what is not shown yet is added. */
void ls_message_feed_take (LsMessageFeed *feed, json_t *answer);
