/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Host figures: per-core CPU, memory, swap, load, uptime. From libgtop, behind reserved descriptors, because it ends the
 * process when it cannot open a /proc file. */

#include "model/figures.h"

typedef struct LsHostReader LsHostReader;

LsHostReader *ls_host_reader_new (void);
void ls_host_reader_free (LsHostReader *reader);
/* FALSE: skipped this time, *@figures is as it was. */
gboolean ls_host_reader_read (LsHostReader *reader, LsHostFigures *figures);
char *ls_host_name (void);               /* (transfer full) */
char *ls_host_system (void);             /* "Debian GNU/Linux 12, Linux 6.1", (transfer full) */
guint ls_host_cores (void);              /* online */
