/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/child_limits.h"

#include "base/error.h"

#include <errno.h>
#include <unistd.h>

/* -1: not on this system. */
static const int resources[LS_LIMITS] = {
  [LS_LIMIT_NOFILE] = RLIMIT_NOFILE,
  [LS_LIMIT_CORE] = RLIMIT_CORE,
#ifdef RLIMIT_AS
  [LS_LIMIT_AS] = RLIMIT_AS,
#else
  [LS_LIMIT_AS] = -1,
#endif
  [LS_LIMIT_CPU] = RLIMIT_CPU,
  [LS_LIMIT_FSIZE] = RLIMIT_FSIZE,
#ifdef RLIMIT_NPROC
  [LS_LIMIT_NPROC] = RLIMIT_NPROC,
#else
  [LS_LIMIT_NPROC] = -1,
#endif
  [LS_LIMIT_STACK] = RLIMIT_STACK,
#ifdef RLIMIT_MEMLOCK
  [LS_LIMIT_MEMLOCK] = RLIMIT_MEMLOCK,
#else
  [LS_LIMIT_MEMLOCK] = -1,
#endif
  [LS_LIMIT_DATA] = RLIMIT_DATA,
};

static rlim_t
to_system (guint64 value)
{
  return value >= G_MAXINT64 ? RLIM_INFINITY : (rlim_t) value;
}

static guint64
from_system (rlim_t value)
{
  return value == RLIM_INFINITY ? LS_UNLIMITED : (guint64) value;
}

guint
ls_child_limits (const LsLimits *limits, LsChildLimit ret[LS_LIMITS])
{
  guint n = 0;
  for (guint i = 0; limits && i < LS_LIMITS; i++)
    if (limits->of[i].given && resources[i] >= 0)
      ret[n++] = (LsChildLimit) { (LsLimit) i, resources[i], { to_system (limits->of[i].soft), to_system (limits->of[i].hard) } };
  return n;
}

void
ls_child_bounds_read (LsChildBounds *ret)
{
  struct rlimit limit;
  ret->privileged = geteuid () == 0;
  for (guint i = 0; i < LS_LIMITS; i++)
    ret->hard[i] = resources[i] >= 0 && getrlimit (resources[i], &limit) == 0 ? from_system (limit.rlim_max) : LS_UNLIMITED;
  ret->nice = getpriority (PRIO_PROCESS, 0);
  ret->nice_floor = ret->nice;
#ifdef RLIMIT_NICE
  if (getrlimit (RLIMIT_NICE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    ret->nice_floor = MIN (ret->nice, 20 - (int) MIN (limit.rlim_cur, 40));
#endif
}

static gboolean
check_limit (const LsChildBounds *bounds, guint i, const LsLimitValue *value, GError **error)
{
  if (resources[i] < 0)
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "this system has no limit %s", ls_limit_name ((LsLimit) i));
  else if (value->hard > bounds->hard[i] && !bounds->privileged)
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE,
                 "the limit %s cannot be higher than %" G_GUINT64_FORMAT ": that is the agent's own hard limit, and only root may raise it",
                 ls_limit_name ((LsLimit) i), bounds->hard[i]);
  else
    return TRUE;
  return FALSE;
}

gboolean
ls_child_bounds_check (const LsChildBounds *bounds, const LsLimits *limits, int nice, GError **error)
{
  for (guint i = 0; limits && i < LS_LIMITS; i++)
    if (limits->of[i].given && !check_limit (bounds, i, &limits->of[i], error))
      return FALSE;
  if (nice >= 0 || bounds->privileged || bounds->nice + nice >= bounds->nice_floor)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "nice = %d is not possible: only root may run something before others", nice);
  return FALSE;
}
