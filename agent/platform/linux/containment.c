/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/containment.h"

#include "platform/linux/ancestry.h"
#include "platform/linux/cgroup.h"

#include <string.h>

#define LAST_WAIT_MS 500
#define LAST_LOOK_MS 5

struct LsContainment {
  LsCgroups *groups;           /* NULL: ancestry */
  char *why;                   /* not: groups */
  char *prefix;                /* of our marks: one agent in time */
  guint64 made;
  GHashTable *running;         /* pid → LsFence, of those that run */
};

struct LsFence {
  LsContainment *owner;
  LsCgroup *group;             /* NULL: ancestry */
  char *mark;
  LsInstance instance;         /* pid 0: it does not run */
};

LsContainment *
ls_containment_new (gboolean groups)
{
  LsContainment *containment = g_new0 (LsContainment, 1);
  containment->running = g_hash_table_new (NULL, NULL);
  containment->prefix = g_strdup_printf ("%08x%08x-", g_random_int (), g_random_int ());
  if (groups)
    containment->groups = ls_cgroups_new (&containment->why);
  else
    containment->why = g_strdup ("containment is set to ancestry");
  return containment;
}

/* --- who could have started it --- */

static gboolean
is_known (void *user, pid_t pid)
{
  const LsContainment *containment = user;
  return g_hash_table_contains (containment->running, GINT_TO_POINTER (pid));
}

/* Within one tick of the clock pids tell: they go up, but for once in a long while. */
static gboolean
is_elder (LsInstance a, LsInstance b)
{
  return a.start_time < b.start_time || (a.start_time == b.start_time && a.pid < b.pid);
}

static gboolean
has_elder (void *user, LsInstance orphan)
{
  const LsContainment *containment = user;
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, containment->running);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (is_elder (((const LsFence *) value)->instance, orphan))
      return TRUE;
  return FALSE;
}

static guint
kill_orphans (LsContainment *containment, const char *mark)
{
  const LsAncestryWorld world = { is_known, has_elder, containment };
  return ls_ancestry_kill (mark, containment->prefix, &world);
}

void
ls_containment_rest (LsContainment *containment)
{
  if (containment->groups)
    ls_cgroups_rest (containment->groups);
}

void
ls_containment_end_rest (LsContainment *containment)
{
  if (containment->groups)
    ls_cgroups_end_rest (containment->groups);
  for (guint waited = 0; waited < LAST_WAIT_MS && kill_orphans (containment, NULL) > 0; waited += LAST_LOOK_MS)
    g_usleep (LAST_LOOK_MS * 1000);
}

void
ls_containment_free (LsContainment *containment)
{
  if (!containment)
    return;
  ls_cgroups_free (containment->groups);
  g_hash_table_unref (containment->running);
  g_free (containment->prefix);
  g_free (containment->why);
  g_free (containment);
}

gboolean
ls_containment_has_groups (const LsContainment *containment)
{
  return containment->groups != NULL;
}

char *
ls_containment_to_text (const LsContainment *containment)
{
  if (containment->groups)
    return g_strdup ("each child has a control group, in which everything that it starts ends with it");
  return g_strdup_printf ("what a child starts is known by its parents and a mark in its environment (%s)", containment->why);
}

/* --- one fence --- */

LsFence *
ls_fence_new (LsContainment *containment)
{
  LsFence *fence = g_new0 (LsFence, 1);
  fence->owner = containment;
  fence->mark = g_strdup_printf ("%s%" G_GUINT64_FORMAT, containment->prefix, ++containment->made);
  if (containment->groups)
    fence->group = ls_cgroup_take (containment->groups);
  return fence;
}

char *
ls_fence_mark (const LsFence *fence, const char *inherited)
{
  if (inherited && *inherited)
    return g_strdup_printf ("%s=%s:%s", LS_FENCE_ENV, inherited, fence->mark);
  return g_strdup_printf ("%s=%s", LS_FENCE_ENV, fence->mark);
}

void
ls_fence_prepare (const LsFence *fence, LsLaunch *plan)
{
  plan->group_folder = fence->group ? ls_cgroup_folder_fd (fence->group) : -1;
  plan->group_join = fence->group ? ls_cgroup_join_fd (fence->group) : -1;
}

void
ls_fence_started (LsFence *fence, LsInstance instance, gboolean outside)
{
  fence->instance = instance;
  g_hash_table_insert (fence->owner->running, GINT_TO_POINTER (instance.pid), fence);
  if (outside)
    {
      ls_cgroup_release (fence->group);
      fence->group = NULL;
    }
}

LsContainmentKind
ls_fence_kind (const LsFence *fence)
{
  return fence->group ? LS_CONTAINMENT_CGROUP : LS_CONTAINMENT_ANCESTRY;
}

static void
runs_no_more (LsFence *fence)
{
  if (fence->instance.pid != 0)
    g_hash_table_remove (fence->owner->running, GINT_TO_POINTER (fence->instance.pid));
  fence->instance.pid = 0;
}

gboolean
ls_fence_sweep (LsFence *fence)
{
  runs_no_more (fence);
  return fence->group ? ls_cgroup_kill (fence->group) : kill_orphans (fence->owner, fence->mark) == 0;
}

void
ls_fence_free (LsFence *fence)
{
  if (!fence)
    return;
  runs_no_more (fence);
  ls_cgroup_release (fence->group);
  g_free (fence->mark);
  g_free (fence);
}
