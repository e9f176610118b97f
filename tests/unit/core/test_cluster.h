/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of clusters share: a spec, a cluster that stands, questions about it. */

#include "base/error.h"
#include "fakes.h"

#include <signal.h>

#define ADDRESS "127.0.0.1:8080"

static inline int
world_setup (void **state)
{
  *state = fake_world_new ();
  return 0;
}

static inline int
world_teardown (void **state)
{
  fake_world_free (*state);
  return 0;
}

/* The built-in worker on ADDRESS, steered. */
static inline void
spec_of (LsClusterSpec *spec, guint workers)
{
  const char *const listen[] = { ADDRESS, NULL };

  ls_cluster_spec_init (spec);
  g_strfreev (spec->listen);
  spec->listen = g_strdupv ((char **) listen);
  spec->workers = (LsRange){ workers, workers };
  spec->balance = LS_BALANCE_STEERED;
}

static inline void
spec_set_env (LsClusterSpec *spec, const char *pair)
{
  const char *const env[] = { pair, NULL };

  g_strfreev (spec->env);
  spec->env = g_strdupv ((char **) env);
}

static inline void
spec_set_command (LsClusterSpec *spec, const char *program)
{
  const char *const command[] = { program, NULL };

  g_strfreev (spec->command);
  spec->command = g_strdupv ((char **) command);
}

static inline void
spec_set_listen (LsClusterSpec *spec, const char *a, const char *b)
{
  const char *const listen[] = { a, b, NULL };

  g_strfreev (spec->listen);
  spec->listen = g_strdupv ((char **) listen);
}

/* Puts "web" and clears @spec. */
static inline const LsOperation *
put_web (FakeWorld *world, LsClusterSpec *spec)
{
  g_autoptr (GError) error = NULL;
  const LsOperation *operation = NULL;

  if (!ls_supervisor_put_cluster (world->supervisor, "web", spec, LS_ORIGIN_API, &operation, &error))
    fail_msg ("put was refused: %s", error->message);
  ls_cluster_spec_clear (spec);
  return operation;
}

static inline void
put_web_refused (FakeWorld *world, LsClusterSpec *spec, LsErrorCode code, const char *sentence)
{
  g_autoptr (GError) error = NULL;
  const LsOperation *operation = NULL;

  assert_false (ls_supervisor_put_cluster (world->supervisor, "web", spec, LS_ORIGIN_API, &operation, &error));
  assert_null (operation);
  assert_string_equal (error->message, sentence);
  assert_true (g_error_matches (error, LS_ERROR, (int) code));
  ls_cluster_spec_clear (spec);
}

static inline const LsOperation *
scale_web (FakeWorld *world, guint workers)
{
  LsClusterSpec spec;

  spec_of (&spec, workers);
  return put_web (world, &spec);
}

/* "web" with so many ready workers, and nothing told yet. */
static inline void
web_stands (FakeWorld *world, guint workers)
{
  scale_web (world, workers);
  fake_ready_all (world);
  fake_forget_changes (world);
}

static inline const LsCluster *
web (FakeWorld *world)
{
  return ls_supervisor_find_cluster (world->supervisor, "web");
}

static inline const LsWorker *
worker (FakeWorld *world, const char *id)
{
  return ls_supervisor_find_worker (world->supervisor, id);
}

static inline const LsOperation *
operation (FakeWorld *world, const char *id)
{
  return ls_supervisor_find_operation (world->supervisor, id);
}

static inline void
assert_state (FakeWorld *world, LsClusterState state, guint wanted, guint ready)
{
  assert_string_equal (ls_cluster_state_name (web (world)->status.state), ls_cluster_state_name (state));
  assert_int_equal (web (world)->status.wanted, wanted);
  assert_int_equal (web (world)->status.ready, ready);
}

#define cluster_test(name) cmocka_unit_test_setup_teardown (name, world_setup, world_teardown)
