/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `create buffer compute.frame size=64M`: its memory is taken when this returns. */

#include "cli/cli.h"

gboolean ls_create_buffer (LsCli *cli, const char *name, const char *const *settings, GError **error);
