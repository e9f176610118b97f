/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a worker is told by its environment and its command line. */

#include <stdbool.h>

#define LS_WORKER_MAX_SOCKETS 64

typedef struct {
  const char *id;         /* "web.3"; "worker" when nobody named us */
  const char *cluster;    /* NULL when stand-alone */
  int slot;               /* -1 likewise */
  int sockets[LS_WORKER_MAX_SOCKETS];
  unsigned n_sockets;
  int channel_fd;         /* -1: none */
  int scoreboard_fd;      /* -1: none */
  unsigned row;
  unsigned io_threads;
  unsigned watchdog_ms;   /* 0: nobody asked */
} LsWorkerSettings;

/* Reads them all and opens what --listen asks for. Returns -1 to go on, or the status to exit with; what is wrong has been
 * said on stderr. */
int ls_worker_settings_load (LsWorkerSettings *settings, int argc, char **argv);
