/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Taking a lock that is held for some ten nanoseconds at a time: to look again is quicker than to sleep and be woken by the system. */

#include <uv.h>

#define LS_SPIN_TURNS 200

static inline void
ls_spin_lock (uv_mutex_t *lock)
{
  for (int i = 0; i < LS_SPIN_TURNS; i++) {
    if (uv_mutex_trylock (lock) == 0)
      return;
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause ();
#endif
  }
  uv_mutex_lock (lock);
}
