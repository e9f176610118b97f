/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What `lineshaft top` shows: a snapshot to lines of text for a screen of a given size. Pure. */

#include "cli/rows.h"

typedef enum { LS_SORT_NAME, LS_SORT_CPU, LS_SORT_MEMORY, LS_SORT_REQUESTS } LsSort;

typedef struct {
  guint width, height;        /* 0: no bound, plain text */
  gboolean color;
  LsSort sort;
  gboolean paused;
  const char *selected;       /* the cluster that + and - scale; NULL: none */
  const char *only;           /* the word of the command line; NULL: everything */
  const char *notice;         /* one line at the bottom; NULL: the keys */
  const char *agent;          /* its address */
} LsScreenWish;

/* Lines, each ending in "\n", at most @height of them. @now: Unix ms. (transfer full) */
char *ls_screen_render (const LsSnapshot *snapshot, const LsScreenWish *wish, gint64 now);
