/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Who started a process whose parents are gone: the agent has adopted it, and it carries a mark in its environment. */

#include "model/instance.h"

#define LS_FENCE_ENV "LINESHAFT_FENCE"

/* Whether an environment block (NUL after each entry) has @mark among those of LINESHAFT_FENCE, which are apart by colons. Pure. */
gboolean ls_environment_has_mark (const char *block, gsize length, const char *mark);
/* Whether it has any that begins with @prefix. Pure. */
gboolean ls_environment_has_mark_of (const char *block, gsize length, const char *prefix);

typedef struct {
  /* One of ours that runs and was started on purpose. */
  gboolean (*is_known) (void *user, pid_t pid);
  /* Whether somebody who runs is older, and so could have started it. */
  gboolean (*has_elder) (void *user, LsInstance orphan);
  void *user;
} LsAncestryWorld;

/* Kills the orphans that carry @mark, and those without any mark that begins with @prefix for whom nobody is left; their descendants, too. Returns how
 * many were met. @mark NULL: all orphans. */
guint ls_ancestry_kill (const char *mark, const char *prefix, const LsAncestryWorld *world);
