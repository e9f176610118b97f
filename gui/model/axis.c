/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/axis.h"

#include <math.h>

double
ls_axis_round (double value, gboolean binary)
{
  static const double decimal_steps[] = { 1, 2, 3, 4, 5, 6, 8, 10 };
  static const double binary_steps[] = { 1, 1.5, 2 };
  if (!(value > 0))
    return 1;
  const double *steps = binary ? binary_steps : decimal_steps;
  guint n = binary ? G_N_ELEMENTS (binary_steps) : G_N_ELEMENTS (decimal_steps);
  double unit = binary ? exp2 (floor (log2 (value))) : pow (10, floor (log10 (value)));
  for (guint i = 0; i < n; i++)
    if (steps[i] * unit >= value * (1 - 1e-9))
      return steps[i] * unit;
  return unit * (binary ? 2 : 10);
}

gboolean
ls_axis_update (LsAxis *axis, double peak, gint64 now_ms)
{
  double wanted = ls_axis_round (MAX (isnan (peak) ? 0 : peak, axis->floor), axis->binary);
  if (wanted > axis->maximum) {
    axis->maximum = wanted;
    axis->smaller_since = 0;
    return TRUE;
  }
  if (wanted == axis->maximum) {
    axis->smaller_since = 0;
    return FALSE;
  }
  if (axis->smaller_since == 0) {
    axis->smaller_since = now_ms;
    axis->smaller = wanted;
    return FALSE;
  }
  axis->smaller = MAX (axis->smaller, wanted);
  if (now_ms - axis->smaller_since < LS_AXIS_SHRINK_MS)
    return FALSE;
  axis->maximum = axis->smaller;
  axis->smaller_since = 0;
  return TRUE;
}

guint
ls_axis_parts (double maximum, gboolean binary)
{
  if (!(maximum > 0))
    return 1;
  if (binary)
    return log2 (maximum) == floor (log2 (maximum)) ? 4 : 3;
  int leading = (int) lround (maximum / pow (10, floor (log10 (maximum) + 1e-9)));
  switch (leading) {
  case 3:
  case 6:
    return 3;
  case 5:
    return 2;
  default:
    return 4;
  }
}
