/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What programs could still get without swapping, in bytes: the kernel's own estimate on Linux, which libgtop does not
 * pass on; free, buffers and cache elsewhere. */

#include <glib.h>
#include <glibtop/mem.h>

guint64 ls_host_memory_available (const glibtop_mem *memory);
