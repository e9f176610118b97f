/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The supervisor's scoreboards: memory of the platform, read by metrics. */

#include "core/ports.h"

LsScoreboards ls_scoreboards_port (void);
