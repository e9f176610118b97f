/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The pass over the lines of a config file: what stands where, before GKeyFile reads the values. It refuses what GKeyFile would let through
 * or merge silently, and is the only place that knows line numbers. */

#include <glib.h>

#define LS_CONFIG_SIZE_MAX (1024 * 1024)

typedef struct {
  char *key;
  char *value;             /* unescaped */
  guint line;              /* from 1 */
} LsConfigKey;

typedef struct {
  char *header;            /* "cluster web" */
  char *kind;              /* "cluster" */
  char *name;              /* "web"; NULL: none */
  guint line;
  GPtrArray *keys;         /* LsConfigKey, in order */
} LsConfigGroup;

/* All groups in order, LsConfigGroup. Comments (# and ; lines), a byte order mark and CRLF are fine. (transfer full) */
GPtrArray *ls_config_lines_parse (const char *text, gsize length, const char *file_name, GError **error);

/* "FILE:LINE: sentence", LS_ERROR_MALFORMED. */
void ls_config_set_error (GError **error, const char *file_name, guint line, const char *format, ...) G_GNUC_PRINTF (4, 5);

typedef enum { LS_CONFIG_LINE_BLANK, LS_CONFIG_LINE_COMMENT, LS_CONFIG_LINE_GROUP, LS_CONFIG_LINE_KEY, LS_CONFIG_LINE_OTHER } LsConfigLineKind;
/* What one line (without its end) is. @ret_name: the group's header or the key, (transfer full); @ret_rest: what follows the ] or the =,
 * inside @line. */
LsConfigLineKind ls_config_line_kind (const char *line, char **ret_name, const char **ret_rest);
