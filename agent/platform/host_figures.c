/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/host_figures.h"

#include "platform/gtop.h"
#include "platform/host_memory.h"

#include <glibtop.h>
#include <glibtop/cpu.h>
#include <glibtop/loadavg.h>
#include <glibtop/mem.h>
#include <glibtop/swap.h>
#include <glibtop/sysinfo.h>
#include <glibtop/uptime.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

struct LsHostReader {
  glibtop_cpu cpu;      /* 72 KiB: room for 1,024 cores */
};

LsHostReader *
ls_host_reader_new (void)
{
  return g_new0 (LsHostReader, 1);
}

void
ls_host_reader_free (LsHostReader *reader)
{
  g_free (reader);
}

/* Cores that libgtop counted. Its total leaves out time stolen by other guests, and so do we. */
static LsCoreTimes
core_times (const glibtop_cpu *cpu, guint core)
{
  guint64 busy = cpu->xcpu_user[core] + cpu->xcpu_nice[core] + cpu->xcpu_sys[core] + cpu->xcpu_irq[core] + cpu->xcpu_softirq[core];
  return (LsCoreTimes) { busy, busy + cpu->xcpu_idle[core] + cpu->xcpu_iowait[core] };
}

static void
read_cores (LsHostReader *reader, LsHostFigures *figures)
{
  guint configured = (guint) CLAMP (sysconf (_SC_NPROCESSORS_CONF), 1, GLIBTOP_NCPU);
  glibtop_get_cpu (&reader->cpu);
  if (figures->times_allocated < configured) {
    figures->times = g_renew (LsCoreTimes, figures->times, configured);
    figures->times_allocated = configured;
  }
  figures->cores = 0;
  for (guint core = 0; core < configured; core++) {
    figures->times[core] = core_times (&reader->cpu, core);
    /* A virtual machine may be configured for many more than it has. */
    if (figures->times[core].total > 0)
      figures->cores = core + 1;
  }
}

static void
read_memory (LsHostFigures *figures)
{
  glibtop_mem memory;
  glibtop_swap swap;
  glibtop_get_mem (&memory);
  glibtop_get_swap (&swap);
  figures->memory_total = memory.total;
  figures->memory_cached = memory.cached;
  figures->memory_available = ls_host_memory_available (&memory);
  figures->swap_total = swap.total;
  figures->swap_used = swap.used;
}

gboolean
ls_host_reader_read (LsHostReader *reader, LsHostFigures *figures)
{
  glibtop_loadavg load;
  glibtop_uptime uptime;
  if (!ls_gtop_begin ())
    return FALSE;
  read_cores (reader, figures);
  read_memory (figures);
  glibtop_get_loadavg (&load);
  memcpy (figures->load, load.loadavg, sizeof figures->load);
  glibtop_get_uptime (&uptime);
  figures->uptime_ms = (gint64) (uptime.uptime * 1000);
  ls_gtop_end ();
  return TRUE;
}

char *
ls_host_name (void)
{
  return g_strdup (g_get_host_name ());
}

/* The first two numbers: "6.1.0-18-amd64" → "6.1". */
static char *
short_release (const char *release)
{
  gsize length = strcspn (release, ".");
  if (release[length] == '.')
    length += 1 + strspn (release + length + 1, "0123456789");
  return g_strndup (release, length);
}

/* A Flatpak has the files of its runtime, and the host's word in another place: see os-release(5), flatpak-run(1). (transfer full) */
static char *
os_info (const char *key)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/run/host/os-release", &text, NULL, NULL))
    return g_get_os_info (key);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gsize length = strlen (key);
  for (char **line = lines; *line; line++)
    if (strncmp (*line, key, length) == 0 && (*line)[length] == '=')
      return g_shell_unquote (*line + length + 1, NULL);
  return NULL;
}

char *
ls_host_system (void)
{
  struct utsname kernel;
  g_autofree char *name = os_info (G_OS_INFO_KEY_NAME);
  g_autofree char *version = os_info (G_OS_INFO_KEY_VERSION_ID);
  if (uname (&kernel) < 0)
    return g_strdup (name ? name : "unknown");
  g_autofree char *release = short_release (kernel.release);
  if (!name)
    return g_strdup_printf ("%s %s", kernel.sysname, release);
  return g_strdup_printf ("%s%s%s, %s %s", name, version ? " " : "", version ? version : "", kernel.sysname, release);
}

guint
ls_host_cores (void)
{
  long cores = sysconf (_SC_NPROCESSORS_ONLN);
  return cores > 0 ? (guint) cores : 1;
}
