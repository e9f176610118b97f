/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Bytes of a channel in, whole lines out. A line longer than the limit is dropped and counted, what follows it is not. Pure. */

#include <glib.h>

typedef struct LsChannelFraming LsChannelFraming;

/* One line without its end; not NUL-terminated, valid during the call. */
typedef void (*LsChannelLine) (void *user, const char *line, gsize length);

LsChannelFraming *ls_channel_framing_new (gsize max_line);
void ls_channel_framing_free (LsChannelFraming *framing);
/* Calls @line for each line that @data completes. Empty lines are left out; a CR before the LF is taken off. */
void ls_channel_framing_feed (LsChannelFraming *framing, const char *data, gsize length, LsChannelLine line, void *user);
/* Lines that were too long, so far. */
guint64 ls_channel_framing_dropped (const LsChannelFraming *framing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsChannelFraming, ls_channel_framing_free)
