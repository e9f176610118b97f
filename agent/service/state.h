/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside service only: what its parts share. */

#include "service/access.h"
#include "service/brake.h"
#include "service/events.h"
#include "service/idempotency.h"
#include "service/messages.h"
#include "service/outlet.h"
#include "service/service.h"

struct LsService {
  LsServiceParts parts;        /* its strings are copies */
  LsAccess *access;
  GPtrArray *endpoints;        /* LsEndpoint */
  LsHttpServer *server;
  LsOutlets *outlets;
  LsBrakes *brakes;
  LsEvents *events;
  LsIdempotency *idempotency;
  LsMessages *messages;
  GPtrArray *outputs;          /* open answers of logs.c, not owned */
  GPtrArray *attached;         /* those of attach.c, not owned */
  uv_timer_t unfinished;       /* runs while somebody follows a line that has begun */
  guint closing;               /* parts of it that libuv still holds */
  void (*closed) (void *user);
  void *closed_user;
};
