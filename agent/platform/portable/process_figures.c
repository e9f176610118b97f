/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/process_figures.h"

#include "platform/gtop.h"

#include <errno.h>
#include <fcntl.h>
#include <glibtop.h>
#include <glibtop/procmem.h>
#include <glibtop/procstate.h>
#include <glibtop/proctime.h>
#include <signal.h>
#include <unistd.h>

/* Descriptors looked at when they are counted. */
#define MOST_DESCRIPTORS 65536

struct LsProcessReader {
  pid_t pid;
  guint64 start_time;      /* of the process it was opened for */
};

/* Its start in seconds since 1970; 0: gone. */
static guint64
read_times (pid_t pid, guint64 *ret_cpu_us)
{
  static glibtop_proc_time times;      /* 16 KiB: too much for the stack */
  glibtop_get_proc_time (&times, pid);
  const guint64 needed = (1 << GLIBTOP_PROC_TIME_UTIME) | (1 << GLIBTOP_PROC_TIME_STIME) | (1 << GLIBTOP_PROC_TIME_START_TIME);
  if ((times.flags & needed) != needed || times.frequency == 0)
    return 0;
  *ret_cpu_us = (times.utime + times.stime) * G_USEC_PER_SEC / times.frequency;
  return times.start_time;
}

static char
state_letter (unsigned state)
{
  switch (state) {
  case GLIBTOP_PROCESS_RUNNING:
    return 'R';
  case GLIBTOP_PROCESS_INTERRUPTIBLE:
    return 'S';
  case GLIBTOP_PROCESS_UNINTERRUPTIBLE:
    return 'D';
  case GLIBTOP_PROCESS_ZOMBIE:
    return 'Z';
  case GLIBTOP_PROCESS_STOPPED:
    return 'T';
  default:
    return 0;
  }
}

/* FALSE: gone. */
static gboolean
read_figures (pid_t pid, LsProcessFigures *figures)
{
  glibtop_proc_mem memory;
  glibtop_proc_state state;
  figures->start_time = read_times (pid, &figures->cpu_us);
  if (figures->start_time == 0)
    return FALSE;
  glibtop_get_proc_mem (&memory, pid);
  glibtop_get_proc_state (&state, pid);
  figures->rss = memory.resident;
  figures->state = state_letter (state.state);
  figures->threads = 0;      /* libgtop does not say */
  return TRUE;
}

static gboolean
is_there (pid_t pid)
{
  return kill (pid, 0) == 0 || errno == EPERM;
}

LsProcessReader *
ls_process_reader_new (pid_t pid)
{
  LsProcessReader *reader = g_new0 (LsProcessReader, 1);
  reader->pid = pid;
  reader->start_time = ls_process_start_time (pid);
  return reader;
}

void
ls_process_reader_free (LsProcessReader *reader)
{
  g_free (reader);
}

gboolean
ls_process_reader_read (LsProcessReader *reader, LsProcessFigures *ret_figures)
{
  LsProcessFigures figures = { 0 };
  if (reader->start_time == 0 || !is_there (reader->pid) || !ls_gtop_begin ())
    return FALSE;
  gboolean read = read_figures (reader->pid, &figures);
  ls_gtop_end ();
  if (!read || figures.start_time != reader->start_time)
    return FALSE;
  *ret_figures = figures;
  return TRUE;
}

gboolean
ls_thread_cpu_us (pid_t pid, pid_t tid, guint64 *ret_us)
{
  return FALSE;
}

guint64
ls_process_start_time (pid_t pid)
{
  guint64 cpu_us;
  if (!is_there (pid) || !ls_gtop_begin ())
    return 0;
  guint64 start_time = read_times (pid, &cpu_us);
  ls_gtop_end ();
  return start_time;
}

guint64
ls_process_start_time_now (void)
{
  return 0;
}

guint
ls_process_open_fds (void)
{
  long limit = sysconf (_SC_OPEN_MAX);
  int end = limit > 0 && limit < MOST_DESCRIPTORS ? (int) limit : MOST_DESCRIPTORS;
  guint n = 0;
  for (int fd = 0; fd < end; fd++)
    n += fcntl (fd, F_GETFD) >= 0;
  return n;
}
