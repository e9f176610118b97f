/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Everything that a child starts ends with it, however far it has gone away: own session, double fork, environment wiped.
 *
 * A *fence* is what is around one child. On Linux it is a control group where we may make one. Else it is *ancestry*: orphans come to the agent,
 * which is a child subreaper, and carry a mark in their environment; one that has lost it ends when nothing runs any more
 * that could have started it. Where there is neither (the portable variant) a fence does nothing, and what remains is the process group. */

#include "core/ports.h"
#include "platform/launch.h"

typedef struct LsContainment LsContainment;
typedef struct LsFence LsFence;

/* @groups: control groups may be used. */
LsContainment *ls_containment_new (gboolean groups);
/* Gives up what is kept ready for the next children. */
void ls_containment_rest (LsContainment *containment);
/* When no child is left: ends what got through all the same, and waits for it for a moment. */
void ls_containment_end_rest (LsContainment *containment);
void ls_containment_free (LsContainment *containment);      /* kills nothing; takes NULL */
gboolean ls_containment_has_groups (const LsContainment *containment);
/* One sentence for the log. (transfer full) */
char *ls_containment_to_text (const LsContainment *containment);

/* Before the start; the fence knows its children by what it puts into the plan and into the environment. */
LsFence *ls_fence_new (LsContainment *containment);
/* "LINESHAFT_FENCE=…" for the child, which extends @inherited (NULL-able); NULL: it needs none. (transfer full) */
char *ls_fence_mark (const LsFence *fence, const char *inherited);
void ls_fence_prepare (const LsFence *fence, LsLaunch *plan);
/* It runs; @outside: not where the plan wanted it. */
void ls_fence_started (LsFence *fence, LsInstance instance, gboolean outside);
LsContainmentKind ls_fence_kind (const LsFence *fence);
/* Its child has ended and was waited for. TRUE: nothing of it is left. Else what is left was told to end; ask again soon. */
gboolean ls_fence_sweep (LsFence *fence);
void ls_fence_free (LsFence *fence);      /* takes NULL */
