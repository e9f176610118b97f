/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/terminal.h"

#include "base/error.h"

#include <string.h>

struct LsTerminalReader {
  GByteArray *partial;      /* the beginning of a frame */
  LsTerminalFrame frame;
  void *user;
};

void
ls_terminal_frame_append (GString *to, LsFrameType type, const char *payload, gsize length)
{
  char header[LS_TERMINAL_HEADER] = { (char) type, 0, 0, 0, (char) (length >> 24), (char) (length >> 16), (char) (length >> 8), (char) length };
  g_string_append_len (to, header, sizeof header);
  g_string_append_len (to, payload, (gssize) length);
}

void
ls_terminal_bytes_append (GString *to, LsFrameType type, const char *data, gsize length)
{
  while (length > 0)
    {
      gsize now = MIN (length, LS_TERMINAL_PAYLOAD_MAX);
      ls_terminal_frame_append (to, type, data, now);
      data += now;
      length -= now;
    }
}

void
ls_terminal_window_append (GString *to, LsTerminalSize window)
{
  const char payload[] = { (char) (window.rows >> 8), (char) window.rows, (char) (window.columns >> 8), (char) window.columns };
  ls_terminal_frame_append (to, LS_FRAME_WINDOW, payload, sizeof payload);
}

gboolean
ls_terminal_window_parse (const char *payload, gsize length, LsTerminalSize *ret)
{
  const guint8 *bytes = (const guint8 *) payload;
  if (length != 4)
    return FALSE;
  LsTerminalSize window = { (guint16) (bytes[0] << 8 | bytes[1]), (guint16) (bytes[2] << 8 | bytes[3]) };
  if (window.rows == 0 || window.columns == 0)
    return FALSE;
  *ret = window;
  return TRUE;
}

LsTerminalReader *
ls_terminal_reader_new (LsTerminalFrame frame, void *user)
{
  LsTerminalReader *reader = g_new0 (LsTerminalReader, 1);
  reader->partial = g_byte_array_new ();
  reader->frame = frame;
  reader->user = user;
  return reader;
}

void
ls_terminal_reader_free (LsTerminalReader *reader)
{
  if (!reader)
    return;
  g_byte_array_unref (reader->partial);
  g_free (reader);
}

static gsize
payload_length (const guint8 *header)
{
  return (gsize) header[4] << 24 | (gsize) header[5] << 16 | (gsize) header[6] << 8 | header[7];
}

static gboolean
check_header (const guint8 *header, GError **error)
{
  if (header[1] != 0 || header[2] != 0 || header[3] != 0)
    g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED, "this is not a frame: one byte type, three zero bytes and four bytes length come first");
  else if (payload_length (header) > LS_TERMINAL_PAYLOAD_MAX)
    g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "a frame of %" G_GSIZE_FORMAT " bytes is too long: cut it into pieces of at most %u",
                 payload_length (header), LS_TERMINAL_PAYLOAD_MAX);
  else
    return TRUE;
  return FALSE;
}

/* Gives the whole frames at the beginning of @data; -1 with an error, else how many bytes they are. */
static gssize
give_frames (LsTerminalReader *reader, const guint8 *data, gsize length, GError **error)
{
  gsize at = 0;
  while (length - at >= LS_TERMINAL_HEADER)
    {
      const guint8 *header = data + at;
      if (!check_header (header, error))
        return -1;
      gsize payload = payload_length (header);
      if (length - at < LS_TERMINAL_HEADER + payload)
        break;
      reader->frame (reader->user, header[0], (const char *) header + LS_TERMINAL_HEADER, payload);
      at += LS_TERMINAL_HEADER + payload;
    }
  return (gssize) at;
}

gboolean
ls_terminal_reader_feed (LsTerminalReader *reader, const char *data, gsize length, GError **error)
{
  if (reader->partial->len == 0)
    {
      gssize used = give_frames (reader, (const guint8 *) data, length, error);
      if (used < 0)
        return FALSE;
      g_byte_array_append (reader->partial, (const guint8 *) data + used, (guint) (length - (gsize) used));
      return TRUE;
    }
  g_byte_array_append (reader->partial, (const guint8 *) data, (guint) length);
  gssize used = give_frames (reader, reader->partial->data, reader->partial->len, error);
  if (used < 0)
    return FALSE;
  if (used > 0)
    g_byte_array_remove_range (reader->partial, 0, (guint) used);
  return TRUE;
}

gboolean
ls_terminal_size_from_json (json_t *json, LsTerminalSize *ret, GError **error)
{
  static const char *const members[] = { "rows", "columns", NULL };
  guint64 rows = 0, columns = 0;
  if (!ls_json_only_members (json, members, "a window", error) || !ls_json_get_uint (json, "rows", 1, G_MAXUINT16, &rows, error) ||
      !ls_json_get_uint (json, "columns", 1, G_MAXUINT16, &columns, error))
    return FALSE;
  if (rows == 0 || columns == 0)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED, "a window needs rows and columns, as in {\"rows\":24,\"columns\":80}");
      return FALSE;
    }
  *ret = (LsTerminalSize) { (guint16) rows, (guint16) columns };
  return TRUE;
}

json_t *
ls_terminal_size_to_json (LsTerminalSize window)
{
  return json_pack ("{s:i,s:i}", "rows", (int) window.rows, "columns", (int) window.columns);
}
