/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/worker_columns.h"

#include <glib/gi18n.h>

#include "base/text.h"
#include "gui/model/format.h"

static const LsWorker *
worker_of (gconstpointer item)
{
  return ls_worker_item_get (LS_WORKER_ITEM ((gpointer) item));
}

static double
figure (gconstpointer item, const char *property)
{
  double value = -1;
  g_object_get ((gpointer) item, property, &value, NULL);
  return value;
}

/* --- texts --- */

static gboolean
lives (const LsWorker *worker)
{
  return worker->instance.pid > 0;
}

static gint64
uptime_ms (const LsWorker *worker)
{
  return lives (worker) && worker->started_at > 0 ? g_get_real_time () / 1000 - worker->started_at : -1;
}

static char *id_text (gpointer item) { return g_strdup (worker_of (item)->id); }
static char *state_text (gpointer item) { return g_strdup (ls_worker_state_name (worker_of (item)->state)); }
static char *cpu_text (gpointer item) { return ls_text_percent (figure (item, "cpu")); }
static char *memory_text (gpointer item) { return ls_text_bytes (figure (item, "rss")); }
static char *threads_text (gpointer item) { return ls_text_count (figure (item, "threads")); }
static char *requests_text (gpointer item) { return ls_text_rate (figure (item, "requests")); }
static char *errors_text (gpointer item) { return ls_text_rate (figure (item, "errors")); }
static char *in_flight_text (gpointer item) { return ls_text_count (figure (item, "in-flight")); }
static char *p95_text (gpointer item) { return ls_text_us (figure (item, "p95-us")); }
static char *loop_lag_text (gpointer item) { return ls_text_us (figure (item, "loop-lag-us")); }

static char *
pid_text (gpointer item)
{
  const LsWorker *worker = worker_of (item);
  return lives (worker) ? g_strdup_printf ("%d", (int) worker->instance.pid) : g_strdup (LS_TEXT_UNKNOWN);
}

static char *
uptime_text (gpointer item)
{
  gint64 uptime = uptime_ms (worker_of (item));
  return uptime < 0 ? g_strdup (LS_TEXT_UNKNOWN) : ls_text_elapsed (uptime);
}

static const char *
state_css (gpointer item)
{
  switch (worker_of (item)->state) {
  case LS_WORKER_READY: return "success";
  case LS_WORKER_STARTING: return "accent";
  case LS_WORKER_DRAINING: return "warning";
  case LS_WORKER_FAILED: return "error";
  default: return "dim-label";
  }
}

static const char *
errors_css (gpointer item)
{
  return figure (item, "errors") > 0 ? "error" : NULL;
}

/* --- order --- */

/* "web.2" before "web.10"; of two in one slot, the older first. */
static int
compare_id (gconstpointer a, gconstpointer b, gpointer unused)
{
  const LsWorker *x = worker_of (a), *y = worker_of (b);
  int by_cluster = g_strcmp0 (x->cluster, y->cluster);
  if (by_cluster != 0)
    return by_cluster;
  if (x->slot != y->slot)
    return x->slot < y->slot ? -1 : 1;
  return (x->instance.start_time > y->instance.start_time) - (x->instance.start_time < y->instance.start_time);
}

static int
compare_state (gconstpointer a, gconstpointer b, gpointer unused)
{
  return (int) worker_of (a)->state - (int) worker_of (b)->state;
}

static int
compare_pid (gconstpointer a, gconstpointer b, gpointer unused)
{
  return worker_of (a)->instance.pid - worker_of (b)->instance.pid;
}

static int
compare_uptime (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 x = uptime_ms (worker_of (a)), y = uptime_ms (worker_of (b));
  return (x > y) - (x < y);
}

static int
compare_figure (gconstpointer a, gconstpointer b, const char *property)
{
  double x = figure (a, property), y = figure (b, property);
  return (x > y) - (x < y);
}

#define COMPARE(name, property) \
  static int compare_##name (gconstpointer a, gconstpointer b, gpointer unused) { return compare_figure (a, b, property); }
COMPARE (cpu, "cpu")
COMPARE (memory, "rss")
COMPARE (threads, "threads")
COMPARE (requests, "requests")
COMPARE (errors, "errors")
COMPARE (in_flight, "in-flight")
COMPARE (p95, "p95-us")
COMPARE (loop_lag, "loop-lag-us")
#undef COMPARE

const LsColumn ls_worker_columns[] = {
  { N_("Name"), 0, FALSE, 0, id_text, NULL, compare_id },
  { N_("State"), 8, FALSE, 500, state_text, state_css, compare_state },
  { N_("PID"), 7, TRUE, 560, pid_text, NULL, compare_pid },
  { N_("CPU"), 6, TRUE, 0, cpu_text, NULL, compare_cpu },
  { N_("Memory"), 8, TRUE, 500, memory_text, NULL, compare_memory },
  { N_("Threads"), 6, TRUE, 1020, threads_text, NULL, compare_threads },
  { N_("Requests/s"), 8, TRUE, 0, requests_text, NULL, compare_requests },
  { N_("Errors/s"), 6, TRUE, 740, errors_text, errors_css, compare_errors },
  { N_("In flight"), 6, TRUE, 920, in_flight_text, NULL, compare_in_flight },
  { N_("p95"), 7, TRUE, 500, p95_text, NULL, compare_p95 },
  { N_("Loop lag"), 7, TRUE, 830, loop_lag_text, NULL, compare_loop_lag },
  { N_("Uptime"), 7, TRUE, 650, uptime_text, NULL, compare_uptime },
};
const guint ls_n_worker_columns = G_N_ELEMENTS (ls_worker_columns);

/* --- facts --- */

static char *
last_exit_text (const LsExit *how)
{
  if (how->at == 0)
    return NULL;
  g_autofree char *clock = ls_text_clock (how->at);
  const char *signal = how->signal ? ls_signal_name (how->signal) : NULL;
  if (signal)
    /* Translators: a signal, and the time of day. */
    return g_strdup_printf (_("killed by %s at %s"), signal, clock);
  if (how->signal)
    return g_strdup_printf (_("killed by signal %d at %s"), how->signal, clock);
  return g_strdup_printf (_("exit status %d at %s"), how->code, clock);
}

static char *
started_text (const LsWorker *worker)
{
  if (worker->started_at == 0)
    return NULL;
  g_autofree char *clock = ls_text_clock (worker->started_at);
  if (worker->ready_ms < 0)
    return g_strdup_printf (_("%s, not ready yet"), clock);
  return g_strdup_printf (_("%s, ready in %" G_GINT64_FORMAT " ms"), clock, worker->ready_ms);
}

static void
add_figures (LsFacts *facts, LsWorkerItem *item)
{
  ls_facts_take (facts, _("CPU"), cpu_text (item));
  ls_facts_take (facts, _("Memory"), memory_text (item));
  ls_facts_take (facts, _("Threads"), threads_text (item));
  ls_facts_take (facts, _("Requests/s"), requests_text (item));
  ls_facts_take (facts, _("Errors/s"), errors_text (item));
  ls_facts_take (facts, _("In flight"), in_flight_text (item));
  ls_facts_take (facts, _("p95"), p95_text (item));
  ls_facts_take (facts, _("Loop lag"), loop_lag_text (item));
}

void
ls_worker_facts (LsFacts *facts, LsWorkerItem *item)
{
  const LsWorker *worker = worker_of (item);
  ls_facts_begin (facts);
  ls_facts_add (facts, _("State"), ls_worker_state_name (worker->state));
  ls_facts_add (facts, _("Why"), worker->reason);
  if (lives (worker)) {
    ls_facts_take (facts, _("Process"), pid_text (item));
    ls_facts_take (facts, _("Instance"), ls_worker_item_instance (item));
  }
  ls_facts_take (facts, _("Generation"), g_strdup_printf ("%u", worker->generation));
  ls_facts_take (facts, _("Started"), started_text (worker));
  if (lives (worker)) {
    ls_facts_take (facts, _("Uptime"), uptime_text (item));
    add_figures (facts, item);
  }
  ls_facts_take (facts, _("Last exit"), last_exit_text (&worker->last_exit));
  ls_facts_end (facts);
}
