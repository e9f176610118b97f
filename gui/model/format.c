/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/format.h"

#include <math.h>

#include <glib/gi18n.h>

/* Three significant digits of a value below 1000. */
static char *
three_digits (double value)
{
  int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return g_strdup_printf ("%.*f", decimals, value);
}

/* Divides by @base until it fits under the next unit; what rounds up to 1000 belongs to the next one. */
static char *
scaled (double value, double base, const char *const *units)
{
  guint unit = 0;
  while (units[unit + 1] && value >= (base == 1024.0 ? 1023.5 : 999.5)) {
    value /= base;
    unit++;
  }
  g_autofree char *number = unit == 0 && value == floor (value) ? g_strdup_printf ("%.0f", value) : three_digits (value);
  return units[unit][0] ? g_strdup_printf ("%s %s", number, units[unit]) : g_steal_pointer (&number);
}

static gboolean
is_unknown (double value)
{
  return isnan (value) || isinf (value) || value < 0;
}

char *
ls_text_count (double value)
{
  static const char *const units[] = { "", "k", "M", "G", "T", NULL };
  return is_unknown (value) ? g_strdup (LS_TEXT_UNKNOWN) : scaled (value, 1000.0, units);
}

char *
ls_text_rate (double per_second)
{
  return ls_text_count (per_second);
}

char *
ls_text_us (double us)
{
  static const char *const units[] = { "µs", "ms", "s", NULL };
  return is_unknown (us) ? g_strdup (LS_TEXT_UNKNOWN) : scaled (us, 1000.0, units);
}

char *
ls_text_interval (gint64 ms)
{
  if (ms <= 0)
    return g_strdup (LS_TEXT_UNKNOWN);
  if (ms < 1000)
    return g_strdup_printf ("%d ms", (int) ms);
  return ms % 1000 == 0 ? g_strdup_printf ("%d s", (int) (ms / 1000)) : g_strdup_printf ("%.1f s", ms / 1000.0);
}

char *
ls_text_bytes (double bytes)
{
  static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", NULL };
  return is_unknown (bytes) ? g_strdup (LS_TEXT_UNKNOWN) : scaled (bytes, 1024.0, units);
}

/* Takes the zeros off the end of the number that @text begins with, and the unit off nothing. */
static char *
trimmed (char *text, double value)
{
  g_autofree char *number = text;
  char *space = strchr (number, ' '), *unit = space ? space : number + strlen (number);
  char *end = unit;
  if (value == 0)
    return g_strdup ("0");
  if (memchr (number, '.', unit - number)) {
    while (end[-1] == '0')
      end--;
    if (end[-1] == '.')
      end--;
  }
  return g_strdup_printf ("%.*s%s", (int) (end - number), number, unit);
}

char *
ls_text_axis_count (double value)
{
  return trimmed (ls_text_count (value), value);
}

char *
ls_text_axis_us (double us)
{
  return trimmed (ls_text_us (us), us);
}

char *
ls_text_axis_bytes (double bytes)
{
  return trimmed (ls_text_bytes (bytes), bytes);
}

char *
ls_text_percent (double ratio)
{
  if (is_unknown (ratio))
    return g_strdup (LS_TEXT_UNKNOWN);
  double percent = ratio * 100;
  if (percent > 0 && percent < 0.05)
    return g_strdup (percent < 0.005 ? "< 0.01 %" : "< 0.1 %");
  return g_strdup_printf ("%.*f %%", percent >= 99.95 || percent == 0 ? 0 : 1, percent);
}

char *
ls_text_clock (gint64 unix_ms)
{
  g_autoptr (GDateTime) time = unix_ms > 0 ? g_date_time_new_from_unix_local (unix_ms / 1000) : NULL;
  return time ? g_date_time_format (time, "%H:%M:%S") : g_strdup (LS_TEXT_UNKNOWN);
}

char *
ls_text_elapsed (gint64 ms)
{
  if (ms < 0)
    return g_strdup (LS_TEXT_UNKNOWN);
  gint64 s = ms / 1000;
  if (s < 60)
    return g_strdup_printf (_("%d s"), (int) s);
  if (s < 3600)
    return g_strdup_printf ("%d:%02d", (int) (s / 60), (int) (s % 60));
  if (s < 86400)
    return g_strdup_printf ("%d:%02d:%02d", (int) (s / 3600), (int) (s / 60 % 60), (int) (s % 60));
  return g_strdup_printf (_("%d d %d h"), (int) (s / 86400), (int) (s / 3600 % 24));
}

char *
ls_text_cpu (double ratio, const double load[3])
{
  g_autofree char *cpu = ls_text_percent (ratio);
  if (isnan (load[0]))
    return g_steal_pointer (&cpu);
  return g_strdup_printf (_("%s · load %.2f %.2f %.2f"), cpu, load[0], load[1], load[2]);
}

/* Swap is what explains a slow computer. */
char *
ls_text_memory (double used_bytes, double total_bytes, double swap_bytes)
{
  g_autofree char *used = ls_text_bytes (used_bytes), *total = ls_text_bytes (total_bytes), *swap = ls_text_bytes (swap_bytes);
  if (swap_bytes > 0)
    return g_strdup_printf (_("%s of %s · swap %s"), used, total, swap);
  return g_strdup_printf (_("%s of %s"), used, total);
}

char *
ls_text_cluster_state (const char *state, guint ready, guint wanted)
{
  if (g_strcmp0 (state, "stopped") == 0)
    return g_strdup (_("Stopped"));
  if (wanted == 0)
    return g_strdup (_("Stopping"));
  if (g_strcmp0 (state, "failing") == 0)
    return g_strdup_printf (_("Failing, %u of %u ready"), ready, wanted);
  return g_strdup_printf (_("%u of %u ready"), ready, wanted);
}

char *
ls_text_range (guint min, guint max)
{
  return min == max ? g_strdup_printf ("%u", min) : g_strdup_printf ("%u–%u", min, max);
}

char *
ls_text_link (const char *listen)
{
  if (!listen || g_str_has_prefix (listen, "unix:"))
    return NULL;
  if (listen[0] == ':')
    return g_strconcat ("http://127.0.0.1", listen, NULL);
  if (g_str_has_prefix (listen, "0.0.0.0:"))
    return g_strconcat ("http://127.0.0.1", listen + strlen ("0.0.0.0"), NULL);
  if (g_str_has_prefix (listen, "[::]:"))
    return g_strconcat ("http://[::1]", listen + strlen ("[::]"), NULL);
  return g_strconcat ("http://", listen, NULL);
}
