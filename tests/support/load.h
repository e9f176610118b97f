/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* lineshaft-load in the background: real requests, each counted once, none tried again. */

#include <glib.h>
#include <jansson.h>
#include <sys/types.h>

typedef struct {
  pid_t pid;
  int out;
} LsTestLoad;

/* On http://127.0.0.1:@port, with more options (split at spaces), such as "--connections 8 --keep-alive mixed --duration 3s". */
LsTestLoad *ls_test_load_start (guint port, const char *options);
/* Waits for its end; what it counted, (transfer full). Frees. */
json_t *ls_test_load_finish (LsTestLoad *load);
