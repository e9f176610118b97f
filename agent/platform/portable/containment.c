/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/containment.h"

/* There is nothing to keep. */
struct LsContainment {
  guint fences;
};

struct LsFence {
  LsContainment *owner;
};

LsContainment *
ls_containment_new (gboolean groups)
{
  return g_new0 (LsContainment, 1);
}

void
ls_containment_rest (LsContainment *containment)
{
}

void
ls_containment_end_rest (LsContainment *containment)
{
}

void
ls_containment_free (LsContainment *containment)
{
  g_free (containment);
}

gboolean
ls_containment_has_groups (const LsContainment *containment)
{
  return FALSE;
}

char *
ls_containment_to_text (const LsContainment *containment)
{
  return g_strdup ("what a child starts ends with it if it stays in its process group");
}

LsFence *
ls_fence_new (LsContainment *containment)
{
  LsFence *fence = g_new0 (LsFence, 1);
  fence->owner = containment;
  containment->fences++;
  return fence;
}

char *
ls_fence_mark (const LsFence *fence, const char *inherited)
{
  return NULL;
}

void
ls_fence_prepare (const LsFence *fence, LsLaunch *plan)
{
}

void
ls_fence_started (LsFence *fence, LsInstance instance, gboolean outside)
{
}

LsContainmentKind
ls_fence_kind (const LsFence *fence)
{
  return LS_CONTAINMENT_GROUP;
}

gboolean
ls_fence_sweep (LsFence *fence)
{
  return TRUE;
}

void
ls_fence_free (LsFence *fence)
{
  if (!fence)
    return;
  fence->owner->fences--;
  g_free (fence);
}
