/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the window remembers. */

#include <gio/gio.h>

/* (transfer full); NULL when the schema is not installed: then nothing is remembered and everything else works. */
GSettings *ls_settings_new (void);
