/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/kernel.h"

/* Four doubles, eight of which make a row of the block; the compiler takes whatever registers the function is compiled for. */
typedef double Vector __attribute__ ((vector_size (64)));

#define VECTORS (LS_KERNEL_COLUMNS / 8)

static inline __attribute__ ((always_inline)) void
multiply (const double *a, const double *b, double *c, size_t stride, size_t depth)
{
  Vector sums[LS_KERNEL_ROWS][VECTORS];
  for (unsigned i = 0; i < LS_KERNEL_ROWS; i++)
    for (unsigned v = 0; v < VECTORS; v++)
      sums[i][v] = ((const Vector *) (c + i * stride))[v];
  for (size_t k = 0; k < depth; k++) {
    const Vector *row = (const Vector *) (b + k * stride);
    for (unsigned i = 0; i < LS_KERNEL_ROWS; i++)
      for (unsigned v = 0; v < VECTORS; v++)
        sums[i][v] += a[i * stride + k] * row[v];
  }
  for (unsigned i = 0; i < LS_KERNEL_ROWS; i++)
    for (unsigned v = 0; v < VECTORS; v++)
      ((Vector *) (c + i * stride))[v] = sums[i][v];
}

static void
plain (const double *a, const double *b, double *c, size_t stride, size_t depth)
{
  multiply (a, b, c, stride, depth);
}

#if defined(__x86_64__) && defined(__GNUC__)
static __attribute__ ((target ("avx2,fma"))) void
avx2 (const double *a, const double *b, double *c, size_t stride, size_t depth)
{
  multiply (a, b, c, stride, depth);
}

static __attribute__ ((target ("avx512f,prefer-vector-width=512"))) void
avx512 (const double *a, const double *b, double *c, size_t stride, size_t depth)
{
  multiply (a, b, c, stride, depth);
}
#endif

LsKernel
ls_kernel_choose (void)
{
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx512f"))
    return avx512;
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    return avx2;
#endif
  return plain;
}
