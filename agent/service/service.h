/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The API: routes, event stream, OpenMetrics, who may call. Turns requests into calls on the supervisor and its state into JSON.
 *
 * One LsService a process. It is the supervisor's observer's ear: main passes every change and message on.
 *
 * Files: routes.c (the table and the dispatcher), one file a group of routes (clusters.c, workers.c, …), call.c (one request), nouns.c (each noun's
 * JSON), list.c, problem.c, access.c and endpoint.c (who may call, and where), events.c and event_ring.c (the stream), outlet.c (any long answer with
 * back-pressure), brake.c (a task waits for its reader), follow.c (logs as they come), messages.c, idempotency.c. */

#include "core/supervisor.h"
#include "http/server.h"
#include "logs/store.h"
#include "metrics/history.h"
#include "metrics/sampler.h"

typedef struct LsService LsService;

/* What GET /v1/agent and /v1/host tell of the run; kept by the caller, who may change it between calls. */
typedef struct {
  LsInstance instance;
  gint64 started_at;                   /* Unix ms */
  const char *platform;                /* "linux" or "portable" */
  const char *sandbox;                 /* "flatpak": only its processes are in reach; NULL: none */
  const char *config_path;             /* NULL: none */
  const char *compare_program;         /* lineshaft-compare; NULL: it is not installed */
  const char *host_name;
  const char *host_system;
  guint cores;
  gint64 booted_at;                    /* Unix ms; 0: unknown */
  gint64 interval_ms;                  /* as the config asks */
  double sampling_budget;              /* share of a core */
  GPtrArray *warnings;                 /* char *; sentences */
} LsAgentFacts;

/* A socket in the file system that this process listened on before it became another program. */
typedef struct {
  const char *path;
  int fd, lock;
} LsAdoptedSocket;

typedef struct {
  uv_loop_t *loop;
  LsSupervisor *supervisor;
  LsSampler *sampler;
  LsHistory *history;
  LsLogStore *logs;
  const char *epoch;                   /* random, one a run of the agent */
  const char *const *sockets;          /* paths to listen on, NULL-terminated */
  const char *spare_socket;            /* one more, if it can be had; NULL: none */
  const LsAdoptedSocket *adopted;      /* of those paths, the ones that are listened on already; the service then owns them */
  guint n_adopted;
  const int *listen_fds;               /* listening sockets handed over by a service manager, which the service then owns; else NULL */
  guint n_listen_fds;
  const char *allow_group;             /* NULL */
  const LsAgentFacts *facts;
  gboolean (*peer) (int fd, guint *ret_uid, guint *ret_gid);      /* ls_peer_credentials */
  guint (*open_fds) (void);                                      /* ls_process_open_fds */
  char *(*time_zone) (void *self);                               /* in which schedules are meant, "Europe/Berlin", (transfer full); NULL: UTC */
  /* Stops reading what a process writes, and resumes once that was asked for as often. */
  void (*hold) (void *self, LsInstance instance, gboolean hold);
  /* @ret_difference: [{"op":"create|change|remove","kind":"cluster","name":"web"}…]. NULL @text: the file again. */
  gboolean (*apply) (void *self, const char *text, gboolean dry_run, json_t **ret_difference, GError **error);
  /* Takes everything down in order; then the agent's program, as it now is, begins anew in the same process. Or ends. */
  gboolean (*restart) (void *self, GError **error);
  gboolean (*stop) (void *self, GError **error);
  void *self;                          /* for time_zone, hold, apply, restart and stop */
} LsServiceParts;

/* Copies what @parts points to, but not the objects and facts. */
LsService *ls_service_new (const LsServiceParts *parts, GError **error);
/* Before it is closed: tells each listening socket, to be owned by whoever is told, close-on-exec; @path and @lock are NULL and -1 for those that a
 * service manager handed over. */
void ls_service_hand_over (LsService *service, void (*each) (void *user, const char *path, int fd, int lock), void *user);
/* Stops listening, ends streams, frees later; @closed runs when libuv has let go. */
void ls_service_close (LsService *service, void (*closed) (void *user), void *user);

void ls_service_changed (LsService *service, LsNoun noun, LsChangeOp op, gconstpointer resource);
void ls_service_message (LsService *service, LsNoun noun, const char *id, json_t *message);
/* A new sample is there: written once, sent to all readers whose interval it is. */
void ls_service_sample (LsService *service, const LsSample *sample);
guint ls_service_readers (LsService *service);
