/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/child.h"

#include "abi/channel.h"
#include "base/error.h"
#include "platform/channel_framing.h"
#include "platform/pseudo_terminal.h"

#include <errno.h>

/* What a pipe or socket may still hold when its writer has ended. */
#define LEFT_BEHIND (4 * 1024 * 1024)

struct LsChild {
  LsInstance instance;
  char *id;
  LsChildOwner owner;
  uv_loop_t *loop;
  uv_timer_t linger;
  LsStream *input, *output, *errors, *channel;
  LsChannelFraming *framing;
  LsNotifySockets *notify_sockets;
  LsNotifySocket *notify;
  LsFence *fence;
  uv_timer_t sweep;
  guint64 ended_ms;
  LsExit how;
  guint64 not_json;
  guint holds;
  int terminal;             /* the descriptor of output, if it is one; else -1 */
  gboolean ended, alone, over, closing;      /* alone: nothing that it started is left */
  guint handles;            /* that libuv still has */
};

static void
child_freed (uv_handle_t *handle)
{
  LsChild *child = handle->data;
  if (--child->handles > 0)
    return;
  ls_channel_framing_free (child->framing);
  g_free (child->id);
  g_free (child);
}

LsChild *
ls_child_new (uv_loop_t *loop, const char *id, const LsChildOwner *owner)
{
  LsChild *child = g_new0 (LsChild, 1);
  child->id = g_strdup (id);
  child->owner = *owner;
  child->loop = loop;
  child->terminal = -1;
  child->handles = 2;
  uv_timer_init (loop, &child->linger);
  uv_timer_init (loop, &child->sweep);
  child->linger.data = child->sweep.data = child;
  return child;
}

void
ls_child_close (LsChild *child)
{
  if (child->closing)
    return;
  child->closing = TRUE;
  ls_stream_close (child->input);
  ls_stream_close (child->output);
  ls_stream_close (child->errors);
  ls_stream_close (child->channel);
  ls_notify_sockets_give_back (child->notify_sockets, child->notify,
                               child->alone && child->fence && ls_fence_kind (child->fence) == LS_CONTAINMENT_CGROUP);
  child->notify = NULL;
  ls_fence_free (child->fence);
  child->fence = NULL;
  uv_close ((uv_handle_t *) &child->linger, child_freed);
  uv_close ((uv_handle_t *) &child->sweep, child_freed);
}

static void
heard (void *user, LsNotifyKind kind, const char *text)
{
  LsChild *child = user;
  if (!child->closing)
    child->owner.events->notify (child->owner.events->self, child->instance, kind, text);
}

gboolean
ls_child_open_notify (LsChild *child, LsNotifySockets *sockets, const char **ret_path, GError **error)
{
  child->notify_sockets = sockets;
  child->notify = ls_notify_sockets_take (sockets, heard, child, error);
  if (!child->notify)
    return FALSE;
  *ret_path = ls_notify_socket_path (child->notify);
  return TRUE;
}

static void
become_over (LsChild *child)
{
  if (child->over || child->closing)
    return;
  child->over = TRUE;
  uv_timer_stop (&child->linger);
  if (child->notify)
    ls_notify_socket_drain (child->notify);
  if (!child->closing)
    child->owner.over (child->owner.self, child);
}

static gboolean
is_silent (LsStream *stream)
{
  return !stream || ls_stream_has_ended (stream);
}

static void
check_over (LsChild *child)
{
  if (child->ended && child->alone && is_silent (child->output) && is_silent (child->errors) && is_silent (child->channel))
    become_over (child);
}

static void
lingered_long_enough (uv_timer_t *timer)
{
  LsChild *child = timer->data;
  LsStream *streams[] = { child->output, child->errors, child->channel };
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++)
    if (streams[i] && !child->closing)
      ls_stream_drain (streams[i], LEFT_BEHIND);
  if (child->alone)
    become_over (child);
  else
    uv_timer_start (timer, lingered_long_enough, LS_CHILD_LINGER_MS, 0);
}

static void
sweep_again (uv_timer_t *timer)
{
  ls_child_sweep (timer->data);
}

void
ls_child_sweep (LsChild *child)
{
  if (!child->ended || child->alone || child->closing)
    return;
  guint64 waited = uv_now (child->loop) - child->ended_ms;
  child->alone = ls_fence_sweep (child->fence);
  if (!child->alone && waited > LS_CHILD_SWEEP_MS) {
    g_warning ("something that %s started does not end, although it was killed", child->id);
    child->alone = TRUE;
  }
  if (child->alone)
    check_over (child);
  else
    uv_timer_start (&child->sweep, sweep_again, 1 + waited / 4, 0);
}

void
ls_child_reaped (LsChild *child, const LsExit *how)
{
  child->how = *how;
  child->ended = TRUE;
}

void
ls_child_wind_up (LsChild *child)
{
  uv_update_time (child->loop);
  child->ended_ms = uv_now (child->loop);
  uv_timer_start (&child->linger, lingered_long_enough, LS_CHILD_LINGER_MS, 0);
  ls_child_sweep (child);
}

void
ls_child_hold (LsChild *child, gboolean hold)
{
  if (!hold && child->holds == 0)
    return;
  child->holds += hold ? 1 : -1;
  if (child->output)
    ls_stream_hold (child->output, child->holds > 0);
  if (child->errors)
    ls_stream_hold (child->errors, child->holds > 0);
}

static void
output_came (void *owner, LsStream *stream, const char *data, gsize length)
{
  LsChild *child = owner;
  child->owner.events->output (child->owner.events->self, child->instance, child->id, stream == child->errors, data, length);
}

static void
stream_ended (void *owner, LsStream *stream)
{
  check_over (owner);
}

static void
line_came (void *user, const char *line, gsize length)
{
  LsChild *child = user;
  const LsChildEvents *events = child->owner.events;
  if (child->closing || (events->line && events->line (events->self, child->instance, line, length)))
    return;
  g_autoptr (json_t) message = ls_json_parse (line, length, NULL);
  if (message)
    events->message (events->self, child->instance, message);
  else if (child->not_json++ == 0)
    g_warning ("%s wrote a line to its channel that is not JSON; such lines are dropped", child->id);
}

static void
channel_came (void *owner, LsStream *stream, const char *data, gsize length)
{
  LsChild *child = owner;
  guint64 dropped = ls_channel_framing_dropped (child->framing);
  ls_channel_framing_feed (child->framing, data, length, line_came, child);
  if (dropped == 0 && ls_channel_framing_dropped (child->framing) > 0)
    g_warning ("%s wrote a line of more than %d bytes to its channel; such lines are dropped", child->id, LS_CHANNEL_MAX_LINE);
}

static LsStream *
attach (LsChild *child, int fd, const LsStreamEvents *events)
{
  g_autoptr (GError) error = NULL;
  if (fd < 0)
    return NULL;
  LsStream *stream = ls_stream_new (child->loop, fd, events, &error);
  if (!stream)
    g_warning ("%s: %s", child->id, error->message);
  return stream;
}

void
ls_child_attach (LsChild *child, LsInstance instance, LsFence *fence, const LsChildEnds *ends)
{
  LsStreamEvents output = { output_came, stream_ended, child };
  LsStreamEvents channel = { channel_came, stream_ended, child };
  child->instance = instance;
  child->fence = fence;
  child->output = attach (child, ends->output, &output);
  child->input = ends->terminal ? (ends->takes_input ? child->output : NULL) : attach (child, ends->input, NULL);
  child->terminal = ends->terminal && child->output ? ends->output : -1;
  child->errors = attach (child, ends->errors, &output);
  child->channel = attach (child, ends->channel, &channel);
  if (child->channel)
    child->framing = ls_channel_framing_new (LS_CHANNEL_MAX_LINE);
}

LsInstance
ls_child_instance (const LsChild *child)
{
  return child->instance;
}

const LsInstance *
ls_child_key (const LsChild *child)
{
  return &child->instance;
}

const char *
ls_child_id (const LsChild *child)
{
  return child->id;
}

gboolean
ls_child_has_ended (const LsChild *child)
{
  return child->ended;
}

const LsExit *
ls_child_exit (const LsChild *child)
{
  return &child->how;
}

LsStream *
ls_child_input (LsChild *child)
{
  return child->input;
}

LsStream *
ls_child_channel (LsChild *child)
{
  return child->channel;
}

void
ls_child_end_input (LsChild *child)
{
  if (child->terminal < 0 || !child->input) {
    if (child->input)
      ls_stream_finish_writing (child->input);
    return;
  }
  /* Within a line the key only hands on what was typed; once more, and it is the end. */
  char key = ls_pseudo_terminal_end_key (child->terminal);
  const char keys[] = { key, key };
  if (key)
    ls_stream_write_unbounded (child->input, keys, ls_stream_last_written (child->input) == '\n' ? 1 : 2, NULL);
}

gboolean
ls_child_resize (LsChild *child, LsTerminalSize window, GError **error)
{
  if (child->terminal < 0)
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s has no terminal", child->id);
  else if (!ls_stream_has_ended (child->output) && ls_pseudo_terminal_resize (child->terminal, window) < 0)
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "the terminal of %s cannot have this size: %s", child->id, g_strerror (errno));
  else
    return TRUE;
  return FALSE;
}

LsContainmentKind
ls_child_containment (const LsChild *child)
{
  return child->fence ? ls_fence_kind (child->fence) : LS_CONTAINMENT_UNKNOWN;
}
