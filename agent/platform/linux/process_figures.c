/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/process_figures.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A line is some 350 bytes at most: 52 numbers and a name of 64. */
#define STAT_SIZE 2048

struct LsProcessReader {
  int fd;      /* stays with the process it was opened for: once that is gone, reads fail, whoever has the pid then */
};

/* Fields of proc_pid_stat(5), counted from the state, which is the third. */
enum { FIELD_UTIME = 14 - 3, FIELD_STIME = 15 - 3, FIELD_THREADS = 20 - 3, FIELD_START_TIME = 22 - 3, FIELD_RSS = 24 - 3, N_FIELDS };

/* The next number and where it ends; a minus sign (priority, nice, tty) is passed over. NULL: there is none. */
static const char *
read_number (const char *text, guint64 *ret_value)
{
  guint64 value = 0;
  while (*text == ' ' || *text == '-')
    text++;
  if (!g_ascii_isdigit (*text))
    return NULL;
  for (; g_ascii_isdigit (*text); text++)
    value = value * 10 + (guint64) (*text - '0');
  *ret_value = value;
  return text;
}

gboolean
ls_process_stat_parse (const char *text, guint64 ticks_per_second, guint64 page_size, LsProcessFigures *ret_figures)
{
  guint64 fields[N_FIELDS];
  const char *name_end = strrchr (text, ')');
  if (!name_end || name_end[1] != ' ' || !g_ascii_isalpha (name_end[2]))
    return FALSE;
  const char *at = name_end + 3;
  for (guint i = 1; i < N_FIELDS; i++) {
    at = read_number (at, &fields[i]);
    if (!at)
      return FALSE;
  }
  guint64 ticks = fields[FIELD_UTIME] + fields[FIELD_STIME];
  ret_figures->state = name_end[2];
  ret_figures->cpu_us = ticks * (G_USEC_PER_SEC / ticks_per_second);
  ret_figures->rss = fields[FIELD_RSS] * page_size;
  ret_figures->threads = (guint) fields[FIELD_THREADS];
  ret_figures->start_time = fields[FIELD_START_TIME];
  return TRUE;
}

static gboolean
read_stat (int fd, LsProcessFigures *ret_figures)
{
  static guint64 ticks_per_second, page_size;
  char text[STAT_SIZE];
  if (ticks_per_second == 0) {
    ticks_per_second = (guint64) sysconf (_SC_CLK_TCK);
    page_size = (guint64) sysconf (_SC_PAGESIZE);
  }
  ssize_t got = fd < 0 ? -1 : pread (fd, text, sizeof text - 1, 0);
  if (got <= 0)
    return FALSE;
  text[got] = '\0';
  return ls_process_stat_parse (text, ticks_per_second, page_size, ret_figures);
}

static gboolean
read_stat_at (const char *path, LsProcessFigures *ret_figures)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean read = read_stat (fd, ret_figures);
  if (fd >= 0)
    close (fd);
  return read;
}

LsProcessReader *
ls_process_reader_new (pid_t pid)
{
  char path[64];
  LsProcessReader *reader = g_new0 (LsProcessReader, 1);
  g_snprintf (path, sizeof path, "/proc/%d/stat", (int) pid);
  reader->fd = open (path, O_RDONLY | O_CLOEXEC);
  return reader;
}

void
ls_process_reader_free (LsProcessReader *reader)
{
  if (!reader)
    return;
  if (reader->fd >= 0)
    close (reader->fd);
  g_free (reader);
}

gboolean
ls_process_reader_read (LsProcessReader *reader, LsProcessFigures *ret_figures)
{
  return read_stat (reader->fd, ret_figures);
}

gboolean
ls_thread_cpu_us (pid_t pid, pid_t tid, guint64 *ret_us)
{
  char path[64];
  LsProcessFigures figures;
  g_snprintf (path, sizeof path, "/proc/%d/task/%d/stat", (int) pid, (int) tid);
  if (!read_stat_at (path, &figures))
    return FALSE;
  *ret_us = figures.cpu_us;
  return TRUE;
}

guint64
ls_process_start_time (pid_t pid)
{
  char path[64];
  LsProcessFigures figures;
  g_snprintf (path, sizeof path, "/proc/%d/stat", (int) pid);
  return read_stat_at (path, &figures) ? figures.start_time : 0;
}

guint64
ls_process_start_time_now (void)
{
  static long ticks_per_second;
  struct timespec now;
  if (ticks_per_second == 0)
    ticks_per_second = sysconf (_SC_CLK_TCK);
  if (clock_gettime (CLOCK_BOOTTIME, &now) < 0)
    return 0;
  return (guint64) now.tv_sec * (guint64) ticks_per_second + (guint64) now.tv_nsec / (1000000000u / (guint64) ticks_per_second);
}

guint
ls_process_open_fds (void)
{
  DIR *folder = opendir ("/proc/self/fd");
  guint n = 0;
  if (!folder)
    return 0;
  while (readdir (folder))
    n++;
  closedir (folder);
  return n - MIN (n, 3);      /* ".", "..", and the folder's own */
}
