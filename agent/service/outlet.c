/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/outlet.h"

struct LsOutlets {
  uv_prepare_t before_waiting;
  GQueue kicked;               /* LsOutlet */
  guint count;
  GString *buffer;             /* one for all: it is empty between pumps */
  void (*closed) (void *user);
  void *closed_user;
};

struct LsOutlet {
  LsOutlets *group;
  LsCall *call;
  LsOutletOwner owner;
  void *user;
  GList link;                  /* in kicked */
  gboolean is_kicked;
  gboolean is_pumping;
  gboolean is_gone;            /* ended while pumping: freed at its end */
  gboolean is_finishing;
  gboolean has_ended;          /* ls_http_exchange_end was called */
};

static void
unkick (LsOutlet *outlet)
{
  if (outlet->is_kicked)
    g_queue_unlink (&outlet->group->kicked, &outlet->link);
  outlet->is_kicked = FALSE;
}

static void
outlet_free (LsOutlet *outlet)
{
  outlet->group->count--;
  g_free (outlet);
}

/* Gives the peer what there is, as long as it takes it. */
static void
pump (LsOutlet *outlet)
{
  LsHttpExchange *exchange = outlet->call->exchange;
  GString *buffer = outlet->group->buffer;
  gboolean more = TRUE;

  if (outlet->is_pumping || outlet->has_ended)
    return;
  outlet->is_pumping = TRUE;
  while (more && !outlet->is_gone && ls_http_exchange_unwritten (exchange) < LS_OUTLET_HIGH)
    {
      g_string_truncate (buffer, 0);
      more = outlet->owner.fill (outlet->user, buffer);
      if (buffer->len > 0 && !outlet->is_gone)
        ls_http_exchange_write (exchange, buffer->str, buffer->len);
    }
  if (!outlet->is_gone && !more && outlet->is_finishing)
    {
      outlet->has_ended = TRUE;
      ls_http_exchange_end (exchange);
    }
  outlet->is_pumping = FALSE;
  if (outlet->is_gone)
    outlet_free (outlet);
}

static void
on_before_waiting (uv_prepare_t *handle)
{
  LsOutlets *group = handle->data;
  GList *link;

  while ((link = g_queue_pop_head_link (&group->kicked)) != NULL)
    {
      LsOutlet *outlet = link->data;

      outlet->is_kicked = FALSE;
      pump (outlet);
    }
  uv_prepare_stop (handle);
  /* A burst is over; the next one may be small. */
  if (group->buffer->allocated_len > 4 * LS_OUTLET_HIGH)
    {
      g_string_free (group->buffer, TRUE);
      group->buffer = g_string_sized_new (4096);
    }
}

static void
on_drained (void *user, LsHttpExchange *exchange)
{
  ls_outlet_kick (user);
}

static void
on_call_ended (void *user)
{
  LsOutlet *outlet = user;

  unkick (outlet);
  outlet->owner.ended (outlet->user);
  if (outlet->is_pumping)
    outlet->is_gone = TRUE;
  else
    outlet_free (outlet);
}

LsOutlets *
ls_outlets_new (uv_loop_t *loop)
{
  LsOutlets *outlets = g_new0 (LsOutlets, 1);

  uv_prepare_init (loop, &outlets->before_waiting);
  outlets->before_waiting.data = outlets;
  outlets->buffer = g_string_sized_new (4096);
  g_queue_init (&outlets->kicked);
  return outlets;
}

static void
on_handle_closed (uv_handle_t *handle)
{
  LsOutlets *outlets = handle->data;

  g_string_free (outlets->buffer, TRUE);
  outlets->closed (outlets->closed_user);
  g_free (outlets);
}

void
ls_outlets_close (LsOutlets *outlets, void (*closed) (void *user), void *user)
{
  outlets->closed = closed;
  outlets->closed_user = user;
  uv_close ((uv_handle_t *) &outlets->before_waiting, on_handle_closed);
}

guint
ls_outlets_count (const LsOutlets *outlets)
{
  return outlets->count;
}

static LsOutlet *
outlet_new (LsOutlets *outlets, LsCall *call, const LsOutletOwner *owner, void *user)
{
  LsOutlet *outlet = g_new0 (LsOutlet, 1);

  outlets->count++;
  outlet->group = outlets;
  outlet->call = call;
  outlet->owner = *owner;
  outlet->user = user;
  outlet->link.data = outlet;
  ls_call_on_ended (call, on_call_ended, outlet);
  ls_http_exchange_mark_stream (call->exchange);
  ls_http_exchange_on_drained (call->exchange, on_drained, outlet);
  ls_outlet_kick (outlet);
  return outlet;
}

LsOutlet *
ls_outlet_new (LsOutlets *outlets, LsCall *call, const char *type, const LsOutletOwner *owner, void *user)
{
  LsOutlet *outlet = outlet_new (outlets, call, owner, user);

  ls_http_exchange_add_header (call->exchange, "Cache-Control", "no-store");
  ls_http_exchange_begin (call->exchange, 200, type, -1);
  return outlet;
}

LsOutlet *
ls_outlet_new_upgraded (LsOutlets *outlets, LsCall *call, const char *protocol, void (*data) (void *user, const char *data, size_t length),
                        const LsOutletOwner *owner, void *user, GError **error)
{
  int failure = ls_http_exchange_upgrade (call->exchange, protocol, data, user);

  if (failure == 0)
    return outlet_new (outlets, call, owner, user);
  g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "The connection cannot become a %s: %s.", protocol, g_strerror (-failure));
  return NULL;
}

void
ls_outlet_kick (LsOutlet *outlet)
{
  if (outlet->is_kicked || outlet->is_gone)
    return;
  outlet->is_kicked = TRUE;
  g_queue_push_tail_link (&outlet->group->kicked, &outlet->link);
  uv_prepare_start (&outlet->group->before_waiting, on_before_waiting);
}

void
ls_outlet_finish (LsOutlet *outlet)
{
  outlet->is_finishing = TRUE;
  ls_outlet_kick (outlet);
}

void
ls_outlet_cut (LsOutlet *outlet)
{
  if (outlet->has_ended)
    return;
  outlet->has_ended = TRUE;
  ls_http_exchange_end (outlet->call->exchange);
}

gsize
ls_outlet_unwritten (const LsOutlet *outlet)
{
  return ls_http_exchange_unwritten (outlet->call->exchange);
}
