/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/brake.h"

#define OUTPUT_STREAMS 2      /* stdout and stderr */
#define ALL_STREAMS ((1u << OUTPUT_STREAMS) - 1)

struct LsBrakes {
  LsBrakesParts parts;
  GPtrArray *all;              /* LsBrake */
  uv_timer_t look;             /* runs while one is on */
  void (*closed) (void *user);
  void *closed_user;
};

struct LsBrake {
  LsBrakes *group;
  char *task;
  gsize (*unread) (void *user);
  void *user;
  guint expected;              /* streams whose readers have not come; else it is a reader's */
  gboolean is_on;
  gboolean is_spent;           /* its reader was waited for long enough */
  LsInstance held;             /* while it is on */
  guint64 moved_at;            /* when the reader last took something */
  gsize unread_then;
};

/* --- on and off --- */

static void
let_go (LsBrake *brake)
{
  LsBrakes *group = brake->group;

  if (!brake->is_on)
    return;
  brake->is_on = FALSE;
  group->parts.hold (group->parts.self, brake->held, FALSE);
}

static gsize
unread (const LsBrake *brake)
{
  return brake->unread != NULL ? brake->unread (brake->user) : 0;
}

static void
look_after (LsBrake *brake, guint64 now)
{
  gsize left = unread (brake);

  if (left != brake->unread_then)
    brake->moved_at = now;
  brake->unread_then = left;
  if (now - brake->moved_at < brake->group->parts.patience_ms)
    return;
  let_go (brake);
  brake->is_spent = TRUE;
}

static void
on_look (uv_timer_t *timer)
{
  LsBrakes *group = timer->data;
  gboolean any_on = FALSE;

  for (guint i = group->all->len; i > 0; i--)
    {
      LsBrake *brake = g_ptr_array_index (group->all, i - 1);

      if (brake->is_on)
        look_after (brake, uv_now (timer->loop));
      any_on |= brake->is_on;
      if (brake->expected != 0 && !brake->is_on)
        ls_brake_free (brake);
    }
  if (!any_on)
    uv_timer_stop (timer);
}

static void
put_on (LsBrake *brake)
{
  LsBrakes *group = brake->group;
  guint64 look_ms = MAX (group->parts.patience_ms / 8, 1);

  if (brake->is_on || brake->is_spent || !group->parts.find (group->parts.self, brake->task, &brake->held))
    return;
  brake->is_on = TRUE;
  brake->moved_at = uv_now (group->parts.loop);
  brake->unread_then = unread (brake);
  group->parts.hold (group->parts.self, brake->held, TRUE);
  if (!uv_is_active ((uv_handle_t *) &group->look))
    uv_timer_start (&group->look, on_look, look_ms, look_ms);
}

void
ls_brake_set (LsBrake *brake, gboolean behind)
{
  if (behind)
    {
      put_on (brake);
      return;
    }
  let_go (brake);
}

void
ls_brake_taken (LsBrake *brake)
{
  brake->moved_at = uv_now (brake->group->parts.loop);
  brake->is_spent = FALSE;
}

/* --- beginning and end --- */

LsBrake *
ls_brake_new (LsBrakes *brakes, const char *task, gsize (*unread_by) (void *user), void *user)
{
  LsBrake *brake = g_new0 (LsBrake, 1);

  brake->group = brakes;
  brake->task = g_strdup (task);
  brake->unread = unread_by;
  brake->user = user;
  g_ptr_array_add (brakes->all, brake);
  return brake;
}

void
ls_brake_free (LsBrake *brake)
{
  if (brake == NULL)
    return;
  let_go (brake);
  g_ptr_array_remove_fast (brake->group->all, brake);
  g_free (brake->task);
  g_free (brake);
}

void
ls_brakes_expect (LsBrakes *brakes, const char *task)
{
  LsBrake *brake = ls_brake_new (brakes, task, NULL, NULL);

  brake->expected = ALL_STREAMS;
  put_on (brake);
  if (!brake->is_on)
    ls_brake_free (brake);
}

void
ls_brakes_reader_came (LsBrakes *brakes, const char *task, int stream)
{
  for (guint i = brakes->all->len; i > 0; i--)
    {
      LsBrake *brake = g_ptr_array_index (brakes->all, i - 1);

      if (brake->expected == 0 || g_strcmp0 (brake->task, task) != 0)
        continue;
      brake->expected &= stream < 0 ? 0 : ~(1u << stream);
      if (brake->expected == 0)
        ls_brake_free (brake);
    }
}

LsBrakes *
ls_brakes_new (const LsBrakesParts *parts)
{
  LsBrakes *brakes = g_new0 (LsBrakes, 1);

  brakes->parts = *parts;
  brakes->all = g_ptr_array_new ();
  uv_timer_init (parts->loop, &brakes->look);
  brakes->look.data = brakes;
  return brakes;
}

static void
on_timer_closed (uv_handle_t *handle)
{
  LsBrakes *brakes = handle->data;

  brakes->closed (brakes->closed_user);
  g_ptr_array_unref (brakes->all);
  g_free (brakes);
}

void
ls_brakes_close (LsBrakes *brakes, void (*closed) (void *user), void *user)
{
  /* Readers have gone; who is still expected comes no more. */
  while (brakes->all->len > 0)
    ls_brake_free (g_ptr_array_index (brakes->all, 0));
  brakes->closed = closed;
  brakes->closed_user = user;
  uv_close ((uv_handle_t *) &brakes->look, on_timer_closed);
}
