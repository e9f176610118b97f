/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "metrics/coding.h"

#include <math.h>
#include <string.h>

#define SHORT_UNKNOWN 0xffffu
#define COUNT_UNKNOWN 0xffffffffu
#define SHARE_UNKNOWN 0xffu
#define SHARE_STEPS 200.0

/* Eleven bits of mantissa with a hidden one above them, five of exponent: the float of a whole number, without a sign. */
#define MANTISSA_BITS 11
#define MANTISSA (1u << MANTISSA_BITS)
#define SHORT_MAX_EXPONENT 31u

guint16
ls_short_encode (double value)
{
  guint exponent = 0;

  if (isnan (value))
    return SHORT_UNKNOWN;
  value = MAX (value, 0);
  while (value >= 2 * MANTISSA - 0.5 && exponent < SHORT_MAX_EXPONENT)
    {
      value /= 2;
      exponent++;
    }
  guint whole = (guint) MIN (value + 0.5, 2 * MANTISSA - 1);
  guint code = whole < MANTISSA ? whole : ((exponent + 1) << MANTISSA_BITS | (whole & (MANTISSA - 1)));
  return (guint16) MIN (code, SHORT_UNKNOWN - 1);
}

double
ls_short_decode (guint16 code)
{
  guint exponent = code >> MANTISSA_BITS;
  guint mantissa = code & (MANTISSA - 1);

  if (code == SHORT_UNKNOWN)
    return NAN;
  return exponent == 0 ? mantissa : ldexp (MANTISSA | mantissa, (int) exponent - 1);
}

static gsize
value_size (LsCoding coding)
{
  static const gsize sizes[] = { 4, 2, 2, 1 };

  return sizes[coding];
}

guint
ls_layout_values (const LsLayout *layout)
{
  guint values = 0;

  for (guint i = 0; i < layout->n_columns; i++)
    values += layout->columns[i].width;
  return values;
}

gsize
ls_layout_record_size (const LsLayout *layout)
{
  gsize size = 0;

  for (guint i = 0; i < layout->n_columns; i++)
    size += layout->columns[i].width * value_size (layout->columns[i].coding);
  return size;
}

static void
pack_value (LsCoding coding, double value, guint8 *at)
{
  guint32 count = isnan (value) ? COUNT_UNKNOWN : (guint32) CLAMP (value + 0.5, 0, COUNT_UNKNOWN - 1.0);
  guint16 code = ls_short_encode (coding == LS_CODING_MILLI ? value * 1000 : value);

  if (coding == LS_CODING_COUNT)
    memcpy (at, &count, sizeof count);
  else if (coding == LS_CODING_SHARE)
    *at = isnan (value) ? SHARE_UNKNOWN : (guint8) CLAMP (value * SHARE_STEPS + 0.5, 0, SHARE_STEPS);
  else
    memcpy (at, &code, sizeof code);
}

static double
unpack_value (LsCoding coding, const guint8 *at)
{
  guint32 count;
  guint16 code;

  if (coding == LS_CODING_COUNT)
    {
      memcpy (&count, at, sizeof count);
      return count == COUNT_UNKNOWN ? NAN : count;
    }
  if (coding == LS_CODING_SHARE)
    return *at == SHARE_UNKNOWN ? NAN : *at / SHARE_STEPS;
  memcpy (&code, at, sizeof code);
  return coding == LS_CODING_MILLI ? ls_short_decode (code) / 1000 : ls_short_decode (code);
}

void
ls_layout_pack (const LsLayout *layout, const double *values, guint8 *record)
{
  for (guint i = 0; i < layout->n_columns; i++)
    for (guint j = 0; j < layout->columns[i].width; j++)
      {
        pack_value (layout->columns[i].coding, *values++, record);
        record += value_size (layout->columns[i].coding);
      }
}

void
ls_layout_unpack (const LsLayout *layout, const guint8 *record, double *values)
{
  for (guint i = 0; i < layout->n_columns; i++)
    for (guint j = 0; j < layout->columns[i].width; j++)
      {
        *values++ = unpack_value (layout->columns[i].coding, record);
        record += value_size (layout->columns[i].coding);
      }
}

static double
merge_value (LsMerge merge, double before, double value, guint n)
{
  if (isnan (before))
    return value;
  if (isnan (value))
    return before;
  if (merge == LS_MERGE_SUM)
    return before + value;
  return merge == LS_MERGE_WORST ? MAX (before, value) : before + (value - before) / n;
}

void
ls_layout_merge (const LsLayout *layout, double *values, const double *point, guint n)
{
  for (guint i = 0; i < layout->n_columns; i++)
    for (guint j = 0; j < layout->columns[i].width; j++, values++, point++)
      *values = merge_value (layout->columns[i].merge, *values, *point, n);
}

void
ls_layout_split (const LsLayout *layout, const double *values, guint parts, guint part, double *ret_values)
{
  for (guint i = 0; i < layout->n_columns; i++)
    for (guint j = 0; j < layout->columns[i].width; j++, values++, ret_values++)
      {
        double share = floor (*values / parts);

        if (layout->columns[i].merge != LS_MERGE_SUM)
          *ret_values = *values;
        else
          *ret_values = part + 1 < parts ? share : *values - share * (parts - 1);
      }
}
