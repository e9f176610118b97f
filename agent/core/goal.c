/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Operations that end when the cluster has as many workers as they asked for. Several may run: two clicks on "one more" are two goals of the same
 * way, and both are reached together. A goal of the other way overtakes them. */

#include "core/cluster.h"

struct LsGoal {
  LsOperation *operation;
  guint wanted;
  gboolean upward;
};

void
ls_goal_free (LsGoal *goal)
{
  g_free (goal);
}

static void
count_process (LsProcess *process, void *user)
{
  (*(guint *) user)++;
}

/* What is still to be done: workers to become ready, or processes to go. */
static guint
remaining (LsClusterUnit *cluster, gboolean upward)
{
  guint n = 0;

  for (guint i = 0; i < cluster->slots->len; i++)
    {
      LsSlot *slot = cluster->slots->pdata[i];

      if (upward)
        n += slot->wanted && !ls_slot_is_ready (slot);
      else if (!slot->wanted)
        ls_slot_foreach_process (slot, count_process, &n);
    }
  return n;
}

static void
end (LsClusterUnit *cluster, LsGoal *goal, const char *failure)
{
  ls_supervisor_end_operation (cluster->unit.supervisor, goal->operation, failure);
  cluster->dirty = TRUE;
  g_ptr_array_remove (cluster->goals, goal);      /* frees it */
}

static void
overtake (LsClusterUnit *cluster, const LsOperation *by)
{
  for (guint i = cluster->goals->len; i-- > 0;)
    {
      LsGoal *goal = cluster->goals->pdata[i];
      gboolean on_the_way = goal->upward ? cluster->wanted >= goal->wanted : cluster->wanted <= goal->wanted;
      g_autofree char *failure = NULL;

      if (on_the_way)
        continue;
      failure = g_strdup_printf ("overtaken by %s, which wants %u of %s", by->id, cluster->wanted, cluster->unit.name);
      end (cluster, goal, failure);
    }
}

LsOperation *
ls_goal_begin (LsClusterUnit *cluster, const char *verb, const char *target, guint wanted_before)
{
  LsGoal *goal = g_new0 (LsGoal, 1);

  goal->wanted = cluster->wanted;
  goal->upward = cluster->wanted > wanted_before;
  goal->operation = ls_supervisor_begin_operation (cluster->unit.supervisor, verb, target, remaining (cluster, goal->upward));
  overtake (cluster, goal->operation);
  g_ptr_array_add (cluster->goals, goal);
  cluster->dirty = TRUE;
  return goal->operation;
}

void
ls_goals_settle (LsClusterUnit *cluster)
{
  for (guint i = cluster->goals->len; i-- > 0;)
    {
      LsGoal *goal = cluster->goals->pdata[i];
      guint left = remaining (cluster, goal->upward);
      guint done = goal->operation->total - MIN (left, goal->operation->total);

      if (left == 0)
        end (cluster, goal, NULL);
      else if (goal->upward && cluster->failing)
        end (cluster, goal, cluster->failing);
      else if (done > goal->operation->done)
        ls_supervisor_step_operation (cluster->unit.supervisor, goal->operation, done);
    }
}

void
ls_goals_fail (LsClusterUnit *cluster, const char *reason)
{
  while (cluster->goals->len > 0)
    end (cluster, cluster->goals->pdata[cluster->goals->len - 1], reason);
}

LsOperation *
ls_goals_operation (LsClusterUnit *cluster)
{
  return cluster->goals->len > 0 ? ((LsGoal *) cluster->goals->pdata[cluster->goals->len - 1])->operation : NULL;
}
