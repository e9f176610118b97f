/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/log_json.h"

#include <string.h>

/* jansson takes any UTF-8, NUL included, but nothing else. */
static json_t *
text_to_json (const char *text, gsize length)
{
  json_t *json = json_stringn (text, length);
  g_autofree char *valid = NULL;

  if (json != NULL)
    return json;
  valid = g_utf8_make_valid (text, (gssize) length);
  return json_string (valid);
}

json_t *
ls_log_entry_to_json (const LsLogEntry *entry, gboolean raw)
{
  json_t *json = json_pack ("{s:I, s:I, s:s, s:s}", "seq", (json_int_t) entry->seq, "at", (json_int_t) entry->at, "source", entry->source,
                            "stream", ls_log_stream_name (entry->stream));
  json_t *exact = raw ? json_stringn (entry->text, entry->length) : NULL;

  if (!raw)
    json_object_set_new (json, "text", text_to_json (entry->text, entry->length));
  else if (exact != NULL)
    json_object_set_new (json, "text", exact);
  else
    {
      g_autofree char *base64 = g_base64_encode ((const guchar *) entry->text, entry->length);

      json_object_set_new (json, "base64", json_string (base64));
    }
  if (raw)
    json_object_set_new (json, "newline", json_boolean (entry->newline));
  else if (entry->partial)
    json_object_set_new (json, "partial", json_true ());
  return json;
}
