/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Versions of this project: numbers with dots between, "0.10.1". Pure. */

/* Below, equal to or above 0 as @a is older than, the same as or newer than @b. Missing numbers are 0; what follows the numbers ("0.2.0~rc1") makes
 * a version older than the same without it. NULL is older than everything. */
int ls_version_compare (const char *a, const char *b);
