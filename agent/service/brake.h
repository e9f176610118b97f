/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside service only: a brake lets a task's output wait for its reader.
 *
 * Whoever reads a task's output as it comes has a brake. While the reader has more than it can take, the brake is on: the agent does not read from
 * the task, whose pipe fills, and the task waits as it would in any pipe. A reader that takes nothing for two seconds is waited for
 * no longer until it does: the task goes on, and what memory cannot keep is lost to that reader. Nothing else waits: no other task, no worker. */

#include "model/instance.h"

#include <uv.h>

#define LS_BRAKE_PATIENCE_MS 2000

typedef struct LsBrakes LsBrakes;
typedef struct LsBrake LsBrake;

typedef struct {
  uv_loop_t *loop;
  guint patience_ms;       /* LS_BRAKE_PATIENCE_MS */
  /* The process of a task that runs; FALSE: it does not, and nothing waits. */
  gboolean (*find) (void *self, const char *task, LsInstance *ret_instance);
  /* Stops and resumes reading what a process writes; calls are counted. */
  void (*hold) (void *self, LsInstance instance, gboolean hold);
  void *self;
} LsBrakesParts;

LsBrakes *ls_brakes_new (const LsBrakesParts *parts);
/* Frees; @closed runs when libuv has let go. */
void ls_brakes_close (LsBrakes *brakes, void (*closed) (void *user), void *user);

/* @unread: bytes that the reader has been given and not taken yet. */
LsBrake *ls_brake_new (LsBrakes *brakes, const char *task, gsize (*unread) (void *user), void *user);
/* @behind: there is more than the reader can take now. */
void ls_brake_set (LsBrake *brake, gboolean behind);
/* The reader has taken something. */
void ls_brake_taken (LsBrake *brake);
void ls_brake_free (LsBrake *brake);      /* takes NULL */

/* A new task waits for its readers, for as long at most: until one of each stream has come. */
void ls_brakes_expect (LsBrakes *brakes, const char *task);
/* @stream: -1: of all. */
void ls_brakes_reader_came (LsBrakes *brakes, const char *task, int stream);
