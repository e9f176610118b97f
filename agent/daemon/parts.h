/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside daemon only: the parts of a running agent. */

#include "config/config.h"
#include "core/supervisor.h"
#include "daemon/applier.h"
#include "daemon/clock.h"
#include "daemon/journal.h"
#include "daemon/manager.h"
#include "daemon/options.h"
#include "daemon/sampling.h"
#include "daemon/schedule_book.h"
#include "daemon/workshop.h"
#include "logs/store.h"
#include "metrics/history.h"
#include "platform/children.h"
#include "platform/sockets.h"
#include "service/service.h"

#include <uv.h>

#define LS_DAEMON_SIGNALS 3

typedef struct {
  const LsOptions *options;
  uv_loop_t loop;
  char **socket_paths;
  char *spare_socket;          /* NULL: none */
  char *worker_program, *pool_program, *compare_program;
  char *epoch;
  char *host_name, *host_system;
  char *config_path;           /* absolute; NULL: there is none */
  LsAgentFacts facts;
  char *disk_warning;          /* NULL, or why logs are in memory only; stays over reloads */
  GPtrArray *book_warnings;    /* char *; about histories of schedules; stay over reloads */
  LsConfig *config;            /* as it was last applied */
  LsManager *manager;
  LsLogStore *logs;
  LsLoopClock clock;
  LsChildren *children;
  LsSocketHost *sockets;
  LsWorkshopHost *workshop;
  LsSupervisor *supervisor;
  LsApplier *applier;
  LsJournal *journal;
  LsScheduleBook *book;        /* NULL: histories are kept in memory only */
  LsHistory *history;
  LsSampling *sampling;
  LsService *service;
  uv_signal_t signals[LS_DAEMON_SIGNALS];
  uv_timer_t watchdog;
  char *program;               /* what a restart runs; NULL: unknown */
  json_t *handed_over;         /* by the run before; NULL: there was none */
  json_t *hand_over;           /* to the next run; NULL: there is to be none */
  gboolean text_applied;       /* the last config came as text, not from the file */
  gboolean stopping;
  int status;                  /* what main returns */
} LsDaemon;

/* reload.c */
/* The config file in use, absolute; NULL: there is none. (transfer full) */
char *ls_daemon_config_path (const LsOptions *options);
LsConfig *ls_daemon_load_config (LsDaemon *daemon, GError **error);
/* Makes @text (NULL: the file again) what runs; what LsServiceParts.apply does. */
gboolean ls_daemon_apply (void *self, const char *text, gboolean dry_run, json_t **ret_changes, GError **error);
/* Begins the list of warnings anew: those that stay, and what @config gives reason for. */
void ls_daemon_reset_warnings (LsDaemon *daemon, const LsConfig *config);

/* stop.c */
void ls_daemon_watch_signals (LsDaemon *daemon);
/* Takes everything down in order; the loop then ends by itself. */
void ls_daemon_stop (LsDaemon *daemon);
/* restart.c: what LsServiceParts.restart and .stop do. */
gboolean ls_daemon_restart (void *self, GError **error);
gboolean ls_daemon_stop_by_wish (void *self, GError **error);
/* Before the service is closed: its sockets go to the next run, if there is to be one. */
void ls_daemon_keep_sockets (LsDaemon *daemon);
/* With everything closed: becomes @program. Returns only if that fails, with what main returns. */
int ls_daemon_begin_anew (json_t *hand_over, const char *program, char **argv);

/* Closes what there is, when no child is left or none was started yet. */
void ls_daemon_close (LsDaemon *daemon);
