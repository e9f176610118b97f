/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: MIT */
#pragma once

/* A kind of job that a pool's threads can run.
 *
 * A thread of lineshaft-pool turns an event loop. While it has a job it calls the job's step again and again, and between two steps it looks
 * at what came in: a cancellation, a message. So a step should take a few milliseconds, and a job never has to know about
 * threads, locks or cancellation. All functions of one run are called in one thread, but runs of the same kind take place in several
 * threads at once: keep what changes in run->state.
 *
 * The header is self-contained C: whoever implements a job links nothing. */

#define LS_JOB_ABI 1u

typedef enum {
  LS_STEP_MORE,      /* call step again */
  LS_STEP_DONE,      /* the result was given, or there is none */
  LS_STEP_FAILED     /* fail was told why */
} LsStep;

typedef struct LsRun LsRun;
struct LsRun {
  int n_args;
  char *const *args;
  void *state;       /* the job's own */

  /* What the job says; texts are copied. */
  void (*progress) (LsRun *run, double part, const char *text);      /* 0 … 1; as often as it likes, passed on at most 20 times a second */
  void (*result) (LsRun *run, const char *json);
  void (*fail) (LsRun *run, const char *sentence);
  void (*send) (LsRun *run, const char *json);      /* a message to whoever follows the job */
};

typedef struct {
  unsigned abi;             /* LS_JOB_ABI */
  const char *name;         /* "primes" */
  const char *arguments;    /* for people: "LIMIT" */
  LsStep (*begin) (LsRun *run);      /* checks the arguments and makes the state */
  LsStep (*step) (LsRun *run);
  void (*message) (LsRun *run, const char *json);      /* NULL: messages are ignored */
  void (*end) (LsRun *run);      /* after done, failed or cancelled: frees the state, which may be NULL */
} LsJobKind;
