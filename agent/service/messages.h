/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The last messages that workers, jobs and tasks sent, for who asks later; bounded by count and by bytes. The very last is
 * kept however long it is: whoever asks for the answer to a question is to find it. */

#include "model/json.h"

typedef struct LsMessages LsMessages;

LsMessages *ls_messages_new (guint max_messages, gsize max_bytes);
void ls_messages_free (LsMessages *messages);
/* @message is borrowed. Returns what goes on the wire: {"kind","id","at","message"}, (transfer full). */
json_t *ls_messages_add (LsMessages *messages, const char *kind, const char *id, gint64 at, json_t *message);
/* Those of @id, oldest first, (transfer full). */
json_t *ls_messages_of (LsMessages *messages, const char *id);
