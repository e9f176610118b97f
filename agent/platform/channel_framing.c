/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/channel_framing.h"

#include <string.h>

struct LsChannelFraming {
  GByteArray *partial;      /* the beginning of a line whose end has not come yet */
  gsize max_line;
  gboolean skipping;        /* inside a line that is too long */
  guint64 dropped;
};

LsChannelFraming *
ls_channel_framing_new (gsize max_line)
{
  LsChannelFraming *framing = g_new0 (LsChannelFraming, 1);
  framing->partial = g_byte_array_new ();
  framing->max_line = max_line;
  return framing;
}

void
ls_channel_framing_free (LsChannelFraming *framing)
{
  if (!framing)
    return;
  g_byte_array_unref (framing->partial);
  g_free (framing);
}

static void
emit (const char *line, gsize length, LsChannelLine callback, void *user)
{
  if (length > 0 && line[length - 1] == '\r')
    length--;
  if (length > 0)
    callback (user, line, length);
}

static void
drop (LsChannelFraming *framing)
{
  framing->dropped++;
  g_byte_array_set_size (framing->partial, 0);
}

/* The last @length bytes of a line, its end found. */
static void
complete (LsChannelFraming *framing, const char *data, gsize length, LsChannelLine callback, void *user)
{
  if (framing->skipping) {
    framing->skipping = FALSE;
    return;
  }
  if (framing->partial->len + length > framing->max_line) {
    drop (framing);
    return;
  }
  if (framing->partial->len == 0) {
    emit (data, length, callback, user);
    return;
  }
  g_byte_array_append (framing->partial, (const guint8 *) data, length);
  emit ((const char *) framing->partial->data, framing->partial->len, callback, user);
  /* A line of a megabyte is rare; its buffer is not kept for the child's life. */
  if (framing->partial->len > 64 * 1024) {
    g_byte_array_unref (framing->partial);
    framing->partial = g_byte_array_new ();
  }
  g_byte_array_set_size (framing->partial, 0);
}

static void
keep (LsChannelFraming *framing, const char *data, gsize length)
{
  if (framing->skipping || length == 0)
    return;
  if (framing->partial->len + length > framing->max_line) {
    drop (framing);
    framing->skipping = TRUE;
    return;
  }
  g_byte_array_append (framing->partial, (const guint8 *) data, length);
}

void
ls_channel_framing_feed (LsChannelFraming *framing, const char *data, gsize length, LsChannelLine line, void *user)
{
  while (length > 0) {
    const char *end = memchr (data, '\n', length);
    if (!end)
      break;
    complete (framing, data, (gsize) (end - data), line, user);
    length -= (gsize) (end - data) + 1;
    data = end + 1;
  }
  keep (framing, data, length);
}

guint64
ls_channel_framing_dropped (const LsChannelFraming *framing)
{
  return framing->dropped;
}
