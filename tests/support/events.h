/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The agent's event stream, read as it comes and waited on with a bound. */

#include "tests/support/agent.h"

typedef struct LsTestEvents LsTestEvents;

typedef struct {
  char *type;
  char *id;          /* NULL: none of its own */
  json_t *data;
} LsTestEvent;

/* @target: "/v1/events?…"; @last_event_id may be NULL. */
LsTestEvents *ls_test_events_open (const LsTestAgent *agent, const char *target, const char *last_event_id);
void ls_test_events_close (LsTestEvents *events);
/* The next event of @type (NULL: any); those before it are dropped. Asserts that it comes within the bound. Owned by @events, until the next. */
const LsTestEvent *ls_test_events_next (LsTestEvents *events, const char *type, int timeout_ms);
/* The same, but NULL when none comes in time. */
const LsTestEvent *ls_test_events_try (LsTestEvents *events, const char *type, int timeout_ms);
/* The next change of @kind whose resource has @text at @path. */
const LsTestEvent *ls_test_events_change (LsTestEvents *events, const char *kind, const char *path, const char *text, int timeout_ms);
