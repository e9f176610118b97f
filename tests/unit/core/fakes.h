/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A world for the supervisor in which nothing is real: a clock that is turned by hand, children that live in a list, sockets and scoreboards
 * that only keep books. The books are checked as they are written: what breaks the contract of core/ports.h fails the test at once. */

#include "core/supervisor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

typedef struct {
  LsInstance instance;
  char *id;
  char **argv;
  char **env;
  guint row;
  gboolean has_row;
  GArray *fds;                 /* int: those handed on */
  char **fd_names;
  GArray *signals;             /* int, oldest first */
  GPtrArray *sent;             /* json_t: on its channel */
  GString *input;              /* on its stdin */
  gboolean input_closed;
  LsStdin stdin_mode;
  gboolean pty;
  LsTerminalSize window;
  gint64 spawned_ms;
} FakeChild;

struct LsListening {
  char **addresses;
  LsBalance balance;
  guint rows;
  GHashTable *open;            /* row + 1 → int *: sockets that exist */
  GHashTable *waiting;         /* row + 1 → connections in its queue */
  GArray *shares;              /* LsShare, as steered last */
};

struct LsScoreboard {
  char *cluster;
  guint rows;
  GHashTable *living;          /* row + 1 → FakeChild of that row */
  guint *unfolded;             /* a row: processes that ended and are not folded yet */
  guint folds;
  int fd;
};

typedef struct {
  LsSupervisor *supervisor;
  LsPorts ports;
  gint64 now_ms;
  gint64 wake_ms;              /* G_MAXINT64: none */
  gint64 wall_skew_ms;         /* what the clock on the wall was set forward by */
  const char *zone;            /* its time zone; "UTC" */
  GTimeZone *zone_read;        /* so that it is read once */
  double random;               /* given by the clock; 0.5 */
  GRand *dice;                 /* not NULL: the clock throws it instead, and pids come again */
  GPtrArray *children;         /* FakeChild: alive, oldest first */
  guint spawned;               /* so far */
  LsInstance ended;            /* the last that did */
  gint64 spawn_takes_ms;
  char *spawn_error;           /* not NULL: every spawn fails with it */
  int spawn_error_code;        /* of LS_ERROR; 0: LS_ERROR_FAILED */
  char *check_error;           /* not NULL: no request is possible */
  gboolean refuse_signals;
  char *lend_error;            /* not NULL: no sockets are lent */
  pid_t next_pid;
  GHashTable *taken;           /* addresses that some other program holds */
  GPtrArray *listenings;       /* LsListening: open */
  GPtrArray *boards;           /* LsScoreboard: alive */
  GPtrArray *job_boards;       /* LsJobBoard: open */
  LsJobBoard *job_board;       /* the newest of them */
  gboolean channel_full;       /* no child takes lines */
  gboolean whole_lines;        /* what children say is parsed before anybody sees it */
  guint64 shared_memory;       /* how much a buffer may have */
  GHashTable *shared_files;    /* shm → guint64: how much of it is filled */
  GPtrArray *removed_parts;    /* "/srv/out j17" */
  GHashTable *resources;       /* "worker web.1 100-1" → the revision that was told last */
  GPtrArray *changes;          /* "added worker web.1 100-1 starting", … since fake_forget_changes */
  GPtrArray *messages;         /* "web.1 {…}" */
  char **log_tail;             /* what every child wrote last */
  guint spawned_fd;
} FakeWorld;

/* Its parts: fake_children.c, fake_sockets.c, fake_workshop.c. */
GPtrArray *fake_children_new (void);
LsSpawner fake_spawner (FakeWorld *world);
LsSockets fake_sockets (FakeWorld *world);
LsScoreboards fake_boards (FakeWorld *world);
void fake_boards_take_row (FakeWorld *world, FakeChild *child, int fd);
void fake_boards_leave_row (FakeWorld *world, const FakeChild *child);
LsWorkshop fake_workshop (FakeWorld *world);

/* cores = 4; the supervisor is made and ready. Freeing checks that no timer, socket or scoreboard is left behind. */
FakeWorld *fake_world_new (void);
void fake_world_free (FakeWorld *world);

/* Moves the clock, stopping at each wake-up on the way. */
void fake_advance (FakeWorld *world, gint64 ms);
/* Runs what is due now. */
void fake_settle (FakeWorld *world);

/* The newest or oldest living child called @id, NULL if there is none; and how many ids begin so. */
FakeChild *fake_child (FakeWorld *world, const char *id);
FakeChild *fake_oldest_child (FakeWorld *world, const char *id);
guint fake_count (FakeWorld *world, const char *id_prefix);
const char *fake_env (const FakeChild *child, const char *name);
gboolean fake_got_signal (const FakeChild *child, int signal_number);
guint fake_signals (const FakeChild *child, int signal_number);

/* What a child does. Exits free it. */
void fake_notify (FakeWorld *world, FakeChild *child, LsNotifyKind kind, const char *text);
void fake_ready (FakeWorld *world, FakeChild *child);
void fake_ready_all (FakeWorld *world);      /* until no child that is starting is left */
void fake_exit (FakeWorld *world, FakeChild *child, int code);
void fake_killed (FakeWorld *world, FakeChild *child, int signal_number);
void fake_obey_signals (FakeWorld *world);   /* each that got TERM, INT or KILL ends as it should */
void fake_say (FakeWorld *world, FakeChild *child, const char *json);

/* Sockets: the group that holds @address, NULL if none does. */
LsListening *fake_listening (FakeWorld *world, const char *address);
gboolean fake_steers_to (LsListening *listening, guint row);
void fake_set_waiting (LsListening *listening, guint row, guint connections);

/* What was told to the observer. */
void fake_forget_changes (FakeWorld *world);
guint fake_changes (FakeWorld *world, const char *prefix);      /* how many begin with it: "added worker web.1" */
