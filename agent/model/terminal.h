/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The frames of an attached terminal (`Upgrade: lineshaft-terminal` on /v1/tasks/{id}/attach), for agent, command line and window.
 *
 * A frame is one byte type, three zero bytes, the payload's length as four bytes big-endian, and the payload. To the agent go input (an empty one
 * ends the input) and the window's size (rows and columns, two bytes each, big-endian); from it come output, what a task without a terminal
 * writes to stderr, and at last how the task ended. Types that one does not know are passed over: there may be more one day. */

#include "model/json.h"

#define LS_TERMINAL_PROTOCOL "lineshaft-terminal"
#define LS_TERMINAL_HEADER 8u
#define LS_TERMINAL_PAYLOAD_MAX (64u * 1024)

typedef enum {
  LS_FRAME_INPUT = 0,      /* to the agent: bytes for the task */
  LS_FRAME_OUTPUT = 1,     /* from it: bytes of the terminal, or of stdout */
  LS_FRAME_WINDOW = 2,     /* to the agent: rows, columns */
  LS_FRAME_EXIT = 3,       /* from it, the last: {"state":"exited","reason":…,"exit":{"code":0,"signal":null}} */
  LS_FRAME_ERRORS = 4      /* from it: bytes of stderr */
} LsFrameType;

typedef struct {
  guint16 rows, columns;
} LsTerminalSize;

/* Appends one frame; @length at most LS_TERMINAL_PAYLOAD_MAX. */
void ls_terminal_frame_append (GString *to, LsFrameType type, const char *payload, gsize length);
/* Appends @data as as many frames as it takes; none for no bytes. */
void ls_terminal_bytes_append (GString *to, LsFrameType type, const char *data, gsize length);
void ls_terminal_window_append (GString *to, LsTerminalSize window);
/* FALSE if it is not four bytes of which neither number is 0. */
gboolean ls_terminal_window_parse (const char *payload, gsize length, LsTerminalSize *ret);

/* From bytes as they come to frames. */
typedef struct LsTerminalReader LsTerminalReader;
typedef void (*LsTerminalFrame) (void *user, guint type, const char *payload, gsize length);      /* valid during the call */

LsTerminalReader *ls_terminal_reader_new (LsTerminalFrame frame, void *user);
void ls_terminal_reader_free (LsTerminalReader *reader);
/* FALSE: these are no such frames (LS_ERROR_MALFORMED); nothing more is to be fed. The callback may not free the reader. */
gboolean ls_terminal_reader_feed (LsTerminalReader *reader, const char *data, gsize length, GError **error);

/* {"rows":24,"columns":80}; both are needed, 1 … 65,535 each. */
gboolean ls_terminal_size_from_json (json_t *json, LsTerminalSize *ret, GError **error);
json_t *ls_terminal_size_to_json (LsTerminalSize window);      /* (transfer full) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTerminalReader, ls_terminal_reader_free)
