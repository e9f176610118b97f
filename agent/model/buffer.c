/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/buffer.h"

#include "base/error.h"
#include "model/codec.h"

#include <string.h>

static const char *const state_names[] = { "allocating", "ready", NULL };

const char *
ls_buffer_state_name (LsBufferState state)
{
  return state_names[state];
}

LsSharedBuffer *
ls_shared_buffer_new (const char *pool, const char *own_name, guint64 size)
{
  LsSharedBuffer *buffer = g_new0 (LsSharedBuffer, 1);
  buffer->name = pool ? g_strdup_printf ("%s.%s", pool, own_name) : NULL;
  buffer->pool = g_strdup (pool);
  buffer->size = size;
  return buffer;
}

void
ls_shared_buffer_free (LsSharedBuffer *buffer)
{
  if (!buffer)
    return;
  g_free (buffer->name);
  g_free (buffer->pool);
  g_free (buffer->path);
  g_free (buffer->shm);
  g_free (buffer);
}

const char *
ls_shared_buffer_own_name (const LsSharedBuffer *buffer)
{
  const char *dot = strrchr (buffer->name, '.');
  return dot ? dot + 1 : buffer->name;
}

json_t *
ls_shared_buffer_to_json (const LsSharedBuffer *buffer)
{
  return json_pack ("{s:s,s:o,s:o,s:o,s:o,s:o,s:s,s:o,s:o}",
                    "kind", "buffer",
                    "name", ls_json_string_or_null (buffer->name),
                    "pool", ls_json_string_or_null (buffer->pool),
                    "size", ls_codec_count (buffer->size),
                    "path", ls_json_string_or_null (buffer->path),
                    "shm", ls_json_string_or_null (buffer->shm),
                    "state", state_names[buffer->state],
                    "revision", ls_codec_count (buffer->revision),
                    "created_at", ls_json_int_or_null (buffer->created_at));
}

LsSharedBuffer *
ls_shared_buffer_from_json (json_t *json, GError **error)
{
  g_autoptr (LsSharedBuffer) buffer = ls_shared_buffer_new (NULL, NULL, 0);
  int state = LS_BUFFER_READY;
  if (!ls_codec_require_string (json, "name", "a buffer", &buffer->name, error) ||
      !ls_codec_require_string (json, "pool", "a buffer", &buffer->pool, error) || !ls_codec_get_count (json, "size", &buffer->size, error) ||
      !ls_json_get_string (json, "path", &buffer->path, error) || !ls_json_get_string (json, "shm", &buffer->shm, error) ||
      !ls_codec_get_word (json, "state", state_names, &state, error) || !ls_codec_get_count (json, "revision", &buffer->revision, error) ||
      !ls_codec_get_time (json, "created_at", &buffer->created_at, error))
    return NULL;
  buffer->state = (LsBufferState) state;
  return g_steal_pointer (&buffer);
}

gboolean
ls_shared_buffer_request_from_json (json_t *json, guint64 *ret_size, GError **error)
{
  static const char *const members[] = { "size", NULL };
  guint64 size = 0;
  if (!ls_json_only_members (json, members, "a buffer", error) || !ls_json_get_uint (json, "size", 1, LS_BUFFER_SIZE_MAX, &size, error))
    return FALSE;
  if (size == 0)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_MALFORMED, "a buffer has no \"size\": say how many bytes it shall have");
      return FALSE;
    }
  *ret_size = size;
  return TRUE;
}
