/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/instance.h"

#include "base/text.h"

#include <string.h>

gboolean
ls_instance_equal (LsInstance a, LsInstance b)
{
  return a.pid == b.pid && a.start_time == b.start_time;
}

char *
ls_instance_to_text (LsInstance instance)
{
  if (instance.pid <= 0)
    return NULL;
  return g_strdup_printf ("%d-%" G_GUINT64_FORMAT, (int) instance.pid, instance.start_time);
}

gboolean
ls_instance_parse (const char *text, LsInstance *ret)
{
  const char *dash = text ? strchr (text, '-') : NULL;
  if (!dash)
    return FALSE;
  g_autofree char *pid_text = g_strndup (text, (gsize) (dash - text));
  guint64 pid, start_time;
  if (!ls_parse_uint (pid_text, "pid", 1, G_MAXINT32, &pid, NULL) || !ls_parse_uint (dash + 1, "start time", 0, G_MAXUINT64, &start_time, NULL))
    return FALSE;
  ret->pid = (pid_t) pid;
  ret->start_time = start_time;
  return TRUE;
}
