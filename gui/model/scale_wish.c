/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/scale_wish.h"

gboolean
ls_scale_wish_click (LsScaleWish *wish, guint wanted, int step, guint min, guint max, gint64 now_ms)
{
  guint now = ls_scale_wish_shown (wish, wanted);
  gint64 next = (gint64) now + step;
  if (next < min || next > max)
    return FALSE;
  if (!wish->open || wish->sent)
    wish->from = now;
  wish->open = TRUE;
  wish->sent = FALSE;
  wish->target = (guint) next;
  wish->due_at = now_ms + LS_SCALE_WISH_MS;
  return TRUE;
}

gboolean
ls_scale_wish_due (LsScaleWish *wish, gint64 now_ms)
{
  if (!wish->open || wish->sent || now_ms < wish->due_at)
    return FALSE;
  if (wish->target == wish->from) {
    wish->open = FALSE;
    return FALSE;
  }
  wish->sent = TRUE;
  return TRUE;
}

void
ls_scale_wish_agreed (LsScaleWish *wish, guint wanted)
{
  if (wish->open && wish->sent && wish->target == wanted)
    wish->open = FALSE;
}

void
ls_scale_wish_failed (LsScaleWish *wish)
{
  if (wish->sent)
    wish->open = FALSE;
}

guint
ls_scale_wish_shown (const LsScaleWish *wish, guint wanted)
{
  return wish->open ? wish->target : wanted;
}
