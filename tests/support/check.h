/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* cmocka, with the headers that it wants before it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* How much slower than usual this build may be: sanitizers cost time and memory, and are not what is measured. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define LS_TEST_SLOWNESS 10
#else
#define LS_TEST_SLOWNESS 1
#endif
