/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/shut_down.h"

typedef enum { RUNNING, TASKS_GO, CLUSTERS_GO, ALL_GONE, TOLD } Phase;

struct LsShutDown {
  LsSupervisor *supervisor;
  Phase phase;
  LsTimer timer;
  gint64 until_ms;
  gboolean too_late;
  void (*done) (void *self);
  void *self;
};

LsShutDown *
ls_shut_down_new (LsSupervisor *supervisor)
{
  LsShutDown *shut_down = g_new0 (LsShutDown, 1);

  shut_down->supervisor = supervisor;
  return shut_down;
}

void
ls_shut_down_free (LsShutDown *shut_down)
{
  if (!shut_down)
    return;
  ls_timers_disarm (ls_supervisor_timers (shut_down->supervisor), &shut_down->timer);
  g_free (shut_down);
}

gboolean
ls_shut_down_has_begun (const LsShutDown *shut_down)
{
  return shut_down->phase != RUNNING;
}

/* --- the units of a phase --- */

typedef struct {
  gboolean clusters;
  GPtrArray *units;        /* LsUnit */
} Selection;

static void
select_unit (LsUnit *unit, void *user)
{
  Selection *selection = user;

  if ((unit->noun == LS_NOUN_CLUSTER) == selection->clusters)
    g_ptr_array_add (selection->units, unit);
}

static GPtrArray *
units_of (LsShutDown *shut_down, Phase phase)
{
  Selection selection = { phase == CLUSTERS_GO, g_ptr_array_new () };

  ls_supervisor_each_unit (shut_down->supervisor, select_unit, &selection);
  return selection.units;
}

static gboolean
has_children (LsShutDown *shut_down, Phase phase)
{
  g_autoptr (GPtrArray) units = units_of (shut_down, phase);

  for (guint i = 0; i < units->len; i++)
    {
      LsUnit *unit = units->pdata[i];

      if (unit->klass->children (unit) > 0)
        return TRUE;
    }
  return FALSE;
}

/* Units may be dropped from inside: gone at once, freed at the end of the call. */
static void
each_unit (LsShutDown *shut_down, Phase phase, void (*what) (LsUnit *unit))
{
  g_autoptr (GPtrArray) units = units_of (shut_down, phase);

  for (guint i = 0; i < units->len; i++)
    {
      LsUnit *unit = units->pdata[i];

      if (ls_supervisor_find_unit (shut_down->supervisor, unit->noun, unit->name) == unit)
        what (unit);
    }
}

static void
take_down (LsUnit *unit)
{
  unit->klass->shut_down (unit);
}

static void
kill_children (LsUnit *unit)
{
  unit->klass->kill (unit);
}

/* --- phases --- */

static void
timer_fired (void *user)
{
  LsShutDown *shut_down = user;

  if (shut_down->phase == ALL_GONE)
    return;      /* it fired so that a happening ends, and done is told */
  shut_down->too_late = TRUE;
  each_unit (shut_down, TASKS_GO, kill_children);
  if (shut_down->phase == CLUSTERS_GO)
    each_unit (shut_down, CLUSTERS_GO, kill_children);
}

static void
arm (LsShutDown *shut_down, gint64 at_ms)
{
  ls_timers_arm (ls_supervisor_timers (shut_down->supervisor), &shut_down->timer, at_ms, timer_fired, shut_down);
}

/* Asked again: the end comes no later than is wished now. */
static void
hurry (LsShutDown *shut_down, gint64 until_ms)
{
  if (shut_down->phase == ALL_GONE || shut_down->phase == TOLD)
    return;
  shut_down->until_ms = MIN (shut_down->until_ms, until_ms);
  arm (shut_down, shut_down->until_ms);
}

void
ls_shut_down_begin (LsShutDown *shut_down, gint64 timeout_ms, void (*done) (void *self), void *self)
{
  gint64 until_ms = ls_supervisor_now_ms (shut_down->supervisor) + MAX (timeout_ms, 0);

  if (shut_down->phase != RUNNING)
    {
      hurry (shut_down, until_ms);
      return;
    }
  shut_down->phase = TASKS_GO;
  shut_down->done = done;
  shut_down->self = self;
  shut_down->until_ms = until_ms;
  arm (shut_down, until_ms);
  each_unit (shut_down, TASKS_GO, take_down);
}

void
ls_shut_down_advance (LsShutDown *shut_down)
{
  if (shut_down->phase == TASKS_GO && (shut_down->too_late || !has_children (shut_down, TASKS_GO)))
    {
      shut_down->phase = CLUSTERS_GO;
      each_unit (shut_down, CLUSTERS_GO, take_down);
      if (shut_down->too_late)
        each_unit (shut_down, CLUSTERS_GO, kill_children);
    }
  if (shut_down->phase == CLUSTERS_GO && !has_children (shut_down, TASKS_GO) && !has_children (shut_down, CLUSTERS_GO))
    {
      shut_down->phase = ALL_GONE;
      arm (shut_down, ls_supervisor_now_ms (shut_down->supervisor));
    }
}

void
ls_shut_down_tell (LsShutDown *shut_down)
{
  if (shut_down->phase != ALL_GONE)
    return;
  shut_down->phase = TOLD;
  ls_timers_disarm (ls_supervisor_timers (shut_down->supervisor), &shut_down->timer);
  if (shut_down->done)
    shut_down->done (shut_down->self);
}
