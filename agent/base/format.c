/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <math.h>

/* Three significant digits of a value below 1000. */
static char *
three_digits (double value, const char *unit)
{
  const char *space = *unit ? " " : "";
  if (value < 9.995)
    return g_strdup_printf ("%.2f%s%s", value, space, unit);
  if (value < 99.95)
    return g_strdup_printf ("%.1f%s%s", value, space, unit);
  return g_strdup_printf ("%.0f%s%s", value, space, unit);
}

/* @units is NULL-terminated; the last one takes whatever is left. */
static char *
scaled (double value, double step, const char *const *units)
{
  while (units[1] && value >= 999.5)
    {
      value /= step;
      units++;
    }
  return three_digits (value, *units);
}

char *
ls_format_count (double value)
{
  static const char *const units[] = { "", "k", "M", "G", "T", "P", NULL };
  if (isnan (value))
    return g_strdup ("–");
  if (value < 0)
    {
      g_autofree char *positive = ls_format_count (-value);
      return g_strconcat ("−", positive, NULL);
    }
  if (value < 999.5 && value == floor (value))
    return g_strdup_printf ("%.0f", value);
  return scaled (value, 1000, units);
}

char *
ls_format_bytes (guint64 bytes)
{
  static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", NULL };
  if (bytes < 1000)
    return g_strdup_printf ("%u B", (guint) bytes);
  return scaled ((double) bytes, 1024, units);
}

char *
ls_format_us (guint64 us)
{
  static const char *const units[] = { "µs", "ms", "s", NULL };
  if (us < 1000)
    return g_strdup_printf ("%u µs", (guint) us);
  if (us >= 60 * G_GUINT64_CONSTANT (1000000))
    return ls_format_elapsed_ms ((gint64) (us / 1000));
  return scaled ((double) us, 1000, units);
}

char *
ls_format_elapsed_ms (gint64 ms)
{
  gint64 s = MAX (ms, 0) / 1000;
  if (s < 60)
    return g_strdup_printf ("%d s", (int) s);
  if (s < 3600)
    return g_strdup_printf ("%d:%02d", (int) (s / 60), (int) (s % 60));
  if (s < 86400)
    return g_strdup_printf ("%d:%02d:%02d", (int) (s / 3600), (int) (s / 60 % 60), (int) (s % 60));
  return g_strdup_printf ("%" G_GINT64_FORMAT " d %d h", s / 86400, (int) (s / 3600 % 24));
}

char *
ls_format_next (gint64 at, gint64 now)
{
  gint64 seconds = MAX (at - now + 999, 0) / 1000, minutes = (seconds + 30) / 60, hours = (minutes + 30) / 60, days = (hours + 12) / 24;
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at / 1000);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_local (utc) : NULL;
  g_autofree char *time = NULL;
  if (seconds < 90 || !local)
    return g_strdup_printf ("in %d s", (int) seconds);
  time = g_date_time_format (local, hours < 20 ? "%H:%M" : days < 7 ? "%a %H:%M" : days < 300 ? "%-d %b %H:%M" : "%-d %b %Y");
  if (minutes < 90)
    return g_strdup_printf ("in %d min (%s)", (int) minutes, time);
  return hours < 36 ? g_strdup_printf ("in %d h (%s)", (int) hours, time) : g_strdup_printf ("in %d d (%s)", (int) days, time);
}
