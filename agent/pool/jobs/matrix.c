/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/matrix.h"
#include "pool/jobs/kernel.h"
#include "pool/jobs/words.h"
#include "pool/memory.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define MAX_N 4096u
#define ALIGNMENT 64u
#define DEPTH 256u             /* of a block: its part of B stays in the second-level cache */

typedef struct {
  uint64_t n;
  size_t stride;               /* n, filled up to whole blocks with zeros */
  double *a, *b, *c;           /* aligned for the kernel, in memory that is to be freed: */
  void *memory[3];
  LsKernel kernel;
  size_t rows_made;            /* of A and B, before anything is multiplied */
  size_t row, depth;           /* where the next strip of blocks begins */
  uint64_t busy_ns;            /* spent in multiplying */
} Matrix;

/* A small whole number from -8 to 7 that depends on the place and nothing else (the finaliser of splitmix64). */
static double
element (uint64_t seed, uint64_t row, uint64_t column)
{
  uint64_t x = seed + row * UINT64_C (0x9e3779b97f4a7c15) + column * UINT64_C (0xd1b54a32d192ed03);
  x = (x ^ (x >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C (0x94d049bb133111eb);
  return (double) (int) ((x >> 40) & 15) - 8;
}

/* All zeros. Large memory comes so from the system, which fills in each page when it is first touched. */
static double *
new_square (size_t stride, void **ret_memory)
{
  char *memory = calloc (1, stride * stride * sizeof (double) + ALIGNMENT);
  *ret_memory = memory;
  return memory != NULL ? (double *) (memory + ALIGNMENT - (uintptr_t) memory % ALIGNMENT) : NULL;
}

static LsStep
begin (LsRun *run)
{
  uint64_t n;
  if (run->n_args != 1 || !ls_read_whole (run->args[0], 1, MAX_N, &n))
    return ls_refuse (run, "matrix takes one whole number, how many rows and columns, from 1 to %u: matrix 512.", MAX_N);
  Matrix *self = ls_new0 (Matrix, 1);
  run->state = self;
  self->n = n;
  self->stride = (n + LS_KERNEL_COLUMNS - 1) / LS_KERNEL_COLUMNS * LS_KERNEL_COLUMNS;
  self->kernel = ls_kernel_choose ();
  self->a = new_square (self->stride, &self->memory[0]);
  self->b = new_square (self->stride, &self->memory[1]);
  self->c = new_square (self->stride, &self->memory[2]);
  if (self->a == NULL || self->b == NULL || self->c == NULL)
    return ls_refuse (run, "There is not enough memory for three matrices of %" PRIu64 " by %" PRIu64 ".", n, n);
  return LS_STEP_MORE;
}

static void
make_row (Matrix *self)
{
  size_t row = self->rows_made++;
  for (size_t column = 0; column < self->n; column++) {
    self->a[row * self->stride + column] = element (1, row, column);
    self->b[row * self->stride + column] = element (2, row, column);
  }
}

/* Four rows of C, all columns, some of the depth. */
static void
multiply_strip (Matrix *self)
{
  size_t depth = self->n - self->depth < DEPTH ? self->n - self->depth : DEPTH;
  for (size_t column = 0; column < self->stride; column += LS_KERNEL_COLUMNS)
    self->kernel (self->a + self->row * self->stride + self->depth, self->b + self->depth * self->stride + column,
                  self->c + self->row * self->stride + column, self->stride, depth);
  self->row += LS_KERNEL_ROWS;
  if (self->row >= self->n) {
    self->row = 0;
    self->depth += depth;
  }
}

/* The elements of the product add up to what the sums of A's columns and B's rows make of it. */
static bool
is_right (const Matrix *self, int64_t *ret_sum)
{
  int64_t *columns = ls_new0 (int64_t, self->n);
  int64_t sum = 0, expected = 0;
  for (size_t i = 0; i < self->n; i++)
    for (size_t k = 0; k < self->n; k++) {
      columns[k] += (int64_t) self->a[i * self->stride + k];
      sum += (int64_t) self->c[i * self->stride + k];
    }
  for (size_t k = 0; k < self->n; k++) {
    int64_t row = 0;
    for (size_t j = 0; j < self->n; j++)
      row += (int64_t) self->b[k * self->stride + j];
    expected += columns[k] * row;
  }
  free (columns);
  *ret_sum = sum;
  return sum == expected;
}

/* FNV-1a over the product's numbers, row by row: the same on every machine. */
static uint64_t
checksum (const Matrix *self)
{
  uint64_t hash = UINT64_C (0xcbf29ce484222325);
  for (size_t i = 0; i < self->n; i++)
    for (size_t j = 0; j < self->n; j++)
      hash = (hash ^ (uint64_t) (int64_t) self->c[i * self->stride + j]) * UINT64_C (0x100000001b3);
  return hash;
}

/* To a thousandth: more says nothing. */
static double
rounded (double number)
{
  return round (number * 1000) / 1000;
}

static LsStep
finish (LsRun *run, const Matrix *self)
{
  char hash[24];
  int64_t sum;
  double seconds = round ((double) self->busy_ns / 1e3) / 1e6;
  double n = (double) self->n;
  if (!is_right (self, &sum))
    return ls_refuse (run, "The product is wrong: its elements add up to %" PRId64 ". This machine's memory or processor makes errors.", sum);
  snprintf (hash, sizeof hash, "%016" PRIx64, checksum (self));
  return ls_give (run, json_pack ("{s:I, s:s, s:I, s:f, s:f}", "n", (json_int_t) self->n, "checksum", hash, "sum", (json_int_t) sum, "seconds", seconds,
                                  "gflops", self->busy_ns > 0 ? rounded (2 * n * n * n / (double) self->busy_ns) : 0));
}

static LsStep
step (LsRun *run)
{
  Matrix *self = run->state;
  uint64_t begun = ls_now_ns ();
  while (self->rows_made < self->n && ls_now_ns () - begun < LS_STEP_NS)
    make_row (self);
  uint64_t first = ls_now_ns (), now = first;
  while (self->rows_made == self->n && self->depth < self->n && now - begun < LS_STEP_NS) {
    multiply_strip (self);
    now = ls_now_ns ();
  }
  self->busy_ns += now - first;
  if (self->depth >= self->n)
    return finish (run, self);
  double part = ((double) self->depth + (double) DEPTH * (double) self->row / (double) self->n) / (double) self->n;
  ls_tell_progress (run, part, "%.0f %% of %" PRIu64 " × %" PRIu64, part < 1 ? part * 100 : 100, self->n, self->n);
  return LS_STEP_MORE;
}

static void
end (LsRun *run)
{
  Matrix *self = run->state;
  if (self == NULL)
    return;
  for (unsigned i = 0; i < 3; i++)
    free (self->memory[i]);
  free (self);
}

const LsJobKind ls_matrix_job = {
  .abi = LS_JOB_ABI,
  .name = "matrix",
  .arguments = "N",
  .description = "multiplies two N by N matrices, and says how fast",
  .begin = begin,
  .step = step,
  .end = end,
};
