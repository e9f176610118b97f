/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The pool host: as many threads as the agent asks for, and the jobs it sends, by the conversation in abi/channel.h.
 *
 * Threads have the indexes 0 … count - 1. Asked for fewer, those with the highest end, each after its job; asked for more again, they stay.
 * A job that finds no free thread waits here, in order. The host ends by itself: when it was told to drain and the last job is done, or at once
 * when the agent is gone. */

#include <uv.h>

typedef struct LsHost LsHost;

/* Takes over @channel_fd. NULL: *ret_error is a negative errno. */
LsHost *ls_host_new (uv_loop_t *loop, int channel_fd, int *ret_error);

void ls_host_tell_kinds (LsHost *host);                       /* what it can run; before anything else is said */
void ls_host_refuse (LsHost *host, const char *why);      /* it cannot be used: says so and ends */

/* Jobs that run are finished, those that wait are left to the agent. Asked twice: jobs that run are cancelled. */
void ls_host_drain (LsHost *host);

/* After the loop has ended. */
void ls_host_free (LsHost *host);
