/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "metrics/processes.h"
#include "metrics/rates.h"

#include <math.h>

struct LsProcesses {
  LsSamplerSources sources;
  GHashTable *by_instance;      /* LsProcess, its own key */
  guint64 round;
  gint64 span_us;
};

static guint
process_hash (gconstpointer key)
{
  const LsProcess *process = key;

  return (guint) process->instance.pid * 2654435761u ^ (guint) process->instance.start_time;
}

static gboolean
process_equal (gconstpointer a, gconstpointer b)
{
  return ls_instance_equal (((const LsProcess *) a)->instance, ((const LsProcess *) b)->instance);
}

LsProcesses *
ls_processes_new (const LsSamplerSources *sources)
{
  LsProcesses *processes = g_new0 (LsProcesses, 1);

  processes->sources = *sources;
  processes->by_instance = g_hash_table_new (process_hash, process_equal);
  return processes;
}

static void
process_free (LsProcesses *processes, LsProcess *process)
{
  if (process->reader != NULL)
    processes->sources.close_process (process->reader);
  g_free (process->text);
  g_free (process);
}

void
ls_processes_free (LsProcesses *processes)
{
  GHashTableIter iter;
  gpointer process;

  if (processes == NULL)
    return;
  g_hash_table_iter_init (&iter, processes->by_instance);
  while (g_hash_table_iter_next (&iter, &process, NULL))
    process_free (processes, process);
  g_hash_table_unref (processes->by_instance);
  g_free (processes);
}

void
ls_processes_begin (LsProcesses *processes, gint64 span_us)
{
  processes->round++;
  processes->span_us = span_us;
}

/* A pid that was given to another process meanwhile has ended as far as this instance goes. */
static gboolean
is_same_process (const LsProcess *process, const LsProcessFigures *figures)
{
  return figures->start_time == 0 || process->instance.start_time == 0 || figures->start_time == process->instance.start_time;
}

static void
read_figures (LsProcesses *processes, LsProcess *process)
{
  LsProcessFigures figures = { 0 };

  if (processes->sources.read_process (process->reader, &figures) && is_same_process (process, &figures))
    {
      process->cores = ls_cores_used (process->cpu_us, figures.cpu_us, processes->span_us);
      process->cpu_us = MAX (process->cpu_us, figures.cpu_us);
      process->rss = figures.rss;
      process->threads = figures.threads;
    }
  else
    {
      process->cores = NAN;
      process->rss = 0;
      process->threads = 0;
    }
}

const LsProcess *
ls_processes_read (LsProcesses *processes, LsInstance instance)
{
  LsProcess key = { .instance = instance };
  LsProcess *process = g_hash_table_lookup (processes->by_instance, &key);

  if (process == NULL)
    {
      /* Its base is 0: what it used since it began, it used since the last sample. */
      process = g_new0 (LsProcess, 1);
      process->instance = instance;
      process->text = ls_instance_to_text (instance);
      process->reader = processes->sources.open_process (processes->sources.self, instance.pid);
      g_hash_table_add (processes->by_instance, process);
    }
  if (process->round != processes->round)
    {
      process->round = processes->round;
      read_figures (processes, process);
    }
  return process;
}

void
ls_processes_end (LsProcesses *processes)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, processes->by_instance);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    if (((LsProcess *) value)->round != processes->round)
      {
        g_hash_table_iter_remove (&iter);
        process_free (processes, value);
      }
}
