/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What every verb has at hand: the options of the command line, the agent, and the ways to answer. */

#include "cli/arguments.h"
#include "cli/snapshot.h"
#include "cli/table.h"
#include "cli/target.h"
#include "client/client.h"

enum {
  LS_EXIT_OK = 0,
  LS_EXIT_FAILED = 1,
  LS_EXIT_USAGE = 2,
  LS_EXIT_UNWELL = 3,
  LS_EXIT_NOT_FOUND = 4,
  LS_EXIT_NO_AGENT = 5,
  LS_EXIT_REFUSED = 6,
  LS_EXIT_TIMED_OUT = 124,      /* run: the command's time was over */
};

typedef enum { LS_FORMAT_TABLE, LS_FORMAT_JSON, LS_FORMAT_JSONL, LS_FORMAT_NAME } LsFormat;

struct LsCli {
  LsArguments *arguments;
  LsClient *client;
  LsFormat format;
  gboolean quiet;
  gboolean wait;
  gboolean color;             /* on stdout */
  gint64 timeout_ms;          /* 0: none */
  GCancellable *deadline;     /* cancelled once the timeout is over; for every call */
  guint deadline_timer;
  gboolean showing_progress;
};

/* @words without the program's name. Returns the exit status. */
int ls_cli_main (const char *const *words);

/* The arguments after the verb. */
const char *ls_cli_word (const LsCli *cli, guint index);      /* NULL past the end */

/* Prints the error's sentence to stderr; returns the exit status that it means. NULL-safe for neither. */
int ls_cli_fail (LsCli *cli, const GError *error);
int ls_cli_exit_status (const GError *error);
/* "lineshaft: sentence", to stderr. */
void ls_cli_complain (LsCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* What was done, to stdout; not with -q and not beside JSON or names. */
void ls_cli_say (LsCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* A line on a terminal's stderr that is written over by the next; nothing elsewhere. */
void ls_cli_progress (LsCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);
void ls_cli_end_progress (LsCli *cli);

/* Refuses a word that is not UTF-8: to the agent it would be another one. */
gboolean ls_cli_check_words (const char *const *words, GError **error);
/* One call of the API; waits in the main loop for the answer. @body is taken. (transfer full) */
json_t *ls_cli_call (LsCli *cli, const char *method, const char *path, json_t *body, GError **error);
json_t *ls_cli_call_with (LsCli *cli, const char *method, const char *path, json_t *body, const char *const *headers, GError **error);
GInputStream *ls_cli_open (LsCli *cli, const char *method, const char *path, GBytes *body, GError **error);
/* The event stream's snapshot, as JSON. (transfer full) */
json_t *ls_cli_snapshot (LsCli *cli, GError **error);
/* Lets the main loop run for so long; FALSE with an error once the deadline has passed. */
gboolean ls_cli_pause (LsCli *cli, guint ms, GError **error);
/* The error of a deadline that has passed; for calls that were cancelled by it. */
void ls_cli_deadline_error (LsCli *cli, GError **error);

/* A resource of the API by its word. A name is looked for among clusters, then pools, then schedules; t42 and j17 may be names, too. *@ret_path gets its
 * path. (transfer full) */
json_t *ls_cli_find (LsCli *cli, const char *word, char **ret_path, GError **error);
/* The kind of a resource: "cluster". */
const char *ls_cli_kind (json_t *resource);

/* --- output.c --- */
void ls_cli_print_json (LsCli *cli, json_t *value);      /* pretty for json, a line for jsonl */
void ls_cli_print_table (LsCli *cli, LsTable *table);
/* A resource after a change, in -o json, jsonl and name; nothing for tables. */
void ls_cli_print_resource (LsCli *cli, json_t *resource);
const char *ls_cli_name_of (json_t *resource);      /* its "id" or "name" */
gboolean ls_cli_is_terminal (int fd);
void ls_cli_terminal_size (guint *ret_columns, guint *ret_rows);      /* 0 when stdout is none */

/* --- wait.c --- */
/* Waits until the operation has ended, showing how far it is; one that failed is an error. */
gboolean ls_cli_wait_operation (LsCli *cli, const char *id, GError **error);
/* After a change whose answer was @resource (a cluster, pool, worker or operation): waits until it has settled, unless --no-wait.
 * *@ret_after (transfer full, nullable) is how it is then, NULL if it is gone. */
gboolean ls_cli_settle (LsCli *cli, const char *path, json_t *resource, json_t **ret_after, GError **error);
