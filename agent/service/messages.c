/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/messages.h"

#include <string.h>

typedef struct {
  char *id;
  char *text;      /* as JSON: the smallest form to keep */
} Message;

struct LsMessages {
  GQueue queue;      /* Message, oldest first */
  guint max_messages;
  gsize max_bytes;
  gsize bytes;
};

static void
forget_oldest (LsMessages *messages)
{
  Message *oldest = g_queue_pop_head (&messages->queue);

  messages->bytes -= strlen (oldest->text);
  g_free (oldest->id);
  g_free (oldest->text);
  g_free (oldest);
}

LsMessages *
ls_messages_new (guint max_messages, gsize max_bytes)
{
  LsMessages *messages = g_new0 (LsMessages, 1);

  g_queue_init (&messages->queue);
  messages->max_messages = max_messages;
  messages->max_bytes = max_bytes;
  return messages;
}

void
ls_messages_free (LsMessages *messages)
{
  if (messages == NULL)
    return;
  while (!g_queue_is_empty (&messages->queue))
    forget_oldest (messages);
  g_free (messages);
}

json_t *
ls_messages_add (LsMessages *messages, const char *kind, const char *id, gint64 at, json_t *message)
{
  json_t *json = json_pack ("{s:s, s:s, s:I, s:O}", "kind", kind, "id", id, "at", (json_int_t) at, "message", message);
  Message *kept = g_new0 (Message, 1);

  kept->id = g_strdup (id);
  kept->text = ls_json_to_text (json);
  messages->bytes += strlen (kept->text);
  g_queue_push_tail (&messages->queue, kept);
  while (messages->queue.length > messages->max_messages || (messages->bytes > messages->max_bytes && messages->queue.length > 1))
    forget_oldest (messages);
  return json;
}

json_t *
ls_messages_of (LsMessages *messages, const char *id)
{
  json_t *items = json_array ();

  for (GList *link = messages->queue.head; link != NULL; link = link->next)
    {
      const Message *message = link->data;

      if (strcmp (message->id, id) == 0)
        json_array_append_new (items, ls_json_parse (message->text, strlen (message->text), NULL));
    }
  return items;
}
