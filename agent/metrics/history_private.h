/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside metrics only: what the history keeps of each name. */

#include "metrics/coding.h"
#include "metrics/history.h"
#include "metrics/series.h"

#define LS_FINE_MS 1000
#define LS_COARSE_MS 10000
#define LS_FINE_IN_COARSE 10

typedef enum { LS_TRACK_HOST, LS_TRACK_CLUSTER, LS_TRACK_POOL, LS_TRACK_WORKER } LsTrackKind;
#define LS_TRACK_KINDS 4

typedef struct {
  char *name;
  LsTrackKind kind;
  LsSeries fine, coarse;         /* workers have no coarse one */
} LsTrack;

struct LsHistory {
  gsize budget, memory;
  LsLayout layouts[LS_TRACK_KINDS];
  GHashTable *tracks[LS_TRACK_KINDS];      /* name → LsTrack; the host's name is "host" */
  gint64 slot;                   /* the newest, fine; -1: none */
  guint in_slot;                 /* samples merged into it */
};

/* The point of @track in @slot of @step_ms; FALSE: none is kept. A coarse one is made of fine ones where that is all there is. */
gboolean ls_track_point (const LsHistory *history, const LsTrack *track, gint64 step_ms, gint64 slot, double *ret_values);
/* How many slots back from the newest are kept at most. */
gint64 ls_track_horizon (LsTrackKind kind, gint64 step_ms);

/* history_budget.c */
gsize ls_track_cost (const char *name);
/* Makes room for @bytes of a track of @kind and takes them; FALSE: there is none. */
gboolean ls_history_reserve (LsHistory *history, LsTrackKind kind, gsize bytes);
/* What is past its horizon goes, and names of which nothing is left. */
void ls_history_forget_old (LsHistory *history);
void ls_history_rewind (LsHistory *history, gint64 slot);
void ls_history_drop_track (LsHistory *history, LsTrack *track);
