/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/sse.h"

#include <string.h>

#define EVENT_MAX (16 * 1024 * 1024)

struct LsSseParser {
  void (*event) (void *user, const char *type, const char *data, gsize length, const char *id);
  void *user;
  GString *line;
  GString *data;
  GString *type;
  char *id;              /* of the last event that had one; NULL: none yet */
  gboolean has_data;     /* a data field came, even an empty one */
  gboolean after_cr;     /* an LF now belongs to the CR before it */
  guint bom;             /* bytes of the byte order mark seen; 3 is past it */
};

LsSseParser *
ls_sse_parser_new (void (*event) (void *user, const char *type, const char *data, gsize length, const char *id), void *user)
{
  LsSseParser *parser = g_new0 (LsSseParser, 1);
  parser->event = event;
  parser->user = user;
  parser->line = g_string_new (NULL);
  parser->data = g_string_new (NULL);
  parser->type = g_string_new (NULL);
  return parser;
}

void
ls_sse_parser_free (LsSseParser *parser)
{
  if (!parser)
    return;
  g_string_free (parser->line, TRUE);
  g_string_free (parser->data, TRUE);
  g_string_free (parser->type, TRUE);
  g_free (parser->id);
  g_free (parser);
}

static void
dispatch (LsSseParser *parser)
{
  if (parser->has_data)
    {
      /* Each data line added a line end; the last is not the event's. */
      g_string_truncate (parser->data, parser->data->len - 1);
      parser->event (parser->user, parser->type->len ? parser->type->str : "message", parser->data->str, parser->data->len, parser->id);
    }
  g_string_truncate (parser->data, 0);
  g_string_truncate (parser->type, 0);
  parser->has_data = FALSE;
}

static void
take_field (LsSseParser *parser, const char *name, const char *value, gsize length)
{
  if (g_str_equal (name, "data"))
    {
      g_string_append_len (parser->data, value, (gssize) length);
      g_string_append_c (parser->data, '\n');
      parser->has_data = TRUE;
    }
  else if (g_str_equal (name, "event"))
    {
      g_string_truncate (parser->type, 0);
      g_string_append_len (parser->type, value, (gssize) length);
    }
  else if (g_str_equal (name, "id") && !memchr (value, '\0', length))
    {
      g_free (parser->id);
      parser->id = g_strndup (value, length);
    }
}

static void
take_line (LsSseParser *parser)
{
  GString *line = parser->line;
  if (line->len == 0)
    {
      dispatch (parser);
      return;
    }
  char *colon = memchr (line->str, ':', line->len);
  if (colon == line->str)
    return;      /* a comment */
  const char *value = line->str + line->len;
  if (colon)
    {
      *colon = '\0';
      value = colon + 1;
      if (value < line->str + line->len && *value == ' ')
        value++;
    }
  take_field (parser, line->str, value, (gsize) (line->str + line->len - value));
}

gboolean
ls_sse_parser_feed (LsSseParser *parser, const char *bytes, gsize length)
{
  static const char mark[] = "\xef\xbb\xbf";
  while (parser->bom < 3 && length > 0 && *bytes == mark[parser->bom])
    {
      parser->bom++;
      bytes++;
      length--;
    }
  if (length > 0)
    parser->bom = 3;
  const char *end = bytes + length;
  while (bytes < end)
    {
      if (parser->after_cr && *bytes == '\n')
        bytes++;
      parser->after_cr = FALSE;
      const char *stop = bytes;
      while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
      g_string_append_len (parser->line, bytes, stop - bytes);
      if (parser->line->len + parser->data->len > EVENT_MAX)
        return FALSE;
      if (stop == end)
        return TRUE;
      parser->after_cr = *stop == '\r';
      take_line (parser);
      g_string_truncate (parser->line, 0);
      bytes = stop + 1;
    }
  return TRUE;
}
