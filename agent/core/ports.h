/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How the supervisor reaches the world: five small vtables. The platform implements them; tests drive the same state
 * machines with a fake clock and a fake spawner and start no process.
 *
 * The core never blocks and never reads a clock on its own. Whatever happens outside comes in through LsChildEvents
 * (see supervisor.h) or ls_supervisor_run_timers. No port calls back into the core from inside one of its own functions. */

#include "abi/job_board.h"
#include "model/cluster.h"
#include "model/instance.h"
#include "model/task.h"

typedef struct {
  gint64 (*monotonic_ms) (void *self);
  gint64 (*wall_ms) (void *self);                    /* Unix */
  void (*wake_at) (void *self, gint64 monotonic_ms); /* run ls_supervisor_run_timers then; replaces the wish before; G_MAXINT64: none */
  double (*random) (void *self);                     /* 0 … 1 */
  GTimeZone *(*time_zone) (void *self);              /* that of the computer, now; (transfer full) */
  void *self;
} LsClock;

typedef struct {
  const char *id;                  /* "web.3", "compute", "t42": name of the process and of its output in the logs */
  const char *const *argv;         /* NULL-terminated; argv[0] is looked up in PATH */
  const char *cwd;                 /* NULL: the agent's */
  const char *const *env;          /* "KEY=value", added to the agent's own environment; NULL-terminated or NULL */
  const int *listen_fds;           /* handed on as LISTEN_FDS from 3 up; stay the caller's */
  const char *const *listen_names; /* LISTEN_FDNAMES, one each */
  guint n_listen_fds;
  int scoreboard_fd;               /* -1: none */
  guint scoreboard_row;
  gboolean channel;                /* NODE_CHANNEL_FD */
  gboolean notify;                 /* NOTIFY_SOCKET */
  LsStdin stdin_mode;
  const char *stdin_text;
  const char *stdin_file;
  gboolean pty;                    /* a terminal of its own: it is stdin, stdout and stderr, and what it shows comes as stdout */
  LsTerminalSize window;
  int nice;                        /* added to the agent's own */
  const LsLimits *limits;          /* NULL: the agent's */
} LsSpawnRequest;

typedef enum { LS_NOTIFY_READY, LS_NOTIFY_STOPPING, LS_NOTIFY_WATCHDOG, LS_NOTIFY_STATUS, LS_NOTIFY_RELOADING } LsNotifyKind;

typedef struct {
  /* Whether a child could be started as asked, as far as that can be told without starting it. NULL: nobody knows. */
  gboolean (*check) (void *self, const LsSpawnRequest *request, GError **error);
  /* Starts a child in a process group of its own. FALSE: nothing was started and the error says why (no such program,
   * no permission, limits); LS_ERROR_BUSY: there is no room for it now, and there may be when others have ended. */
  gboolean (*spawn) (void *self, const LsSpawnRequest *request, LsInstance *ret_instance, GError **error);
  /* Starts a child as spawn does, but waits for nothing: what became of it comes in through ls_supervisor_child_started. FALSE: it was not
   * even tried. NULL: there is only spawn. */
  gboolean (*launch) (void *self, const LsSpawnRequest *request, GError **error);
  /* Signals the process, or with @group its whole process group. FALSE: it has ended already (or may not be signalled). */
  gboolean (*signal) (void *self, LsInstance instance, int signal_number, gboolean group, GError **error);
  /* One JSON value for the child's channel; framing is the port's. Queued when the child is slow, bounded: LS_ERROR_BUSY. */
  gboolean (*send) (void *self, LsInstance instance, json_t *message, GError **error);
  /* Lines that are JSON already, each with its end, as one write: all of them or none. */
  gboolean (*send_lines) (void *self, LsInstance instance, const char *lines, gsize length, GError **error);
  /* Bytes for the child's stdin; bounded as above. @close ends it after them; at a terminal that is its end-of-file key, and more may follow. */
  gboolean (*input) (void *self, LsInstance instance, const char *data, gsize length, gboolean close, GError **error);
  /* The size of its terminal's window. NULL: there are no terminals. */
  gboolean (*resize) (void *self, LsInstance instance, LsTerminalSize window, GError **error);
  /* What makes sure that everything it starts ends with it. NULL: unknown. */
  LsContainmentKind (*containment) (void *self, LsInstance instance);
  void *self;
} LsSpawner;

typedef struct LsListening LsListening;

typedef struct {
  guint row;               /* of the scoreboard; also the key of a process's sockets */
  double weight;           /* relative; > 0 */
} LsShare;

typedef struct {
  /* Opens every address of @listen (a cluster without any gets an empty group). With steered each row gets sockets of its own, with shared all
   * get the same. Fails if an address is taken, also by another SO_REUSEPORT program. */
  LsListening *(*open) (void *self, const char *const *listen, LsBalance balance, guint rows, GError **error);
  /* The addresses really bound (port 0 resolved), NULL-terminated, owned by the group. */
  const char *const *(*addresses) (void *self, LsListening *listening);
  /* The sockets of @row, opened now or kept from the crashed process that had the row; owned by the group, one an address. */
  gboolean (*lend) (void *self, LsListening *listening, guint row, const int **ret_fds, guint *ret_n, GError **error);
  /* From now on new connections go to these rows only, by weight. None: to all open sockets (their queues wait). */
  void (*steer) (void *self, LsListening *listening, const LsShare *shares, guint n_shares);
  /* Connections waiting in the row's own queues; 0 for shared. */
  guint (*waiting) (void *self, LsListening *listening, guint row);
  /* The row's process is gone for good: hands on or closes what its queues hold, and closes its sockets. Steer away first. */
  void (*retire) (void *self, LsListening *listening, guint row);
  void (*close) (void *self, LsListening *listening);
  void *self;
} LsSockets;

typedef struct LsScoreboard LsScoreboard;

typedef struct {
  LsScoreboard *(*create) (void *self, const char *cluster, guint rows, GError **error);
  int (*fd) (void *self, LsScoreboard *board);                     /* to be inherited by children */
  void (*fold) (void *self, LsScoreboard *board, guint row);       /* its process ended: counts go to the cluster's, the row is zeroed */
  void (*destroy) (void *self, LsScoreboard *board);
  void *self;
} LsScoreboards;

/* What pools need besides a process. Shared memory files outlive whoever maps them, so all that is made here is removed here. */
typedef struct {
  /* An empty board (abi/job_board.h) of @rows for the next host; *@ret_fd is to be inherited. */
  LsJobBoard *(*open_board) (void *self, const char *pool, guint rows, int *ret_fd, GError **error);
  void (*close_board) (void *self, LsJobBoard *board, int fd);
  /* A file of shared memory that is @size bytes long and has none of them yet. *@ret_path is NULL where it cannot be opened by a path. */
  gboolean (*create_buffer) (void *self, const char *name, guint64 size, char **ret_shm, char **ret_path, GError **error);
  /* Takes the memory for @length bytes from @first on: what has been taken can be written without a fault. May take some milliseconds a megabyte. */
  gboolean (*fill_buffer) (void *self, const char *shm, guint64 first, guint64 length, GError **error);
  void (*remove_buffer) (void *self, const char *shm);
  /* Whether there is such a plug-in: a full path, or the name of an installed one. */
  gboolean (*check_plugin) (void *self, const char *plugin, GError **error);
  /* What the host of a job may have left half-written when it died (LS_JOB_PART_FORMAT). */
  void (*remove_part) (void *self, const char *output, const char *job);
  void *self;
} LsWorkshop;

typedef struct {
  LsClock clock;
  LsSpawner spawner;
  LsSockets sockets;
  LsScoreboards scoreboards;
  LsWorkshop workshop;
  const char *worker_program;      /* full path of lineshaft-worker */
  const char *pool_program;        /* full path of lineshaft-pool */
  guint cores;
} LsPorts;
