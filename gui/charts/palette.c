/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/charts/palette.h"

#include <adwaita.h>

static GdkRGBA
rgb (guint32 hex)
{
  return (GdkRGBA) { ((hex >> 16) & 0xff) / 255.0f, ((hex >> 8) & 0xff) / 255.0f, (hex & 0xff) / 255.0f, 1 };
}

static gboolean
is_dark (void)
{
  return adw_style_manager_get_dark (adw_style_manager_get_default ());
}

GdkRGBA
ls_palette (LsColor color)
{
  static const guint32 colors[N_LS_COLORS][2] = {
    [LS_COLOR_1XX] = { 0x9a9996, 0x9a9996 },
    [LS_COLOR_2XX] = { 0x3584e4, 0x3584e4 },
    [LS_COLOR_3XX] = { 0x613583, 0x99c1f1 },
    [LS_COLOR_4XX] = { 0xe5a50a, 0xf6d32d },
    [LS_COLOR_5XX] = { 0xc01c28, 0xed333b },
    [LS_COLOR_BLUE] = { 0x3584e4, 0x3584e4 },
    [LS_COLOR_PALE] = { 0xb8d4f5, 0x2b4a73 },
    [LS_COLOR_FAILED] = { 0xc01c28, 0xed333b },
  };
  return rgb (colors[color][is_dark ()]);
}

GdkRGBA
ls_palette_heat (double ratio)
{
  static const float strengths[] = { 0.12f, 0.3f, 0.5f, 0.75f, 1 };
  GdkRGBA color = ls_palette (LS_COLOR_BLUE);
  int step = (int) (CLAMP (ratio, 0, 0.999) * G_N_ELEMENTS (strengths));
  color.alpha = strengths[step];
  return color;
}

GdkRGBA
ls_palette_ink (GtkWidget *widget, double strength)
{
  GdkRGBA color;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  color.alpha *= strength;
  return color;
}
