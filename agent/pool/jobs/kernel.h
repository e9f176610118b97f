/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A block of a matrix product, as fast as plain C with vectors goes. */

#include <stddef.h>

#define LS_KERNEL_ROWS 4u
#define LS_KERNEL_COLUMNS 16u

/* C[i][j] += A[i][k] · B[k][j] for LS_KERNEL_ROWS rows of A and C, LS_KERNEL_COLUMNS columns of B and C, and @depth values of k. Rows are @stride doubles
 * apart; b and c are aligned to 64 bytes, and so is a row of them. */
typedef void (*LsKernel) (const double *a, const double *b, double *c, size_t stride, size_t depth);

/* The best one for this processor. */
LsKernel ls_kernel_choose (void);
