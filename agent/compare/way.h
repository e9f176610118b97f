/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One way to run the jobs, from the first process to the figures. */

#include "compare/crew.h"
#include "compare/row.h"

typedef struct LsWay LsWay;

typedef struct {
  void (*progress) (void *user, LsWayKind way, double part, unsigned done);      /* a few times a second */
  void (*over) (void *user, const LsRow *row);
  void (*failed) (void *user, const char *sentence);      /* the job cannot be run at all; all processes have ended */
  void *user;
} LsWayEvents;

/* Starts it; one of over and failed is told later, once, and after that it is to be freed. */
LsWay *ls_way_start (LsCrew *crew, LsWayKind kind, const LsWayEvents *events);
void ls_way_stop (LsWay *way);      /* kills its processes; failed is told */
void ls_way_free (LsWay *way);
