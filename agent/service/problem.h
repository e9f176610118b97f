/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A problem: the body of every answer from 400 up (RFC 9457, "Problem Details for HTTP APIs"). */

#include <glib.h>
#include <jansson.h>

#define LS_PROBLEM_TYPE "application/problem+json"

/* {"type":"about:blank","title":"Not Found","status":404,"detail":@detail}. (transfer full) */
json_t *ls_problem_new (guint status, const char *detail);
/* The status that an error means: of LS_ERROR its own, of any other domain 500. */
guint ls_problem_status (const GError *error);
