/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside service only: many jobs in one POST /v1/pools/{name}/jobs, all of them or none, answered with their ids.
 *
 * {"items":[{"name":"primes","args":["100"]},…]}, or one job with many lists of arguments: {"name":"primes","args_list":[["100"],["200"],…]}, or the same
 * many times: {"name":"primes","args":["100"],"count":50}. */

#include "service/call.h"

gboolean ls_job_batch_is_one (json_t *body);
/* @before: what the Idempotency-Key made before, NULL if it is new. */
gboolean ls_job_batch_submit (LsCall *call, const LsBody *body, const char *before, GError **error);
