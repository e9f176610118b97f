/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the supervisor's pools need besides a process: job boards, shared buffers, plug-ins. */

#include "core/ports.h"

typedef struct LsWorkshopHost LsWorkshopHost;

LsWorkshopHost *ls_workshop_host_new (void);
void ls_workshop_host_free (LsWorkshopHost *host);      /* what is left of shared buffers is removed */
LsWorkshop ls_workshop_host_port (LsWorkshopHost *host);
