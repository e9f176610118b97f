/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of tasks share: a command, and how it is started and looked at. */

#include "fakes.h"

#include "base/error.h"

#include <signal.h>
#include <string.h>

G_GNUC_UNUSED static int
setup (void **state)
{
  *state = fake_world_new ();
  return 0;
}

G_GNUC_UNUSED static int
teardown (void **state)
{
  fake_world_free (*state);
  return 0;
}

static char program[] = "/usr/local/bin/backup", option[] = "-v";
static char *argv[] = { program, option, NULL };

G_GNUC_UNUSED static LsTaskSpec
plain (void)
{
  return (LsTaskSpec){ .argv = argv, .stop_timeout_ms = 10000 };
}

G_GNUC_UNUSED static const LsTask *
run (FakeWorld *world, const LsTaskSpec *spec)
{
  const LsTask *task = NULL;
  g_autoptr (GError) error = NULL;

  if (!ls_supervisor_run_task (world->supervisor, NULL, spec, &task, &error))
    fail_msg ("run: %s", error->message);
  return task;
}

G_GNUC_UNUSED static const LsTask *
task (FakeWorld *world, const char *id)
{
  return ls_supervisor_find_task (world->supervisor, id);
}
