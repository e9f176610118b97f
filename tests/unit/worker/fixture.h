/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The real program, started as the agent starts it: with a socket, a row, a channel and somebody to notify; and how it is asked. */

#include "abi/channel.h"
#include "abi/scoreboard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/types.h>

#define BOUND_MS 5000

typedef struct {
  pid_t pid;
  int listener, channel, notify;
  int port;
  LsScoreboardHeader *board;
  LsScoreboardRow *row;
  char folder[32];
} Fixture;

extern const char *program;      /* its path; main says it */

int set_up (void **state);
int tear_down (void **state);
void expect_notice (Fixture *fixture, const char *wanted);      /* what it says next to whom it notifies begins so */
uint64_t now_ms (void);
void set_number (const char *name, long number);      /* in the environment */
int wait_for_exit (Fixture *fixture);                 /* its status; -1: it lives on */

/* A connection on which @request is sent; and its whole answer, valid until the next. */
int start_request (const Fixture *fixture, const char *request);
const char *finish_request (int fd);
const char *get (const Fixture *fixture, const char *target, const char *headers);
unsigned status_of (const char *answer);
uint64_t counted (const Fixture *fixture, unsigned code);      /* answers of that status, in its row */
