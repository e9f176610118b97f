/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/advice.h"

#include <stdbool.h>
#include <stdio.h>

#define AS_GOOD 0.9        /* of the best: within what a second try would change */
#define NEARLY 0.8
#define BUSY 0.5           /* load a core that others make */
#define SURE_US 100000u    /* a way that was done sooner was not measured for long enough */
#define WORTH_IT 1.15      /* times one after the other: below that, doing it side by side gains nothing to speak of */

const char *
ls_way_name (LsWayKind way)
{
  static const char *const names[LS_WAYS] = { "threads", "processes", "children", "in-turn" };
  return names[way];
}

static double
share (const LsRow *one, const LsRow *other)
{
  return other->per_second > 0 ? one->per_second / other->per_second : 0;
}

/* "12 ms" */
static const char *
time_text (uint64_t us, char *text, size_t size)
{
  if (us < 1000)
    snprintf (text, size, "%u µs", (unsigned) us);
  else if (us < 10000000)
    snprintf (text, size, us < 10000 ? "%.1f ms" : "%.0f ms", (double) us / 1000);
  else
    snprintf (text, size, "%.0f s", (double) us / 1e6);
  return text;
}

/* "12 %" */
static const char *
percent_text (double part, char *text, size_t size)
{
  snprintf (text, size, part > 0 && part < 0.01 ? "less than 1 %%" : "%.0f %%", 100 * part);
  return text;
}

/* What a child a job would mean, after the advice for one of the others. */
static void
about_children (const LsRow *children, const LsRow *best, char *text, size_t size)
{
  char start[32], percent[32];
  if (children->jobs == 0)
    snprintf (text, size, "No job was done by a child process of its own.");
  else if (share (children, best) >= NEARLY)
    snprintf (text, size, "A child process a job is nearly as quick (%.0f %%): take tasks where isolation or another language counts.",
              100 * share (children, best));
  else
    snprintf (text, size, "A child process a job costs %s beside its work and gets %s of the throughput: worth it for isolation only.",
              time_text (children->start_us, start, sizeof start), percent_text (share (children, best), percent, sizeof percent));
}

static bool
is_alone (const LsRow *rows)
{
  return share (&rows[LS_WAY_THREADS], &rows[LS_WAY_IN_TURN]) < WORTH_IT && share (&rows[LS_WAY_PROCESSES], &rows[LS_WAY_IN_TURN]) < WORTH_IT;
}

const char *
ls_advice_about_load (double load, unsigned cores, char *text, size_t size)
{
  text[0] = '\0';
  if (load > BUSY * cores)
    snprintf (text, size, " But this machine was busy with other work (a load of %.1f on %u core%s): compare again when it is quiet.", load, cores,
              cores == 1 ? "" : "s");
  return text;
}

const char *
ls_advice_about_time (const LsRow rows[LS_WAYS], char *text, size_t size)
{
  const LsRow *shortest = &rows[LS_WAY_THREADS];
  char time[32];
  if (rows[LS_WAY_PROCESSES].wall_us < shortest->wall_us)
    shortest = &rows[LS_WAY_PROCESSES];
  if (rows[LS_WAY_IN_TURN].wall_us < shortest->wall_us)
    shortest = &rows[LS_WAY_IN_TURN];
  text[0] = '\0';
  if (shortest->jobs > 0 && shortest->wall_us < SURE_US)
    snprintf (text, size, " %u job%s in %s say little: leave the count out, or take a larger one.", shortest->jobs, shortest->jobs == 1 ? "" : "s",
              time_text (shortest->wall_us, time, sizeof time));
  return text;
}

const char *
ls_advice (const LsRow rows[LS_WAYS], char *text, size_t size)
{
  const LsRow *threads = &rows[LS_WAY_THREADS], *processes = &rows[LS_WAY_PROCESSES], *in_turn = &rows[LS_WAY_IN_TURN];
  char more[256];
  bool by_threads = threads->per_second > 0 && share (threads, processes) >= AS_GOOD;
  const LsRow *best = processes->per_second > 0 && !by_threads ? processes : threads;
  if (threads->jobs + processes->jobs + rows[LS_WAY_CHILDREN].jobs + in_turn->jobs == 0) {
    snprintf (text, size, "No job was done in time: compare with a shorter one.");
    return text;
  }
  about_children (&rows[LS_WAY_CHILDREN], best, more, sizeof more);
  if (in_turn->per_second > 0 && is_alone (rows))
    snprintf (text, size, "Side by side gains nothing here: one thread does %.0f %% of what %u do. %s", 100 / share (best, in_turn), best->at_once, more);
  else if (by_threads || processes->per_second <= 0)
    snprintf (text, size, "Take the threads of a pool: %.1f times one after the other, in one process that takes %.0f %% of the memory of %u worker processes. %s",
              share (threads, in_turn), processes->memory > 0 ? 100 * (double) threads->memory / (double) processes->memory : 100, processes->processes, more);
  else
    snprintf (text, size, "Take worker processes: %.1f times one after the other, and %.1f times what the threads of a pool do. %s",
              share (processes, in_turn), threads->per_second > 0 ? share (processes, threads) : 0, more);
  return text;
}
