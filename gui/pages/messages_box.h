/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The messages of one task, job or worker, and a line to send one. Folded away until somebody wants it, with how many there are in its title; not
 * there at all for what has ended without a word. */

#include <adwaita.h>

#include "client/client.h"

#define LS_TYPE_MESSAGES_BOX (ls_messages_box_get_type ())
G_DECLARE_FINAL_TYPE (LsMessagesBox, ls_messages_box, LS, MESSAGES_BOX, AdwBin)

/* @path: "/v1/tasks/t12"; NULL: none. The same as before changes nothing. */
void ls_messages_box_show (LsMessagesBox *box, LsClient *client, const char *path);
/* Whether somebody is there to read one. @instance: the process that is meant; NULL: whichever has the name. */
void ls_messages_box_set_open (LsMessagesBox *box, gboolean open, const char *instance);
void ls_messages_box_renew (LsMessagesBox *box);      /* a sample has come */
