/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Parser for server-sent events (HTML, section 9.2): bytes in, events out. Pure. */

#include <glib.h>

typedef struct LsSseParser LsSseParser;

LsSseParser *ls_sse_parser_new (void (*event) (void *user, const char *type, const char *data, gsize length, const char *id), void *user);
void ls_sse_parser_free (LsSseParser *parser);
/* FALSE: an event is larger than 16 MiB and the stream is to be given up. */
gboolean ls_sse_parser_feed (LsSseParser *parser, const char *bytes, gsize length);
