/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
ls_test_reply_free (LsTestReply *reply)
{
  if (reply == NULL)
    return;
  g_free (reply->head);
  g_free (reply->body);
  json_decref (reply->json);
  g_free (reply);
}

char *
ls_test_reply_header (const LsTestReply *reply, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (reply->head, "\r\n", -1);
  gsize length = strlen (name);

  for (char **line = lines; *line != NULL; line++)
    if (g_ascii_strncasecmp (*line, name, length) == 0 && (*line)[length] == ':')
      return g_strstrip (g_strdup (*line + length + 1));
  return NULL;
}

int
ls_test_connect_unix (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  close (fd);
  return -1;
}

int
ls_test_connect_tcp (guint port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((guint16) port), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  close (fd);
  return -1;
}

gboolean
ls_test_send_all (int fd, const char *data, gsize length)
{
  while (length > 0)
    {
      ssize_t n = send (fd, data, length, MSG_NOSIGNAL);

      if (n <= 0)
        return FALSE;
      data += n;
      length -= (gsize) n;
    }
  return TRUE;
}

gboolean
ls_test_readable (int fd, int timeout_ms)
{
  struct pollfd wait = { .fd = fd, .events = POLLIN };

  return poll (&wait, 1, timeout_ms) == 1;
}

/* Appends what comes next; 0 at the end, -1 on an error or when the bound is past. */
static ssize_t
read_more (int fd, GString *to, int timeout_ms)
{
  char buffer[65536];
  ssize_t n;

  if (!ls_test_readable (fd, timeout_ms))
    return -1;
  n = read (fd, buffer, sizeof buffer);
  if (n > 0)
    g_string_append_len (to, buffer, n);
  return n;
}

/* The chunks in @from, put together. *@ret_whole says whether the last one was there. */
static GString *
join_chunks (const char *from, gsize length, gboolean *ret_whole)
{
  GString *body = g_string_new (NULL);
  const char *end = from + length;

  *ret_whole = FALSE;
  while (from < end)
    {
      char *after;
      gsize size = strtoul (from, &after, 16);

      if (after == from || after + 2 > end)
        break;
      from = after + 2;
      if (size == 0)
        {
          *ret_whole = TRUE;
          break;
        }
      if (from + size + 2 > end)
        {
          g_string_append_len (body, from, end - from);
          break;
        }
      g_string_append_len (body, from, (gssize) size);
      from += size + 2;
    }
  return body;
}

static gboolean
is_chunked (const LsTestReply *reply)
{
  g_autofree char *coding = ls_test_reply_header (reply, "Transfer-Encoding");

  return g_strcmp0 (coding, "chunked") == 0;
}

static gssize
promised_length (const LsTestReply *reply, gboolean is_head)
{
  g_autofree char *length = ls_test_reply_header (reply, "Content-Length");

  if (is_head || reply->status == 204 || reply->status == 304)
    return 0;
  return length != NULL ? strtol (length, NULL, 10) : -1;
}

static void
take_body (LsTestReply *reply, const char *rest, gsize length, gssize promised)
{
  if (is_chunked (reply) && promised < 0)
    {
      GString *body = join_chunks (rest, length, &reply->complete);

      reply->length = body->len;
      reply->body = g_string_free (body, FALSE);
    }
  else
    {
      reply->length = promised >= 0 ? MIN (length, (gsize) promised) : length;
      reply->complete = promised < 0 || length >= (gsize) promised;
      reply->body = g_strndup (rest, 0);
      reply->body = g_realloc (reply->body, reply->length + 1);
      memcpy (reply->body, rest, reply->length);
      reply->body[reply->length] = '\0';
    }
  reply->json = json_loadb (reply->body, reply->length, JSON_DECODE_ANY, NULL);
}

LsTestReply *
ls_test_read_reply (int fd, gboolean is_head, int timeout_ms)
{
  g_autoptr (GString) text = g_string_new (NULL);
  LsTestReply *reply = g_new0 (LsTestReply, 1);
  const char *blank = NULL;
  gssize promised = -1;

  while ((blank = strstr (text->str, "\r\n\r\n")) == NULL && read_more (fd, text, timeout_ms) > 0)
    ;
  if (blank == NULL)
    {
      reply->head = g_strdup (text->str);
      reply->body = g_strdup ("");
      return reply;
    }
  reply->head = g_strndup (text->str, (gsize) (blank - text->str));
  g_string_erase (text, 0, blank + 4 - text->str);
  reply->status = atoi (reply->head + strlen ("HTTP/1.1 "));
  promised = promised_length (reply, is_head);
  while ((promised < 0 || text->len < (gsize) promised)
         && !(promised < 0 && is_chunked (reply) && g_str_has_suffix (text->str, "0\r\n\r\n")) && read_more (fd, text, timeout_ms) > 0)
    ;
  take_body (reply, text->str, text->len, promised);
  return reply;
}

LsTestReply *
ls_test_request (int fd, const char *method, const char *target, const char *headers, const char *body, gssize length)
{
  g_autoptr (GString) request = g_string_new (NULL);
  LsTestReply *reply;

  if (length < 0)
    length = body != NULL ? (gssize) strlen (body) : 0;
  g_string_printf (request, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", method, target, headers != NULL ? headers : "");
  if (body != NULL)
    g_string_append_printf (request, "Content-Length: %zd\r\n", length);
  g_string_append (request, "\r\n");
  if (body != NULL)
    g_string_append_len (request, body, length);
  ls_test_send_all (fd, request->str, request->len);
  reply = ls_test_read_reply (fd, strcmp (method, "HEAD") == 0, LS_TEST_TIMEOUT_MS);
  close (fd);
  return reply;
}
