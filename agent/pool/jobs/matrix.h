/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The job "matrix N": two N by N matrices of doubles, multiplied.
 *
 * Their elements are small whole numbers, so that every sum is exact, in whatever order the machine adds; the product is checked against the sums of
 * columns and rows before it is called a result. */

#include "abi/job.h"

extern const LsJobKind ls_matrix_job;
