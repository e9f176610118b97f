/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The API: routes, event stream, OpenMetrics, who may call. Turns requests into calls on the supervisor and its state into JSON.
 *
 * One LsService a process. It is the supervisor's observer's ear: main passes every change and message on. */

#include "core/supervisor.h"
#include "http/server.h"
#include "logs/store.h"
#include "metrics/history.h"
#include "metrics/sampler.h"

typedef struct LsService LsService;

typedef struct {
  uv_loop_t *loop;
  LsSupervisor *supervisor;
  LsSampler *sampler;
  LsHistory *history;
  LsLogStore *logs;
  const char *epoch;                   /* random, one a run of the agent */
  const char *const *sockets;          /* paths to listen on */
  const char *allow_group;             /* NULL */
  gboolean (*apply) (void *self, const char *text, gboolean dry_run, json_t **ret_difference, GError **error);      /* NULL text: the file again */
  void *self;                          /* for apply */
} LsServiceParts;

LsService *ls_service_new (const LsServiceParts *parts, GError **error);
/* Stops listening, ends streams, frees later; @closed runs when libuv has let go. */
void ls_service_close (LsService *service, void (*closed) (void *user), void *user);

void ls_service_changed (LsService *service, LsNoun noun, LsChangeOp op, gconstpointer resource);
void ls_service_message (LsService *service, LsNoun noun, const char *id, json_t *message);
/* A new sample is there: written once, sent to all readers whose interval it is. */
void ls_service_sample (LsService *service, const LsSample *sample);
guint ls_service_readers (LsService *service);
