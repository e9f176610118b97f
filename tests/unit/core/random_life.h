/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A life of three clusters: its dice, its story, and what must always hold in it. */

#include "fakes.h"

#define LIFE_SLOTS_MAX 4u
#define LIFE_NAMES 3u

extern const char *const life_names[LIFE_NAMES];

typedef struct {
  FakeWorld *world;
  GRand *dice;
  guint32 seed;
  GString *story;          /* one line an event */
  GHashTable *said_ready;  /* "101-5001": set */
  guint done;
} Life;

guint life_throw (Life *life, guint sides);
void life_tell (Life *life, const char *format, ...) G_GNUC_PRINTF (2, 3);
const char *life_name (Life *life);
char *life_worker (Life *life);                /* may be one that is not there */
FakeChild *life_child (Life *life);            /* NULL: nobody lives */
void life_check (Life *life);
