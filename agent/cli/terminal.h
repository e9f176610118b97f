/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A task's terminal in this one: what is typed goes there, what it shows comes here, and so does the size of the window. Whatever ends it, this
 * terminal is as it was. */

#include "cli/cli.h"
#include "cli/detach_keys.h"
#include "model/terminal.h"

typedef struct {
  const char *path;          /* of the task */
  const char *id;
  gboolean has_terminal;     /* the task has; else its plain streams are shown */
  gboolean takes_input;
  gboolean redraw;           /* it has shown something before: let it show that again */
  LsDetachKeys keys;
} LsTerminalWish;

typedef enum {
  LS_TERMINAL_ENDED,         /* the task has ended */
  LS_TERMINAL_DETACHED,      /* the keys were typed, or our own terminal is gone: it goes on */
  LS_TERMINAL_SIGNALLED,     /* we were told to end: it goes on */
  LS_TERMINAL_LOST           /* the agent went away */
} LsTerminalOutcome;

typedef struct {
  LsTerminalOutcome outcome;
  int signal;                /* for SIGNALLED */
  json_t *exit;              /* for ENDED: what the agent tells of it; owned by the caller */
} LsTerminalEnd;

/* FALSE: it could not be attached. */
gboolean ls_terminal_run (LsCli *cli, const LsTerminalWish *wish, LsTerminalEnd *ret, GError **error);
/* The exit status that @end means, saying what there is to say. */
int ls_terminal_status (LsCli *cli, const LsTerminalWish *wish, const LsTerminalEnd *end);
/* The window here; FALSE if there is none. */
gboolean ls_terminal_own_size (LsTerminalSize *ret);
