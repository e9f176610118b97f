/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/events.h"

#include "tests/support/check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct LsTestEvents {
  int fd;
  GString *raw;          /* chunked bytes not taken apart yet */
  GString *text;         /* the stream itself, from the first event not given yet */
  gboolean head_over;
  LsTestEvent event;
};

static void
clear_event (LsTestEvent *event)
{
  g_clear_pointer (&event->type, g_free);
  g_clear_pointer (&event->id, g_free);
  g_clear_pointer (&event->data, json_decref);
}

LsTestEvents *
ls_test_events_open (const LsTestAgent *agent, const char *target, const char *last_event_id)
{
  LsTestEvents *events = g_new0 (LsTestEvents, 1);
  g_autofree char *resume = last_event_id != NULL ? g_strdup_printf ("Last-Event-ID: %s\r\n", last_event_id) : g_strdup ("");
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", target, resume);

  events->fd = ls_test_connect_unix (agent->socket);
  assert_true (events->fd >= 0);
  assert_true (ls_test_send_all (events->fd, request, strlen (request)));
  events->raw = g_string_new (NULL);
  events->text = g_string_new (NULL);
  return events;
}

void
ls_test_events_close (LsTestEvents *events)
{
  close (events->fd);
  clear_event (&events->event);
  g_string_free (events->raw, TRUE);
  g_string_free (events->text, TRUE);
  g_free (events);
}

static void
drop_head (LsTestEvents *events)
{
  const char *blank = strstr (events->raw->str, "\r\n\r\n");

  if (events->head_over || blank == NULL)
    return;
  if (!g_str_has_prefix (events->raw->str, "HTTP/1.1 200 "))
    fail_msg ("the stream was refused: %s", events->raw->str);
  g_string_erase (events->raw, 0, blank + 4 - events->raw->str);
  events->head_over = TRUE;
}

/* Moves whole chunks from raw to text. */
static void
take_chunks (LsTestEvents *events)
{
  drop_head (events);
  while (events->head_over)
    {
      const char *line_end = strstr (events->raw->str, "\r\n");
      gsize size, start;

      if (line_end == NULL)
        return;
      size = strtoul (events->raw->str, NULL, 16);
      start = (gsize) (line_end + 2 - events->raw->str);
      if (events->raw->len < start + size + 2)
        return;
      g_string_append_len (events->text, events->raw->str + start, (gssize) size);
      g_string_erase (events->raw, 0, (gssize) (start + size + 2));
    }
}

static void
take_line (LsTestEvent *event, const char *line)
{
  if (g_str_has_prefix (line, "event: "))
    event->type = g_strdup (line + strlen ("event: "));
  else if (g_str_has_prefix (line, "id: "))
    event->id = g_strdup (line + strlen ("id: "));
  else if (g_str_has_prefix (line, "data: "))
    {
      event->data = json_loads (line + strlen ("data: "), JSON_DECODE_ANY, NULL);
      assert_non_null (event->data);
    }
}

/* The first whole event that is there; comments are none. */
static gboolean
take_event (LsTestEvents *events)
{
  const char *blank;

  while ((blank = strstr (events->text->str, "\n\n")) != NULL)
    {
      g_autofree char *block = g_strndup (events->text->str, (gsize) (blank - events->text->str));
      g_auto (GStrv) lines = g_strsplit (block, "\n", -1);

      g_string_erase (events->text, 0, blank + 2 - events->text->str);
      clear_event (&events->event);
      for (char **line = lines; *line != NULL; line++)
        take_line (&events->event, *line);
      if (events->event.type != NULL)
        return TRUE;
    }
  return FALSE;
}

const LsTestEvent *
ls_test_events_try (LsTestEvents *events, const char *type, int timeout_ms)
{
  gint64 until = g_get_monotonic_time () + timeout_ms * 1000;

  for (;;)
    {
      char buffer[65536];
      int left = (int) ((until - g_get_monotonic_time ()) / 1000);
      ssize_t n;

      while (take_event (events))
        if (type == NULL || strcmp (events->event.type, type) == 0)
          return &events->event;
      if (left <= 0 || !ls_test_readable (events->fd, left))
        return NULL;
      n = read (events->fd, buffer, sizeof buffer);
      if (n <= 0)
        return NULL;
      g_string_append_len (events->raw, buffer, n);
      take_chunks (events);
    }
}

const LsTestEvent *
ls_test_events_next (LsTestEvents *events, const char *type, int timeout_ms)
{
  const LsTestEvent *event = ls_test_events_try (events, type, timeout_ms);

  if (event == NULL)
    fail_msg ("no event “%s” came within %d ms", type != NULL ? type : "of any kind", timeout_ms);
  return event;
}

const LsTestEvent *
ls_test_events_change (LsTestEvents *events, const char *kind, const char *path, const char *text, int timeout_ms)
{
  gint64 until = g_get_monotonic_time () + timeout_ms * 1000;

  for (;;)
    {
      int left = (int) ((until - g_get_monotonic_time ()) / 1000);
      const LsTestEvent *event = left > 0 ? ls_test_events_try (events, "change", left) : NULL;

      if (event == NULL)
        fail_msg ("no change of a %s to “%s” at “%s” came within %d ms", kind, text, path, timeout_ms);
      if (strcmp (ls_test_text (event->data, "kind"), kind) == 0
          && strcmp (ls_test_text (json_object_get (event->data, "resource"), path), text) == 0)
        return event;
    }
}
