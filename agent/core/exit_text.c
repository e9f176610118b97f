/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/exit_text.h"

char *
ls_exit_to_text (const LsExit *how)
{
  if (how->signal != 0)
    return g_strdup_printf ("killed by signal %d", how->signal);
  return g_strdup_printf ("exited with code %d", how->code);
}
