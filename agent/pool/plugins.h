/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Loads plug-ins (abi/job.h) and adds their kinds to the host's jobs. */

#include <stdbool.h>
#include <stddef.h>

/* @name: a path with a slash in it, or the bare name of one that is installed: "thumbnail" is thumbnail.so in a folder of $LINESHAFT_PLUGIN_DIR (a list)
 * or in the one of this installation. FALSE: @why is one sentence. A plug-in is never unloaded. */
bool ls_plugin_load (const char *name, char *why, size_t size);
