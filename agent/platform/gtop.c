/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/gtop.h"

#include "platform/descriptor.h"

#include <glibtop.h>
#include <glibtop/open.h>
#include <unistd.h>

/* It opens one file at a time; the second is for what another thread may take meanwhile. */
static int reserve[2] = { -1, -1 };

static gboolean
fill_reserve (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (reserve); i++) {
    if (reserve[i] < 0)
      reserve[i] = ls_open_null ();
    if (reserve[i] < 0)
      return FALSE;
  }
  return TRUE;
}

/* It cannot do without these. */
static gboolean
its_files_are_there (void)
{
#ifdef __linux__
  return access ("/proc/stat", R_OK) == 0 && access ("/proc/meminfo", R_OK) == 0 && access ("/proc/loadavg", R_OK) == 0
         && access ("/proc/uptime", R_OK) == 0;
#else
  return TRUE;
#endif
}

gboolean
ls_gtop_begin (void)
{
  static gboolean initialised, usable;
  if (!fill_reserve ())
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (reserve); i++) {
    close (reserve[i]);
    reserve[i] = -1;
  }
  if (!initialised) {
    initialised = TRUE;
    usable = its_files_are_there ();
    if (usable)
      glibtop_init ();
  }
  if (!usable)
    fill_reserve ();
  return usable;
}

void
ls_gtop_end (void)
{
  fill_reserve ();
}
