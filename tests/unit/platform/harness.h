/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Real children on a real loop, with everything they did written down. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/children.h"

/* The longest that any test waits for anything. */
#define PATIENCE_MS 5000

typedef struct {
  LsInstance instance;
  char *not_started;        /* why a launch came to nothing; NULL: it runs, or did */
  char *id;
  GString *output, *errors;
  GPtrArray *messages;      /* char *: compact JSON */
  GString *notes;           /* "READY STATUS=warm " */
  gboolean exited;
  gint64 exited_us;         /* monotonic */
  LsExit how;
  gboolean spoke_after_exit;
} Seen;

typedef struct {
  uv_loop_t loop;
  LsChildren *children;
  LsSpawner spawner;
  GPtrArray *seen;          /* Seen, by order of start */
} Harness;

Harness *harness_new (void);
void harness_free (Harness *harness);      /* children must have ended */
/* Earlier, and with children that have not; @ret_closed (FALSE before) tells whether it came to its end. */
void harness_close (Harness *harness, gboolean *ret_closed);

/* A request for `sh -c @script` that a test may change before it starts it. */
LsSpawnRequest shell (const char *const argv[4], const char *script);
#define SHELL(script) shell ((const char *const[4]) { "/bin/sh", "-c", script, NULL }, script)

Seen *start (Harness *harness, const LsSpawnRequest *request);
Seen *run (Harness *harness, const LsSpawnRequest *request);      /* until it has exited */

/* Turns the loop until @condition holds; the test fails when it does not within PATIENCE_MS. */
typedef gboolean (*Condition) (gpointer data);
void wait_until (Harness *harness, Condition condition, gpointer data);
void wait_for_exit (Harness *harness, Seen *seen);
void wait_for_output (Harness *harness, Seen *seen, const char *text);
void wait_for_note (Harness *harness, Seen *seen, const char *note);
void wait_for_messages (Harness *harness, Seen *seen, guint n);
/* Turns the loop for @ms. */
void let_pass (Harness *harness, guint ms);
