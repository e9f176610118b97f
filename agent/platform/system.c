/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/system.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/resource.h>
#include <sys/time.h>

static struct rlimit limit_before;
static gboolean limit_raised;

void
ls_raise_fd_limit (void)
{
  struct rlimit limit;
  if (limit_raised || getrlimit (RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == limit.rlim_max)
    return;
  limit_before = limit;
  limit.rlim_cur = limit.rlim_max;
  limit_raised = setrlimit (RLIMIT_NOFILE, &limit) == 0;
}

void
ls_restore_fd_limit (void)
{
  if (limit_raised)
    setrlimit (RLIMIT_NOFILE, &limit_before);
}

static guint64
microseconds (struct timeval time)
{
  return (guint64) time.tv_sec * G_USEC_PER_SEC + (guint64) time.tv_usec;
}

void
ls_own_usage (guint64 *ret_cpu_us, guint64 *ret_wakeups)
{
  struct rusage usage = { 0 };
  getrusage (RUSAGE_SELF, &usage);
  *ret_cpu_us = microseconds (usage.ru_utime) + microseconds (usage.ru_stime);
  *ret_wakeups = (guint64) usage.ru_nvcsw;
}

guint64
ls_memory_in_use (void)
{
#if defined __GLIBC__ && __GLIBC_PREREQ (2, 33)
  struct mallinfo2 info = mallinfo2 ();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

void
ls_return_memory (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}
