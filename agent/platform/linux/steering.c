/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/linux/steering.h"

struct LsSteering {
  GArray *row_at;       /* guint, by index */
  int *index_of;        /* by row; -1: none */
  guint rows;
};

/* Neighbours of one weight: picked by one comparison and one modulo, however many. */
typedef struct {
  guint first, count;
  double weight;        /* of each */
} Run;

LsSteering *
ls_steering_new (guint rows)
{
  LsSteering *steering = g_new0 (LsSteering, 1);
  steering->row_at = g_array_new (FALSE, FALSE, sizeof (guint));
  steering->index_of = g_new (int, rows);
  steering->rows = rows;
  for (guint row = 0; row < rows; row++)
    steering->index_of[row] = -1;
  return steering;
}

void
ls_steering_free (LsSteering *steering)
{
  if (!steering)
    return;
  g_array_unref (steering->row_at);
  g_free (steering->index_of);
  g_free (steering);
}

void
ls_steering_add (LsSteering *steering, guint row)
{
  g_return_if_fail (row < steering->rows && steering->index_of[row] < 0);
  steering->index_of[row] = (int) steering->row_at->len;
  g_array_append_val (steering->row_at, row);
}

void
ls_steering_remove (LsSteering *steering, guint row)
{
  int index = ls_steering_index (steering, row);
  g_return_if_fail (index >= 0);
  guint last = g_array_index (steering->row_at, guint, steering->row_at->len - 1);
  g_array_remove_index_fast (steering->row_at, (guint) index);
  steering->index_of[last] = index;
  steering->index_of[row] = -1;
}

int
ls_steering_index (const LsSteering *steering, guint row)
{
  return row < steering->rows ? steering->index_of[row] : -1;
}

guint
ls_steering_count (const LsSteering *steering)
{
  return steering->row_at->len;
}

guint
ls_steering_row (const LsSteering *steering, guint index)
{
  return g_array_index (steering->row_at, guint, index);
}

/* --- weights by index --- */

static gboolean
all_are_zero (const double *weights, guint n)
{
  for (guint i = 0; i < n; i++)
    if (weights[i] > 0)
      return FALSE;
  return TRUE;
}

/* (transfer full), one an index, not all zero. */
static double *
weights_by_index (const LsSteering *steering, const LsShare *shares, guint n_shares)
{
  guint n = ls_steering_count (steering);
  double *weights = g_new0 (double, n);
  for (guint i = 0; i < n_shares; i++) {
    int index = ls_steering_index (steering, shares[i].row);
    if (index >= 0 && shares[i].weight > 0)
      weights[index] = shares[i].weight;
  }
  if (all_are_zero (weights, n))
    for (guint i = 0; i < n; i++)
      weights[i] = 1;
  return weights;
}

/* --- the program --- */

static GArray *
find_runs (const double *weights, guint n, gboolean alike)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (Run));
  for (guint i = 0; i < n; i++) {
    double weight = alike && weights[i] > 0 ? 1 : weights[i];
    Run *last = runs->len > 0 ? &g_array_index (runs, Run, runs->len - 1) : NULL;
    if (!(weight > 0))
      continue;
    if (last && last->first + last->count == i && last->weight == weight) {
      last->count++;
    } else {
      Run run = { i, 1, weight };
      g_array_append_val (runs, run);
    }
  }
  return runs;
}

static void
add (GArray *program, guint16 code, guint8 jump_if_true, guint32 k)
{
  struct sock_filter instruction = { code, jump_if_true, 0, k };
  g_array_append_val (program, instruction);
}

/* The accumulator holds the random number. */
static void
add_pick (GArray *program, const Run *run)
{
  if (run->count == 1) {
    add (program, BPF_RET | BPF_K, 0, run->first);
    return;
  }
  add (program, BPF_ALU | BPF_MOD | BPF_K, 0, run->count);
  if (run->first > 0)
    add (program, BPF_ALU | BPF_ADD | BPF_K, 0, run->first);
  add (program, BPF_RET | BPF_A, 0, 0);
}

static guint8
pick_length (const Run *run)
{
  return run->count == 1 ? 1 : run->first > 0 ? 3 : 2;
}

static double
total_weight (GArray *runs)
{
  double total = 0;
  for (guint i = 0; i < runs->len; i++)
    total += g_array_index (runs, Run, i).weight * g_array_index (runs, Run, i).count;
  return total;
}

/* The random number's 32 bits are cut into a piece for each run; the last needs no comparison. */
static GArray *
program_for (GArray *runs)
{
  GArray *program = g_array_new (FALSE, FALSE, sizeof (struct sock_filter));
  double total = total_weight (runs), below = 0;
  add (program, BPF_LD | BPF_W | BPF_ABS, 0, (guint32) (SKF_AD_OFF + SKF_AD_RANDOM));
  for (guint i = 0; i < runs->len; i++) {
    const Run *run = &g_array_index (runs, Run, i);
    below += run->weight * run->count / total;
    if (i + 1 < runs->len)
      add (program, BPF_JMP | BPF_JGE | BPF_K, pick_length (run), (guint32) MIN (below * 4294967296.0, 4294967295.0));
    add_pick (program, run);
  }
  return program;
}

/* Beyond 4,096 instructions, which takes over 800 unlike neighbours, weights are given up; beyond that, with gaps
 * everywhere, the last rows are. */
static GArray *
program_for_weights (const double *weights, guint n)
{
  g_autoptr (GArray) runs = find_runs (weights, n, FALSE);
  GArray *program = program_for (runs);
  if (program->len <= BPF_MAXINSNS)
    return program;
  g_autoptr (GArray) even = find_runs (weights, n, TRUE);
  while (program->len > BPF_MAXINSNS) {
    g_array_unref (program);
    program = program_for (even);
    g_array_set_size (even, even->len - MIN (even->len - 1, 64));
  }
  return program;
}

GArray *
ls_steering_program (const LsSteering *steering, const LsShare *shares, guint n_shares)
{
  guint n = ls_steering_count (steering);
  if (n == 0)
    return g_array_new (FALSE, FALSE, sizeof (struct sock_filter));
  g_autofree double *weights = weights_by_index (steering, shares, n_shares);
  return program_for_weights (weights, n);
}

GArray *
ls_steering_program_without (const LsSteering *steering, const LsShare *shares, guint n_shares, guint row)
{
  guint n = ls_steering_count (steering);
  int index = ls_steering_index (steering, row);
  if (n < 2 || index < 0)
    return ls_steering_program (steering, shares, n_shares);
  g_autofree double *weights = weights_by_index (steering, shares, n_shares);
  double moving = weights[n - 1];
  weights[index] = 0;
  weights[n - 1] = 0;
  if (all_are_zero (weights, n))
    weights[(guint) index == n - 1 ? 0 : n - 1] = moving > 0 ? moving : 1;
  return program_for_weights (weights, n);
}
