/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Figures of the host and of processes, held against another source. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/host_figures.h"
#include "platform/process_figures.h"
#include "platform/system.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static guint64
own_cpu_us (void)
{
  guint64 cpu_us, wakeups;
  ls_own_usage (&cpu_us, &wakeups);
  return cpu_us;
}

static void
burn (guint64 cpu_us)
{
  guint64 until = own_cpu_us () + cpu_us;
  while (own_cpu_us () < until)
    ;
}

/* --- host --- */

/* Ticks of @core since boot as /proc/stat has them, without those stolen by other guests. */
static LsCoreTimes
proc_stat_core (guint core)
{
  g_autofree char *text = NULL;
  g_autofree char *label = g_strdup_printf ("\ncpu%u ", core);
  unsigned long long user, nice, system, idle, iowait, irq, softirq;
  assert_true (g_file_get_contents ("/proc/stat", &text, NULL, NULL));
  const char *line = strstr (text, label);
  assert_non_null (line);
  assert_int_equal (sscanf (line + strlen (label), "%llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &idle, &iowait, &irq, &softirq), 7);
  return (LsCoreTimes) { user + nice + system + irq + softirq, user + nice + system + irq + softirq + idle + iowait };
}

enum { MOST_CORES = 256 };

static void
read_proc_stat (LsCoreTimes *times, guint cores)
{
  for (guint core = 0; core < cores; core++)
    times[core] = proc_stat_core (core);
}

/* Our reading between two of /proc/stat that are alike: then no tick can have fallen between. */
static gboolean
read_between_ticks (LsHostReader *reader, LsHostFigures *figures, LsCoreTimes *times, guint cores)
{
  LsCoreTimes after[MOST_CORES] = { 0 };
  read_proc_stat (times, cores);
  assert_true (ls_host_reader_read (reader, figures));
  read_proc_stat (after, cores);
  return memcmp (times, after, cores * sizeof *times) == 0;
}

static void
cpu_of_each_core_is_that_of_proc_stat (void **state)
{
  LsHostReader *reader = ls_host_reader_new ();
  LsHostFigures figures = { 0 };
  LsCoreTimes times[MOST_CORES] = { 0 };
  guint cores = MIN (ls_host_cores (), MOST_CORES), tries = 0;
  while (!read_between_ticks (reader, &figures, times, cores))
    assert_in_range (++tries, 1, 1000);
  assert_in_range (figures.cores, cores, G_MAXUINT);
  for (guint core = 0; core < cores; core++) {
    assert_true (times[core].total > 0);
    assert_true (figures.times[core].busy == times[core].busy);
    assert_true (figures.times[core].total == times[core].total);
  }
  ls_host_figures_clear (&figures);
  ls_host_reader_free (reader);
}

static guint64
meminfo (const char *label)
{
  g_autofree char *text = NULL;
  assert_true (g_file_get_contents ("/proc/meminfo", &text, NULL, NULL));
  const char *line = strstr (text, label);
  assert_non_null (line);
  return g_ascii_strtoull (line + strlen (label), NULL, 10) * 1024;
}

static void
assert_near (guint64 value, guint64 other, guint64 apart)
{
  assert_in_range (value, other - MIN (other, apart), other + apart);
}

static void
memory_load_and_uptime_are_the_systems (void **state)
{
  LsHostReader *reader = ls_host_reader_new ();
  LsHostFigures figures = { 0 };
  assert_true (ls_host_reader_read (reader, &figures));
  assert_near (figures.memory_total, meminfo ("MemTotal:"), 4096);
  assert_near (figures.swap_total, meminfo ("SwapTotal:"), 4096);
  assert_near (figures.swap_used, meminfo ("SwapTotal:") - meminfo ("SwapFree:"), 64 << 20);
  assert_true (figures.memory_available <= figures.memory_total);
  if (g_str_equal (ls_platform_name (), "linux"))
    assert_near (figures.memory_available, meminfo ("MemAvailable:"), 256 << 20);
  double load[3], uptime;
  g_autofree char *loads = NULL, *uptimes = NULL;
  assert_true (g_file_get_contents ("/proc/loadavg", &loads, NULL, NULL));
  assert_int_equal (sscanf (loads, "%lf %lf %lf", &load[0], &load[1], &load[2]), 3);
  assert_true (fabs (load[2] - figures.load[2]) < 1);
  assert_true (g_file_get_contents ("/proc/uptime", &uptimes, NULL, NULL));
  assert_int_equal (sscanf (uptimes, "%lf", &uptime), 1);
  assert_true (fabs (uptime * 1000 - (double) figures.uptime_ms) < 2000);
  ls_host_figures_clear (&figures);
  ls_host_reader_free (reader);
}

/* What is left when the limit is reached: nothing, but what is held back for libgtop. */
static void
use_up_descriptors (int *fds, guint n, struct rlimit *before)
{
  struct rlimit low;
  getrlimit (RLIMIT_NOFILE, before);
  low = *before;
  low.rlim_cur = n;
  setrlimit (RLIMIT_NOFILE, &low);
  for (guint i = 0; i < n; i++)
    fds[i] = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  assert_int_equal (fds[n - 1], -1);
}

static void
without_descriptors_it_still_reads_or_skips_but_never_dies (void **state)
{
  enum { N = 128 };
  int fds[N];
  struct rlimit before;
  LsHostReader *reader = ls_host_reader_new ();
  LsHostFigures figures = { 0 };
  assert_true (ls_host_reader_read (reader, &figures));
  use_up_descriptors (fds, N, &before);
  for (guint i = 0; i < 3; i++)
    assert_true (ls_host_reader_read (reader, &figures));
  for (guint i = 0; i < N; i++)
    if (fds[i] >= 0)
      close (fds[i]);
  setrlimit (RLIMIT_NOFILE, &before);
  ls_host_figures_clear (&figures);
  ls_host_reader_free (reader);
}

static void
the_host_has_a_name_a_system_and_cores (void **state)
{
  g_autofree char *name = ls_host_name ();
  g_autofree char *system = ls_host_system ();
  assert_true (strlen (name) > 0);
  assert_non_null (strstr (system, ", Linux "));
  assert_int_equal (ls_host_cores (), sysconf (_SC_NPROCESSORS_ONLN));
}

/* --- processes --- */

static void
own_figures_are_right (void **state)
{
  LsProcessReader *reader = ls_process_reader_new (getpid ());
  LsProcessFigures first = { 0 }, second = { 0 };
  gboolean linux_variant = g_str_equal (ls_platform_name (), "linux");
  assert_true (ls_process_reader_read (reader, &first));
  burn (200000);
  assert_true (ls_process_reader_read (reader, &second));
  assert_in_range (second.cpu_us - first.cpu_us, 180000, 400000);
  assert_near (second.cpu_us, own_cpu_us (), 30000);
  assert_in_range (second.rss, 256 * 1024, (guint64) 1 << 40);
  assert_true (second.start_time == ls_process_start_time (getpid ()));
  assert_int_equal (second.state, 'R');
  assert_int_equal (second.threads, linux_variant ? 1 : 0);
  ls_process_reader_free (reader);
}

static pid_t
start_sleeper (void)
{
  pid_t pid = fork ();
  if (pid == 0) {
    pause ();
    _exit (0);
  }
  assert_true (pid > 0);
  return pid;
}

static void
a_process_that_is_gone_reads_false (void **state)
{
  pid_t pid = start_sleeper ();
  LsProcessReader *reader = ls_process_reader_new (pid);
  LsProcessFigures figures = { .rss = 4711 };
  assert_true (ls_process_start_time (pid) > 0);
  assert_true (ls_process_reader_read (reader, &figures));
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  figures.rss = 4711;
  assert_false (ls_process_reader_read (reader, &figures));
  assert_int_equal (figures.rss, 4711);
  assert_true (ls_process_start_time (pid) == 0);
  ls_process_reader_free (reader);
  reader = ls_process_reader_new (pid);
  assert_false (ls_process_reader_read (reader, &figures));
  ls_process_reader_free (reader);
}

static void
one_that_has_ended_but_was_not_waited_for_is_a_zombie (void **state)
{
  siginfo_t info;
  pid_t pid = start_sleeper ();
  guint64 start_time = ls_process_start_time (pid);
  LsProcessReader *reader = ls_process_reader_new (pid);
  LsProcessFigures figures = { 0 };
  kill (pid, SIGKILL);
  assert_int_equal (waitid (P_PID, (id_t) pid, &info, WEXITED | WNOWAIT), 0);
  assert_true (ls_process_reader_read (reader, &figures));
  assert_int_equal (figures.state, 'Z');
  assert_true (ls_process_start_time (pid) == start_time);
  waitpid (pid, NULL, 0);
  ls_process_reader_free (reader);
}

static void
a_threads_cpu_is_its_own (void **state)
{
  guint64 cpu_us = 0;
  gboolean known = ls_thread_cpu_us (getpid (), getpid (), &cpu_us);
  assert_int_equal (known, g_str_equal (ls_platform_name (), "linux"));
  if (known)
    assert_near (cpu_us, own_cpu_us (), 30000);
  assert_false (ls_thread_cpu_us (getpid (), 1, &cpu_us));
}

static void
open_descriptors_are_counted (void **state)
{
  guint before = ls_process_open_fds ();
  int fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  assert_int_equal (ls_process_open_fds (), before + 1);
  close (fd);
  assert_int_equal (ls_process_open_fds (), before);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (cpu_of_each_core_is_that_of_proc_stat),
    cmocka_unit_test (memory_load_and_uptime_are_the_systems),
    cmocka_unit_test (without_descriptors_it_still_reads_or_skips_but_never_dies),
    cmocka_unit_test (the_host_has_a_name_a_system_and_cores),
    cmocka_unit_test (own_figures_are_right),
    cmocka_unit_test (a_process_that_is_gone_reads_false),
    cmocka_unit_test (one_that_has_ended_but_was_not_waited_for_is_a_zombie),
    cmocka_unit_test (a_threads_cpu_is_its_own),
    cmocka_unit_test (open_descriptors_are_counted),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
