/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: MIT */
#pragma once

/* A kind of job that a pool's threads can run, and how a plug-in brings some along.
 *
 * A thread of lineshaft-pool turns an event loop. While it has a job it calls the job's step again and again, and between two steps it looks
 * at what came in: a cancellation, a message. So a step should take a few milliseconds, and a job never has to know about
 * threads, locks or cancellation. A step that must take longer asks cancelled now and then. All functions of one run are called in one
 * thread, but runs of the same kind take place in several threads at once: keep what changes in run->state.
 *
 * A job may be begun again after a crash of its process (the request says how often): what it leaves behind must bear that.
 *
 * A plug-in is a shared object that exports one symbol:
 *
 *   static const LsJobKind hello = { .abi = LS_JOB_ABI, .name = "hello", .arguments = "NAME", .description = "…",
 *                                    .begin = begin, .step = step };
 *   static const LsJobKind *const kinds[] = { &hello, NULL };
 *   LS_JOB_EXPORT const LsJobPlugin ls_job_plugin = { LS_JOB_ABI, "greetings", "1.0", kinds };
 *
 * The header is self-contained C, and C++: whoever implements a job links nothing. `lineshaft-pool --plugin ./hello.so --run hello world` tries one. */

#include <stddef.h>

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
  const char *cwd;       /* absolute: relative paths among the arguments are meant from here */
  unsigned attempt;      /* 1; more after a retry */
  unsigned thread;       /* which of the pool's threads runs it */

  /* What the job says; texts are copied. */
  void (*progress) (LsRun *run, double part, const char *text);      /* 0 … 1; as often as it likes, passed on at most 20 times a second */
  void (*result) (LsRun *run, const char *json);
  void (*fail) (LsRun *run, const char *sentence);
  void (*send) (LsRun *run, const char *json);      /* a message to whoever follows the job */

  /* What the job can ask for. */
  int (*cancelled) (LsRun *run);      /* in a step that takes long; nonzero: return soon, with anything */
  /* To the job's output file, which appears under its name when the job is done and not before. 0 or a negative errno; -EBADF: none was asked for. */
  int (*write) (LsRun *run, const void *bytes, size_t length);
  /* A shared buffer of the pool, "frame" or "compute.frame": mapped for reading and writing until the run ends. NULL: there is none of that name. */
  void *(*map) (LsRun *run, const char *buffer, size_t *ret_size);

  void *host;        /* the host's own: jobs leave it alone */
};

typedef struct {
  unsigned abi;             /* LS_JOB_ABI */
  const char *name;         /* "primes": a small letter, then small letters, digits and hyphens, 32 at most */
  const char *arguments;    /* for people: "LIMIT" */
  LsStep (*begin) (LsRun *run);      /* checks the arguments and makes the state */
  LsStep (*step) (LsRun *run);
  void (*message) (LsRun *run, const char *json);      /* NULL: messages are ignored */
  void (*end) (LsRun *run);      /* after done, failed or cancelled: frees the state, which may be NULL; itself NULL when there is nothing to free */
  const char *description;      /* one line for people: "how many primes there are up to LIMIT" */
} LsJobKind;

typedef struct {
  unsigned abi;                      /* LS_JOB_ABI */
  const char *name;                  /* of the plug-in, for people */
  const char *version;
  const LsJobKind *const *kinds;     /* NULL-terminated */
} LsJobPlugin;

#define LS_JOB_PLUGIN_SYMBOL "ls_job_plugin"

/* Before the definition of the plug-in. In C++ a const would be its file's own, and nobody could find it. */
#ifdef __cplusplus
#define LS_JOB_EXPORT extern "C" __attribute__ ((visibility ("default")))
#else
#define LS_JOB_EXPORT __attribute__ ((visibility ("default")))
#endif
