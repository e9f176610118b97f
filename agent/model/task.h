/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A task: one child process that runs any command. */

#include "model/instance.h"
#include "model/json.h"
#include "model/resource_limits.h"
#include "model/terminal.h"

typedef enum { LS_STDIN_NONE, LS_STDIN_OPEN, LS_STDIN_TEXT, LS_STDIN_FILE } LsStdin;
typedef enum { LS_RESTART_NEVER, LS_RESTART_ON_FAILURE, LS_RESTART_ALWAYS } LsRestart;

typedef struct {
  char **argv;             /* JSON: a list, or a shell line (read only: run by /bin/sh -c) */
  char *cwd;
  char **env;              /* "KEY=value" */
  LsStdin stdin_mode;      /* JSON "stdin": "none", "open", {"text":"…"} or {"file":"/path"} */
  char *stdin_text;
  char *stdin_file;        /* absolute */
  gboolean pty;            /* a terminal as stdin, stdout and stderr; stdin is then open unless it is "none" */
  LsTerminalSize window;         /* of the terminal; 24 × 80 */
  int nice;                /* -20 … 19, added to the agent's own */
  LsLimits limits;
  gint64 timeout_ms;       /* 0: none */
  LsRestart restart;
  gint64 stop_timeout_ms;  /* 10,000 */
} LsTaskSpec;

/* What makes sure that everything a task started ends with it. */
typedef enum {
  LS_CONTAINMENT_UNKNOWN,
  LS_CONTAINMENT_CGROUP,       /* a control group of its own */
  LS_CONTAINMENT_ANCESTRY,     /* adopted orphans, told by a marker in their environment and by their parents */
  LS_CONTAINMENT_GROUP         /* its process group only: systems without either */
} LsContainmentKind;

typedef enum { LS_TASK_WAITING, LS_TASK_RUNNING, LS_TASK_EXITED, LS_TASK_FAILED, LS_TASK_STOPPED, LS_TASK_TIMED_OUT } LsTaskState;

typedef struct {
  char *id;                /* "t42" */
  char *name;              /* the last part of argv[0] unless given */
  char *schedule;          /* NULL */
  guint64 revision;
  LsTaskSpec spec;
  LsTaskState state;
  char *reason;
  LsInstance instance;
  gint64 started_at, ended_at;
  guint restarts;
  LsContainmentKind containment;
  LsExit exit;             /* at = 0: still runs */
  guint64 stdout_bytes, stderr_bytes, dropped_bytes;
} LsTask;

void ls_task_spec_init (LsTaskSpec *spec);
void ls_task_spec_clear (LsTaskSpec *spec);
void ls_task_spec_copy (LsTaskSpec *to, const LsTaskSpec *from);      /* @to is a spec already */
gboolean ls_task_spec_from_json (json_t *json, LsTaskSpec *ret, GError **error);
json_t *ls_task_spec_to_json (const LsTaskSpec *spec);
LsTask *ls_task_new (const char *id, const char *name);
void ls_task_free (LsTask *task);
json_t *ls_task_to_json (const LsTask *task);
LsTask *ls_task_from_json (json_t *json, GError **error);
const char *ls_task_state_name (LsTaskState state);
gboolean ls_task_state_is_final (LsTaskState state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTask, ls_task_free)
