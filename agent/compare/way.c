/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/way.h"
#include "abi/channel.h"
#include "compare/times.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define USUAL_MS 2000u           /* without a count */
#define COUNTED_MS 15000u        /* with one */
#define GRACE_MS 10000u          /* for the jobs that run when the time is over, and for processes to come up */
#define TELL_MS 200u
#define STARTS 5u                /* empty processes that are timed */

struct LsWay {
  LsCrew *crew;
  const LsCompareOptions *options;
  LsWayEvents events;
  LsRow row;
  LsTimes times, starts;
  uv_timer_t tell, limit;
  LsHelper **hosts;
  unsigned n_hosts;
  unsigned threads_up;
  uint64_t *handed_ns;           /* when each job was handed over */
  unsigned max, handed, running;
  uint64_t spawned_ns, begun_ns, last_ns;
  uint64_t child_memory;         /* the largest child's */
  bool begun, closing;
  bool late, cut;                /* no more jobs are begun; those that ran were left */
  unsigned handles;              /* that are not yet closed */
  char *failure;
};

static void hand_out (LsWay *way);

static uint64_t
budget_ms (const LsWay *way)
{
  return way->options->time_ms > 0 ? way->options->time_ms : way->options->count > 0 ? COUNTED_MS : USUAL_MS;
}

static uint64_t
us_since (uint64_t ns)
{
  return (uv_hrtime () - ns) / 1000;
}

/* --- the end --- */

static void
reckon (LsWay *way)
{
  LsRow *row = &way->row;
  row->wall_us = way->begun && way->last_ns > way->begun_ns ? (way->last_ns - way->begun_ns) / 1000 : 0;
  row->per_second = row->wall_us > 0 ? (double) row->jobs * 1e6 / (double) row->wall_us : 0;
  row->p50_us = ls_times_percentile (&way->times, 50);
  row->p99_us = ls_times_percentile (&way->times, 99);
  if (row->way == LS_WAY_CHILDREN) {
    row->start_us = ls_times_percentile (&way->starts, 50);
    row->memory = way->child_memory * row->processes;
  }
}

static void
on_handle_closed (uv_handle_t *handle)
{
  LsWay *way = handle->data;
  if (--way->handles > 0)
    return;
  reckon (way);
  if (way->failure != NULL)
    way->events.failed (way->events.user, way->failure);
  else
    way->events.over (way->events.user, &way->row);
}

/* Once no process is left. */
static void
end_if_alone (LsWay *way)
{
  if (!way->closing || way->running > 0 || way->n_hosts > 0 || uv_is_closing ((uv_handle_t *) &way->tell))
    return;
  uv_close ((uv_handle_t *) &way->tell, on_handle_closed);
  uv_close ((uv_handle_t *) &way->limit, on_handle_closed);
}

static void
wind_up (LsWay *way)
{
  way->closing = true;
  for (unsigned i = 0; i < way->row.processes; i++)
    if (way->hosts[i] != NULL)
      ls_helper_dismiss (way->hosts[i]);
  end_if_alone (way);
}

static void
fail (LsWay *way, const char *sentence)
{
  if (way->failure == NULL)
    way->failure = strdup (sentence);
  way->closing = true;
  ls_crew_kill (way->crew);
  end_if_alone (way);
}

/* --- jobs --- */

static bool
is_enough (const LsWay *way)
{
  return way->closing || way->late || way->handed >= way->max;
}

static void
job_over (LsWay *way, uint64_t handed_ns, bool good)
{
  way->last_ns = uv_hrtime ();
  if (good) {
    way->row.jobs++;
    ls_times_add (&way->times, (way->last_ns - handed_ns) / 1000);
  }
  else {
    way->row.failed++;
  }
}

static void
after_job (LsWay *way)
{
  hand_out (way);
  if (way->running == 0 && !way->closing)
    wind_up (way);
}

/* How a process ended that should not have. */
static void
fail_of_status (LsWay *way, int status)
{
  char text[160];
  if (WIFSIGNALED (status))
    snprintf (text, sizeof text, "The job ended its process: it was killed by signal %d (%s).", WTERMSIG (status), strsignal (WTERMSIG (status)));
  else
    snprintf (text, sizeof text, "lineshaft-pool ended with exit status %d before the jobs were done.", WEXITSTATUS (status));
  fail (way, text);
}

static void
child_ended (LsHelper *helper)
{
  LsWay *way = helper->user;
  bool good = WIFEXITED (helper->status) && WEXITSTATUS (helper->status) == 0;
  way->running--;
  way->row.cpu_us += helper->cpu_us;
  if (helper->memory > way->child_memory)
    way->child_memory = helper->memory;
  if (!way->closing && !way->cut) {
    job_over (way, helper->started_ns, good);
    if (!good && way->row.jobs == 0)
      fail_of_status (way, helper->status);
  }
  if (way->closing)
    end_if_alone (way);
  else
    after_job (way);
}

static bool
start_child (LsWay *way)
{
  int error;
  LsHelper *helper = ls_crew_start (way->crew, LS_HELPER_JOB, &error);
  if (helper == NULL) {
    char text[160];
    snprintf (text, sizeof text, "No process could be started: %s.", uv_strerror (error));
    fail (way, text);
    return false;
  }
  helper->ended = child_ended;
  helper->user = way;
  return true;
}

static void
give_job (LsWay *way, LsHelper *host)
{
  char id[16];
  json_t *args = json_array ();
  for (int i = 0; i < way->options->n_args; i++)
    json_array_append_new (args, json_string (way->options->args[i]));
  char folder[4096];
  size_t size = sizeof folder;
  snprintf (id, sizeof id, "%u", way->handed);
  way->handed_ns[way->handed] = uv_hrtime ();
  host->busy++;
  ls_helper_say (host, json_pack ("{s:s, s:s, s:s, s:o, s:s}", "cmd", LS_POOL_JOB, "id", id, "name", way->options->job, "args", args, "cwd",
                                  uv_cwd (folder, &size) == 0 ? folder : "/"));
}

/* The host with the fewest jobs: with one thread each they get one each. */
static LsHelper *
least_busy (const LsWay *way)
{
  LsHelper *least = NULL;
  for (unsigned i = 0; i < way->row.processes; i++)
    if (way->hosts[i] != NULL && (least == NULL || way->hosts[i]->busy < least->busy))
      least = way->hosts[i];
  return least;
}

/* As many jobs as can run at once are always on their way. */
static void
hand_out (LsWay *way)
{
  while (way->begun && !is_enough (way) && way->running < way->row.at_once) {
    if (way->row.way == LS_WAY_CHILDREN) {
      if (!start_child (way))
        return;
    }
    else {
      give_job (way, least_busy (way));
    }
    way->handed++;
    way->running++;
  }
}

/* --- hosts --- */

static void
begin (LsWay *way)
{
  way->begun = true;
  way->begun_ns = uv_hrtime ();
  uv_timer_stop (&way->limit);
  uv_timer_start (&way->limit, way->limit.timer_cb, budget_ms (way), 0);
  hand_out (way);
}

static void
thread_up (LsWay *way)
{
  if (way->threads_up++ == 0)
    way->row.start_us = us_since (way->spawned_ns);
  if (way->threads_up == way->row.at_once && !way->begun)
    begin (way);
}

static void
host_said (LsHelper *host, json_t *message)
{
  LsWay *way = host->user;
  const char *cmd = json_string_value (json_object_get (message, "cmd"));
  const char *id = json_string_value (json_object_get (message, "id"));
  const char *error = json_string_value (json_object_get (message, "error"));
  if (cmd == NULL || way->closing)
    return;
  bool done = strcmp (cmd, LS_POOL_JOB_DONE) == 0, failed = strcmp (cmd, LS_POOL_JOB_FAILED) == 0;
  if (strcmp (cmd, LS_POOL_THREAD) == 0)
    thread_up (way);
  else if (strcmp (cmd, LS_POOL_KINDS) == 0 && error != NULL)
    fail (way, error);
  else if ((done || failed) && id != NULL && way->running > 0) {
    unsigned long number = strtoul (id, NULL, 10);
    way->running--;
    host->busy--;
    job_over (way, way->handed_ns[number < way->handed ? number : 0], done);
    if (failed && way->row.jobs == 0)
      fail (way, error != NULL ? error : "The job failed and did not say why.");
    else
      after_job (way);
  }
}

static void
host_ended (LsHelper *host)
{
  LsWay *way = host->user;
  for (unsigned i = 0; i < way->row.processes; i++)
    if (way->hosts[i] == host)
      way->hosts[i] = NULL;
  way->n_hosts--;
  way->running -= host->busy; /* nobody will answer for them */
  way->row.cpu_us += host->cpu_us;
  way->row.memory += host->memory;
  if (!way->closing && !way->cut)
    fail_of_status (way, host->status);
  else if (way->cut && way->n_hosts == 0)
    way->closing = true;
  end_if_alone (way);
}

static void
start_hosts (LsWay *way)
{
  int error = 0;
  unsigned threads = way->row.at_once / way->row.processes;
  way->spawned_ns = uv_hrtime ();
  for (unsigned i = 0; i < way->row.processes && error == 0; i++) {
    LsHelper *host = ls_crew_start (way->crew, LS_HELPER_HOST, &error);
    if (host == NULL) {
      char text[160];
      snprintf (text, sizeof text, "%s could not be started: %s.", way->crew->program, uv_strerror (error));
      fail (way, text);
      return;
    }
    host->line = host_said;
    host->ended = host_ended;
    host->user = way;
    way->hosts[way->n_hosts++] = host;
    ls_helper_say (host, json_pack ("{s:s, s:i}", "cmd", LS_POOL_THREADS, "count", (int) threads));
  }
}

/* --- children --- */

static void start_empty (LsWay *way);

static void
empty_ended (LsHelper *helper)
{
  LsWay *way = helper->user;
  way->running--;
  ls_times_add (&way->starts, us_since (helper->started_ns));
  if (!way->closing && way->cut)
    way->closing = true;
  if (way->closing)
    end_if_alone (way);
  else if (way->starts.n < STARTS)
    start_empty (way);
  else
    begin (way);
}

/* What a process costs before it has done anything. */
static void
start_empty (LsWay *way)
{
  int error;
  LsHelper *helper = ls_crew_start (way->crew, LS_HELPER_NOTHING, &error);
  if (helper == NULL) {
    fail (way, "No process could be started.");
    return;
  }
  helper->ended = empty_ended;
  helper->user = way;
  way->running++;
}

/* --- time --- */

static void
on_tell (uv_timer_t *timer)
{
  const LsWay *way = timer->data;
  double part = 0;
  if (way->begun && way->options->count > 0)
    part = (double) (way->row.jobs + way->row.failed) / (double) way->max;
  else if (way->begun)
    part = (double) us_since (way->begun_ns) / 1000 / (double) budget_ms (way);
  way->events.progress (way->events.user, way->row.way, part < 1 ? part : 1, way->row.jobs);
}

/* First no more jobs are handed over; then those that run are left, and so is a process that does not come up. */
static void
on_limit (uv_timer_t *timer)
{
  LsWay *way = timer->data;
  if (way->begun && !way->late) {
    way->late = true;
    uv_timer_start (timer, on_limit, GRACE_MS, 0);
    return;
  }
  if (!way->begun) {
    fail (way, "lineshaft-pool did not become ready within 10 seconds.");
    return;
  }
  way->cut = true;
  ls_crew_kill (way->crew);
}

LsWay *
ls_way_start (LsCrew *crew, LsWayKind kind, const LsWayEvents *events)
{
  LsWay *way = calloc (1, sizeof *way);
  const LsCompareOptions *options = crew->options;
  if (way == NULL)
    abort ();
  *way = (LsWay) { .crew = crew, .options = options, .events = *events, .max = options->count > 0 ? options->count : LS_COMPARE_MAX_COUNT, .handles = 2 };
  way->row.way = kind;
  way->row.at_once = kind == LS_WAY_IN_TURN ? 1 : options->threads;
  way->row.processes = kind == LS_WAY_PROCESSES || kind == LS_WAY_CHILDREN ? options->threads : 1;
  way->hosts = calloc (way->row.processes, sizeof *way->hosts);
  way->handed_ns = calloc (way->max, sizeof *way->handed_ns);
  if (way->hosts == NULL || way->handed_ns == NULL)
    abort ();
  uv_timer_init (crew->loop, &way->tell);
  uv_timer_init (crew->loop, &way->limit);
  way->tell.data = way->limit.data = way;
  uv_timer_start (&way->tell, on_tell, TELL_MS, TELL_MS);
  uv_timer_start (&way->limit, on_limit, GRACE_MS, 0);
  if (kind == LS_WAY_CHILDREN)
    start_empty (way);
  else
    start_hosts (way);
  return way;
}

void
ls_way_stop (LsWay *way)
{
  fail (way, "It was stopped.");
}

void
ls_way_free (LsWay *way)
{
  if (way == NULL)
    return;
  ls_times_clear (&way->times);
  ls_times_clear (&way->starts);
  free (way->hosts);
  free (way->handed_ns);
  free (way->failure);
  free (way);
}
