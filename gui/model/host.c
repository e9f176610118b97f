/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/host.h"

#include <math.h>

void
ls_host_init (LsHost *host)
{
  *host = (LsHost) { .memory_total = NAN, .memory_used = NAN, .memory_cached = NAN, .swap_total = NAN, .swap_used = NAN };
  for (guint i = 0; i < G_N_ELEMENTS (host->load); i++)
    host->load[i] = NAN;
  host->memory = ls_series_new (LS_MEMORY_COLUMNS, LS_SERIES_LENGTH);
}

void
ls_host_clear (LsHost *host)
{
  g_clear_pointer (&host->cpu, ls_series_free);
  g_clear_pointer (&host->memory, ls_series_free);
}

/* Another number of cores is another computer: its past does not fit. */
static void
set_cores (LsHost *host, guint cores)
{
  if (host->cores == cores && host->cpu)
    return;
  g_clear_pointer (&host->cpu, ls_series_free);
  host->cpu = ls_series_new (cores, LS_SERIES_LENGTH);
  host->cores = cores;
}

void
ls_host_sample (LsHost *host, const LsSample *sample)
{
  g_autofree float *cores = g_new (float, MAX (1, sample->cores));
  double available = (double) sample->memory_available, cached = (double) sample->memory_cached;
  set_cores (host, sample->cores);
  for (guint i = 0; i < sample->cores; i++)
    cores[i] = sample->cpu[i];
  ls_series_push (host->cpu, sample->at, sample->span_ms, cores);
  host->memory_total = (double) sample->memory_total;
  host->memory_used = host->memory_total - available;
  host->memory_cached = cached;
  host->swap_total = (double) sample->swap_total;
  host->swap_used = (double) sample->swap_used;
  for (guint i = 0; i < G_N_ELEMENTS (host->load); i++)
    host->load[i] = sample->load[i];
  float memory[LS_MEMORY_COLUMNS] = { host->memory_used, cached };
  ls_series_push (host->memory, sample->at, sample->span_ms, memory);
}

static float
number (json_t *value)
{
  return json_is_number (value) ? json_number_value (value) : NAN;
}

void
ls_host_history (LsHost *host, json_t *history, json_t *at, gint64 step_ms)
{
  json_t *cpu = json_object_get (history, "cpu"), *used = json_object_get (history, "memory_used");
  gsize n = json_array_size (at), cores = 0;
  for (gsize i = 0; i < n; i++)
    cores = MAX (cores, json_array_size (json_array_get (cpu, i)));
  if (cores == 0 || (host->cores > 0 && host->cores != cores))
    return;
  set_cores (host, cores);
  g_autoptr (LsSeries) past_cpu = ls_series_new (cores, LS_SERIES_LENGTH);
  g_autoptr (LsSeries) past_memory = ls_series_new (LS_MEMORY_COLUMNS, LS_SERIES_LENGTH);
  g_autofree float *values = g_new (float, cores);
  for (gsize i = 0; i < n; i++) {
    gint64 when = json_integer_value (json_array_get (at, i));
    for (gsize core = 0; core < cores; core++)
      values[core] = number (json_array_get (json_array_get (cpu, i), core));
    ls_series_push (past_cpu, when, step_ms, values);
    float memory[LS_MEMORY_COLUMNS] = { number (json_array_get (used, i)), NAN };
    ls_series_push (past_memory, when, step_ms, memory);
  }
  ls_series_merge (host->cpu, past_cpu, step_ms);
  ls_series_merge (host->memory, past_memory, step_ms);
}

double
ls_host_cpu (const LsHost *host)
{
  double sum = 0;
  for (guint core = 0; core < host->cores; core++)
    sum += ls_series_get (host->cpu, 0, core);
  return host->cores > 0 ? sum / host->cores : NAN;
}
