/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Other plug-ins for a pool that runs. What cannot be loaded must not cost what is there: a process beside the pool's loads them first and says what
 * it can do; then the pool changes over. It runs no job. A trial that is given up is killed and frees itself when its process is gone. */

#include "core/pool.h"

#include "abi/channel.h"
#include "base/error.h"
#include "core/exit_text.h"

#include <signal.h>

#define TRIAL_MS 10000

struct LsPoolTrial {
  LsUnit unit;             /* for its process only: no name, and the supervisor does not list it */
  LsPoolUnit *pool;        /* NULL: given up */
  LsPoolSpec spec;
  LsOrigin origin;
  LsInstance instance;
  LsTimer deadline;
  gboolean is_late;
  void (*told) (void *user, const char *failure);      /* NULL: nobody waits for the answer */
  void *told_user;
};

static void
give_up (LsPoolTrial *trial)
{
  LsSupervisor *supervisor = trial->unit.supervisor;
  const LsSpawner *spawner = &ls_supervisor_ports (supervisor)->spawner;

  ls_timers_disarm (ls_supervisor_timers (supervisor), &trial->deadline);
  if (trial->pool)
    trial->pool->trial = NULL;
  trial->pool = NULL;
  spawner->signal (spawner->self, trial->instance, SIGKILL, TRUE, NULL);
}

static void
ends (LsPoolTrial *trial, const char *reason)
{
  LsPoolUnit *pool = trial->pool;

  give_up (trial);
  ls_pool_end_operation (pool, reason);
  if (trial->told)
    trial->told (trial->told_user, reason);
  else
    ls_pool_set_state (pool, pool->noun->state, reason);
}

static void
failed (LsPoolTrial *trial, const char *why)
{
  g_autofree char *reason = g_strdup_printf ("%s; %s goes on with what it had", why, trial->pool->unit.name);

  ends (trial, reason);
}

void
ls_pool_drop_trial (LsPoolUnit *pool, const char *why)
{
  g_autofree char *reason = g_strdup_printf ("%s %s before its new plug-ins were tried", pool->unit.name, why);

  if (pool->trial)
    ends (pool->trial, reason);
}

/* --- what its process says --- */

static void
message (LsUnit *unit, LsInstance instance, json_t *text)
{
  LsPoolTrial *trial = (LsPoolTrial *) unit;
  LsPoolUnit *pool = trial->pool;
  const char *error = json_string_value (json_object_get (text, "error"));

  if (!pool || g_strcmp0 (json_string_value (json_object_get (text, "cmd")), LS_POOL_KINDS) != 0)
    return;
  if (error)
    {
      failed (trial, error);
      return;
    }
  give_up (trial);      /* it lives until its process is gone */
  ls_pool_change_over (pool, &trial->spec, trial->origin, TRUE);
  if (trial->told)
    trial->told (trial->told_user, NULL);
}

static void
notify (LsUnit *unit, LsInstance instance, LsNotifyKind kind, const char *text)
{
}

static void
exited (LsUnit *unit, LsInstance instance, const LsExit *how)
{
  LsPoolTrial *trial = (LsPoolTrial *) unit;
  g_autofree char *text = ls_exit_to_text (how);
  g_autofree char *why = trial->is_late ? g_strdup_printf ("the plug-ins were not loaded within %d s", TRIAL_MS / 1000)
                                        : g_strdup_printf ("the process that loaded the plug-ins %s%s", how->signal != 0 ? "was " : "", text);

  if (trial->pool)
    failed (trial, why);
  ls_pool_spec_clear (&trial->spec);
  g_free (trial);
}

static void
took_too_long (void *user)
{
  LsPoolTrial *trial = user;
  const LsSpawner *spawner = ls_pool_spawner (trial->pool);

  trial->is_late = TRUE;
  spawner->signal (spawner->self, trial->instance, SIGKILL, TRUE, NULL);
}

void
ls_pool_kill_trial (LsPoolUnit *pool)
{
  if (pool->trial)
    took_too_long (pool->trial);
}

static const LsUnitClass trial_class = { .notify = notify, .message = message, .exited = exited };

gboolean
ls_pool_try (LsPoolUnit *pool, const LsPoolSpec *spec, LsOrigin origin, GError **error)
{
  LsSupervisor *supervisor = pool->unit.supervisor;
  g_autoptr (GPtrArray) argv = ls_pool_command (pool, spec);
  g_autofree char *name = g_strconcat (pool->unit.name, ".trial", NULL), *id = g_strconcat (LS_ENV_ID "=", name, NULL);
  const char *const env[] = { id, NULL };
  const LsSpawnRequest request = {
    .id = name,
    .argv = (const char *const *) argv->pdata,
    .env = env,
    .scoreboard_fd = -1,
    .channel = TRUE,
    .stdin_mode = LS_STDIN_NONE,
  };
  LsPoolTrial *trial = g_new0 (LsPoolTrial, 1);

  trial->unit = (LsUnit){ &trial_class, supervisor, LS_NOUN_POOL, NULL };
  if (!ls_supervisor_spawn (supervisor, &trial->unit, &request, &trial->instance, error))
    {
      g_free (trial);
      return FALSE;
    }
  trial->pool = pool;
  trial->origin = origin;
  ls_pool_spec_init (&trial->spec);
  ls_pool_spec_copy (&trial->spec, spec);
  pool->trial = trial;
  ls_pool_arm_for (pool, &trial->deadline, TRIAL_MS, took_too_long, trial);
  return TRUE;
}

gboolean
ls_supervisor_await_plugins (LsSupervisor *supervisor, const char *name, void (*told) (void *user, const char *failure), void *user)
{
  LsPoolUnit *pool = (LsPoolUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_POOL, name);

  if (!pool || !pool->trial || pool->trial->told)
    return FALSE;
  pool->trial->told = told;
  pool->trial->told_user = user;
  return TRUE;
}
