/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The bytes of a config file, bounded: one that is too large comes with one byte too many, for the parser to refuse. (transfer full) */
GString *ls_config_read_file (const char *path, GError **error);
