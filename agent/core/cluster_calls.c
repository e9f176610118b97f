/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Wishes: the functions of supervisor.h that concern clusters and workers. Each checks everything first, so that what is refused changes nothing. */

#include "base/error.h"
#include "base/text.h"
#include "core/cluster.h"

#include <string.h>

/* --- what can be asked --- */

static gboolean
check_spec (const LsClusterSpec *spec, GError **error)
{
  if (spec->balance != LS_BALANCE_STEERED && spec->balance != LS_BALANCE_SHARED)
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "balance %s is not there yet: use steered or shared", ls_balance_name (spec->balance));
  else if (spec->workers.min > spec->workers.max)
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "workers %u..%u runs backwards: put the smaller number first",
                 spec->workers.min, spec->workers.max);
  else if (spec->workers.max > spec->slots_max)
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%u workers are more than slots_max (%u) allows: ask for at most %u",
                 spec->workers.max, spec->slots_max, spec->slots_max);
  else
    return TRUE;
  return FALSE;
}

static LsClusterUnit *
find_cluster (LsSupervisor *supervisor, const char *name, GError **error)
{
  LsUnit *unit;

  if (ls_supervisor_refuse_when_stopping (supervisor, error))
    return NULL;
  unit = ls_supervisor_find_unit (supervisor, LS_NOUN_CLUSTER, name);
  if (!unit)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no cluster %s", name);
  return (LsClusterUnit *) unit;
}

static gboolean
refuse_when_removing (LsClusterUnit *cluster, GError **error)
{
  if (!cluster->removing)
    return FALSE;
  g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s is being removed: wait until its workers have gone", cluster->unit.name);
  return TRUE;
}

static void
give (const LsOperation **ret_operation, const LsOperation *operation)
{
  if (ret_operation)
    *ret_operation = operation;
}

/* --- more and fewer --- */

static guint
first_wanted (const LsClusterSpec *spec)
{
  return spec->workers.max > 0 ? MAX (spec->workers.min, 1) : 0;
}

/* Opens the addresses. */
static gboolean
open_program (LsClusterUnit *cluster, const LsClusterSpec *spec, LsProgram **ret_program, GError **error)
{
  *ret_program = ls_program_new (ls_supervisor_ports (cluster->unit.supervisor), cluster->groups, spec, cluster->generation + 1, cluster->rows, error);
  if (*ret_program)
    cluster->generation++;
  return *ret_program != NULL;
}

/* Brings a stopped cluster to @spec. Nothing is changed when it cannot be. */
static gboolean
start (LsClusterUnit *cluster, const LsClusterSpec *spec, const char *verb, const LsOperation **ret_operation, GError **error)
{
  LsProgram *program = cluster->program;

  if (program && ls_cluster_spec_same_program (&program->spec, spec))
    ls_program_ref (program);
  else if (!open_program (cluster, spec, &program, error))
    return FALSE;
  ls_cluster_set_program (cluster, program);
  ls_program_unref (program);
  cluster->stopped = FALSE;
  ls_autoscale_reset (&cluster->autoscale);
  ls_cluster_want (cluster, first_wanted (spec));
  give (ret_operation, ls_goal_begin (cluster, verb, cluster->unit.name, 0));
  return TRUE;
}

static const LsOperation *
scale (LsClusterUnit *cluster, guint wanted, const char *verb, const char *target)
{
  guint before = cluster->wanted;

  ls_cluster_want (cluster, wanted);
  ls_autoscale_reset (&cluster->autoscale);
  return ls_goal_begin (cluster, verb, target, before);
}

static const LsOperation *
stop (LsClusterUnit *cluster, const char *verb)
{
  g_autofree char *reason = g_strdup_printf ("%s was stopped meanwhile", cluster->unit.name);

  while (cluster->rolls->len > 0)
    ls_roll_abandon (cluster->rolls->pdata[0], reason);
  cluster->stopped = TRUE;
  g_clear_pointer (&cluster->note, g_free);
  return scale (cluster, 0, verb, cluster->unit.name);
}

/* --- putting --- */

static gboolean
create (LsSupervisor *supervisor, const char *name, const LsClusterSpec *spec, LsOrigin origin, const LsOperation **ret_operation, GError **error)
{
  const LsPorts *ports = ls_supervisor_ports (supervisor);
  LsClusterUnit *cluster = ls_cluster_unit_new (supervisor, name, spec->slots_max);

  if (!ls_supervisor_add_unit (supervisor, &cluster->unit, error))
    {
      ls_cluster_class.free (&cluster->unit);
      return FALSE;
    }
  ls_cluster_spec_copy (&cluster->noun->spec, spec);
  cluster->noun->origin = origin;
  cluster->board = ports->scoreboards.create (ports->scoreboards.self, name, cluster->rows, error);
  if (!cluster->board || (first_wanted (spec) > 0 && !start (cluster, spec, "create", ret_operation, error)))
    {
      ls_supervisor_drop_unit (supervisor, &cluster->unit);
      return FALSE;
    }
  ls_cluster_settle (cluster);
  return TRUE;
}

static gboolean
same_spec (const LsClusterSpec *a, const LsClusterSpec *b)
{
  return ls_cluster_spec_same_program (a, b) && a->workers.min == b->workers.min && a->workers.max == b->workers.max
         && a->start_timeout_ms == b->start_timeout_ms && a->stop_timeout_ms == b->stop_timeout_ms;
}

static void
keep_spec (LsClusterUnit *cluster, const LsClusterSpec *spec, LsOrigin origin)
{
  if (same_spec (&cluster->noun->spec, spec) && cluster->noun->origin == origin)
    return;
  ls_cluster_spec_copy (&cluster->noun->spec, spec);
  cluster->noun->origin = origin;
  cluster->dirty = TRUE;
}

/* Asking for a number of workers, be it the same as before, brings a stopped cluster back; changing only other things does not. */
static gboolean
change_stopped (LsClusterUnit *cluster, const LsClusterSpec *spec, LsOrigin origin, const LsOperation **ret_operation, GError **error)
{
  const LsClusterSpec *now = &cluster->noun->spec;
  gboolean scaled = spec->workers.min != now->workers.min || spec->workers.max != now->workers.max || same_spec (now, spec);

  if (first_wanted (spec) > 0 && scaled && !start (cluster, spec, "start", ret_operation, error))
    return FALSE;
  keep_spec (cluster, spec, origin);
  return TRUE;
}

/* What is to run by @spec, NULL if that runs already. Going back to what ran before takes a running reload back. */
static gboolean
program_for (LsClusterUnit *cluster, const LsClusterSpec *spec, LsProgram **ret_program, gboolean *ret_back, GError **error)
{
  LsRoll *reload = ls_cluster_reload_of (cluster);

  if (ls_cluster_spec_same_program (&cluster->noun->spec, spec))
    return TRUE;
  if (reload && ls_cluster_spec_same_program (&ls_roll_before (reload)->spec, spec))
    {
      *ret_program = ls_program_ref (ls_roll_before (reload));
      *ret_back = TRUE;
      return TRUE;
    }
  return !ls_roll_refuse_another (reload, error) && open_program (cluster, spec, ret_program, error);
}

static gboolean
change_running (LsClusterUnit *cluster, const LsClusterSpec *spec, LsOrigin origin, const LsOperation **ret_operation, GError **error)
{
  LsProgram *program = NULL;
  gboolean back = FALSE;
  guint wanted = CLAMP (cluster->wanted, first_wanted (spec), spec->workers.max);

  if (!program_for (cluster, spec, &program, &back, error))
    return FALSE;
  if (back)
    ls_roll_take_back (ls_cluster_reload_of (cluster));
  keep_spec (cluster, spec, origin);
  if (wanted == 0)
    give (ret_operation, stop (cluster, "stop"));
  else if (wanted != cluster->wanted)
    give (ret_operation, scale (cluster, wanted, "scale", cluster->unit.name));
  if (program && wanted > 0)
    give (ret_operation, ls_roll_operation (ls_roll_new (cluster, program, NULL)));
  ls_program_unref (program);
  return TRUE;
}

static gboolean
change (LsClusterUnit *cluster, const LsClusterSpec *spec, LsOrigin origin, const LsOperation **ret_operation, GError **error)
{
  gboolean changed;

  if (refuse_when_removing (cluster, error))
    return FALSE;
  if (spec->slots_max != cluster->noun->spec.slots_max)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "slots_max of %s is %u for as long as it lives: remove the cluster and create it anew to change it",
                   cluster->unit.name, cluster->noun->spec.slots_max);
      return FALSE;
    }
  changed = cluster->stopped ? change_stopped (cluster, spec, origin, ret_operation, error)
                             : change_running (cluster, spec, origin, ret_operation, error);
  ls_cluster_settle (cluster);
  return changed;
}

gboolean
ls_supervisor_put_cluster (LsSupervisor *supervisor, const char *name, const LsClusterSpec *spec, LsOrigin origin,
                           const LsOperation **ret_operation, GError **error)
{
  LsClusterUnit *cluster = (LsClusterUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_CLUSTER, name);
  gboolean put;

  give (ret_operation, NULL);
  if (!ls_name_is_valid (name))
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s cannot be a name: a small letter, then up to 31 small letters, digits and hyphens", name);
      return FALSE;
    }
  if (ls_supervisor_refuse_when_stopping (supervisor, error) || !check_spec (spec, error))
    return FALSE;
  ls_supervisor_enter (supervisor);
  put = cluster ? change (cluster, spec, origin, ret_operation, error) : create (supervisor, name, spec, origin, ret_operation, error);
  ls_supervisor_leave (supervisor);
  return put;
}

/* --- the other wishes: what is asked, then one settling --- */

gboolean
ls_supervisor_remove_cluster (LsSupervisor *supervisor, const char *name, const LsOperation **ret_operation, GError **error)
{
  LsClusterUnit *cluster = find_cluster (supervisor, name, error);

  give (ret_operation, NULL);
  if (!cluster || refuse_when_removing (cluster, error))
    return FALSE;
  ls_supervisor_enter (supervisor);
  cluster->removing = TRUE;
  give (ret_operation, stop (cluster, "remove"));
  ls_cluster_settle (cluster);
  ls_supervisor_leave (supervisor);
  return TRUE;
}

gboolean
ls_supervisor_stop_cluster (LsSupervisor *supervisor, const char *name, const LsOperation **ret_operation, GError **error)
{
  LsClusterUnit *cluster = find_cluster (supervisor, name, error);

  give (ret_operation, NULL);
  if (!cluster || refuse_when_removing (cluster, error))
    return FALSE;
  if (cluster->stopped)
    return TRUE;
  ls_supervisor_enter (supervisor);
  give (ret_operation, stop (cluster, "stop"));
  ls_cluster_settle (cluster);
  ls_supervisor_leave (supervisor);
  return TRUE;
}

gboolean
ls_supervisor_start_cluster (LsSupervisor *supervisor, const char *name, const LsOperation **ret_operation, GError **error)
{
  LsClusterUnit *cluster = find_cluster (supervisor, name, error);
  gboolean started;

  give (ret_operation, NULL);
  if (!cluster || refuse_when_removing (cluster, error))
    return FALSE;
  if (!cluster->stopped)
    return TRUE;
  if (first_wanted (&cluster->noun->spec) == 0)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s has no workers to start: scale it to 1 or more", name);
      return FALSE;
    }
  ls_supervisor_enter (supervisor);
  started = start (cluster, &cluster->noun->spec, "start", ret_operation, error);
  ls_cluster_settle (cluster);
  ls_supervisor_leave (supervisor);
  return started;
}

gboolean
ls_supervisor_reload_cluster (LsSupervisor *supervisor, const char *name, const LsOperation **ret_operation, GError **error)
{
  LsClusterUnit *cluster = find_cluster (supervisor, name, error);
  LsProgram *program;

  give (ret_operation, NULL);
  if (!cluster || refuse_when_removing (cluster, error) || ls_roll_refuse_another (ls_cluster_reload_of (cluster), error))
    return FALSE;
  if (cluster->stopped)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s is stopped, there is nothing to reload: start it", name);
      return FALSE;
    }
  if (!open_program (cluster, &cluster->noun->spec, &program, error))
    return FALSE;
  ls_supervisor_enter (supervisor);
  give (ret_operation, ls_roll_operation (ls_roll_new (cluster, program, NULL)));
  ls_program_unref (program);
  ls_cluster_settle (cluster);
  ls_supervisor_leave (supervisor);
  return TRUE;
}

/* --- load --- */

void
ls_supervisor_cluster_load (LsSupervisor *supervisor, const char *name, double mean_cpu, guint in_flight)
{
  LsClusterUnit *cluster = (LsClusterUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_CLUSTER, name);
  LsAutoscaleSample sample;
  guint wanted;

  if (!cluster || cluster->stopped || cluster->failing || cluster->rolls->len > 0 || ls_supervisor_is_shutting_down (supervisor))
    return;
  sample = (LsAutoscaleSample){ cluster->noun->spec.workers, cluster->wanted, cluster->noun->status.ready, mean_cpu, in_flight };
  if (sample.range.min == sample.range.max)
    return;
  wanted = ls_autoscale_next (&cluster->autoscale, &sample);
  if (wanted == cluster->wanted)
    return;
  ls_supervisor_enter (supervisor);
  scale (cluster, wanted, "scale", name);
  ls_cluster_settle (cluster);
  ls_supervisor_leave (supervisor);
}
