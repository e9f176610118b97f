/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A plain blocking HTTP client for tests: one request, one answer, nothing tried again. Every wait has a bound. */

#include "model/json.h"

#include <glib.h>

#define LS_TEST_TIMEOUT_MS 30000

typedef struct {
  int status;            /* 0: no answer came */
  char *head;            /* status line and headers */
  char *body;            /* decoded; NUL-terminated */
  gsize length;
  json_t *json;          /* NULL unless the body is JSON */
  gboolean complete;     /* the body was as long as it said */
} LsTestReply;

void ls_test_reply_free (LsTestReply *reply);
/* (transfer full) (nullable) */
char *ls_test_reply_header (const LsTestReply *reply, const char *name);

int ls_test_connect_unix (const char *path);      /* -1 with errno */
int ls_test_connect_tcp (guint port);
gboolean ls_test_send_all (int fd, const char *data, gsize length);
/* Waits until @fd can be read; FALSE past the bound. */
gboolean ls_test_readable (int fd, int timeout_ms);

/* Reads one answer up to the connection's end, or the end of its body. @is_head: an answer to HEAD. */
LsTestReply *ls_test_read_reply (int fd, gboolean is_head, int timeout_ms);
/* One request on a connection of its own; @headers: lines that end in CRLF, or NULL. Closes @fd. */
LsTestReply *ls_test_request (int fd, const char *method, const char *target, const char *headers, const char *body, gssize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsTestReply, ls_test_reply_free)
