/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* CPU of the threads of pools: what each used since the last look. */

#include "core/supervisor.h"

typedef struct LsThreadCpu LsThreadCpu;

LsThreadCpu *ls_thread_cpu_new (void);
void ls_thread_cpu_free (LsThreadCpu *cpu);
/* Looks at all threads now and tells @supervisor. */
void ls_thread_cpu_tell (LsThreadCpu *cpu, LsSupervisor *supervisor);
