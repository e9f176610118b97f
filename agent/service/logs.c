/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* /v1/logs: what children and the agent itself wrote, once or as it comes. */
#include "service/logs.h"

#include "base/text.h"
#include "service/log_json.h"
#include "service/routes.h"
#include "service/state.h"

#include <string.h>

/* Without ?last= or ?limit=, so much of the end. */
#define LAST_DEFAULT 1000u
#define LAST_MAX 100000u

gboolean
ls_logs_parse_stream (const char *text, int *ret_stream, GError **error)
{
  if (text == NULL)
    return TRUE;
  for (int stream = LS_LOG_STDOUT; stream <= LS_LOG_AGENT; stream++)
    if (strcmp (ls_log_stream_name ((LsLogStream) stream), text) == 0)
      {
        *ret_stream = stream;
        return TRUE;
      }
  g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "There is no stream “%s”; streams are %s, %s and %s.", text,
               ls_log_stream_name (LS_LOG_STDOUT), ls_log_stream_name (LS_LOG_STDERR), ls_log_stream_name (LS_LOG_AGENT));
  return FALSE;
}

/* --- once --- */

typedef struct {
  json_t *items;
  guint64 limit;
  guint64 last_seq;
  gboolean raw;
  gboolean more;
} Page;

static gboolean
collect (void *user, const LsLogEntry *entry)
{
  Page *page = user;

  if (json_array_size (page->items) == page->limit)
    {
      page->more = TRUE;
      return FALSE;
    }
  json_array_append_new (page->items, ls_log_entry_to_json (entry, page->raw));
  page->last_seq = entry->seq;
  return TRUE;
}

static void
reply_page (LsCall *call, const LsLogQuery *query, guint64 limit, gboolean raw)
{
  Page page = { json_array (), limit, 0, raw, FALSE };
  json_t *next;

  ls_log_store_each (call->service->parts.logs, query, collect, &page);
  next = page.more ? json_sprintf ("%" G_GUINT64_FORMAT, page.last_seq) : json_null ();
  ls_call_reply (call, 200, json_pack ("{s:o, s:o}", "items", page.items, "next", next));
}

/* --- as it comes --- */

typedef struct {
  LsFollow *follow;
  LsOutlet *outlet;
  LsService *service;
  LsBrake *brake;       /* NULL: what comes waits for nobody */
  char *until;          /* the task whose end is the stream's; NULL: none ends it */
} Output;

static gboolean
output_fill (void *user, GString *buffer)
{
  Output *output = user;
  gboolean more = ls_follow_take (output->follow, buffer, LS_OUTLET_HIGH);

  if (output->brake != NULL)
    {
      if (buffer->len > 0)
        ls_brake_taken (output->brake);
      ls_brake_set (output->brake, more);
    }
  return more;
}

static void
output_ended (void *user)
{
  Output *output = user;

  g_ptr_array_remove_fast (output->service->outputs, output);
  ls_follow_free (output->follow);
  ls_brake_free (output->brake);
  g_free (output->until);
  g_free (output);
}

static void
output_ready (void *user)
{
  Output *output = user;

  if (output->brake != NULL && ls_follow_is_behind (output->follow))
    ls_brake_set (output->brake, TRUE);
  if (output->outlet != NULL)
    ls_outlet_kick (output->outlet);
}

static gsize
output_unread (void *user)
{
  const Output *output = user;

  return output->outlet != NULL ? ls_outlet_unwritten (output->outlet) : 0;
}

/* A reader of one task's output is waited for. Others are not: workers are there for their clients, and not for who reads their logs. */
static LsBrake *
brake_for (Output *output, const LsLogQuery *query)
{
  LsService *service = output->service;
  const char *task = query->sources != NULL && query->sources[0] != NULL && query->sources[1] == NULL ? query->sources[0] : NULL;

  if (task == NULL || ls_supervisor_find_task (service->parts.supervisor, task) == NULL)
    return NULL;
  ls_brakes_reader_came (service->brakes, task, query->stream);
  return ls_brake_new (service->brakes, task, output_unread, output);
}

void
ls_logs_stream (LsCall *call, const LsLogQuery *query, gboolean live, const char *until, const char *type, LsEntryFormat format)
{
  static const LsOutletOwner owner = { output_fill, output_ended };
  Output *output;

  if (call->head_only)
    {
      ls_call_reply_stream_head (call, type);
      return;
    }
  output = g_new0 (Output, 1);
  output->service = call->service;
  output->until = g_strdup (until);
  g_ptr_array_add (call->service->outputs, output);
  output->follow = ls_follow_new (call->service->parts.logs, query, live, format, output_ready, output);
  if (live && (output->brake = brake_for (output, query)) != NULL)
    ls_brake_set (output->brake, TRUE);
  output->outlet = ls_outlet_new (call->service->outlets, call, type, &owner, output);
  if (!live)
    ls_outlet_finish (output->outlet);
}

void
ls_logs_task_ended (LsService *service, const char *id)
{
  for (guint i = 0; i < service->outputs->len; i++)
    {
      Output *output = g_ptr_array_index (service->outputs, i);

      if (g_strcmp0 (output->until, id) == 0)
        ls_outlet_finish (output->outlet);
    }
}

/* --- the route --- */

typedef struct {
  gboolean follow, raw;
  guint64 since, after, last, limit;
} Wish;

static gboolean
parse_wish (LsCall *call, Wish *wish, LsLogQuery *query, GError **error)
{
  gboolean bounded = ls_call_query (call, "limit") != NULL || ls_call_query (call, "after") != NULL;

  wish->last = bounded ? 0 : LAST_DEFAULT;
  wish->limit = bounded ? LAST_DEFAULT : G_MAXUINT64;
  if (!ls_call_query_flag (call, "follow", &wish->follow, error) || !ls_call_query_flag (call, "raw", &wish->raw, error)
      || !ls_call_query_uint (call, "since", 0, G_MAXINT64, &wish->since, error)
      || !ls_call_query_uint (call, "after", 0, G_MAXINT64, &wish->after, error)
      || !ls_call_query_uint (call, "last", 0, LAST_MAX, &wish->last, error)
      || !ls_call_query_uint (call, "limit", 1, LAST_MAX, &wish->limit, error)
      || !ls_logs_parse_stream (ls_call_query (call, "stream"), &query->stream, error))
    return FALSE;
  query->grep = ls_call_query (call, "grep");
  query->since = (gint64) wish->since;
  query->after_seq = wish->after;
  query->last = (guint) wish->last;
  query->unit = wish->raw ? LS_LOG_PIECES : wish->follow ? LS_LOG_LINES_LIVE : LS_LOG_LINES;
  return TRUE;
}

static gboolean
get_logs (LsCall *call, const LsBody *body, GError **error)
{
  g_auto (GStrv) sources = ls_call_query_all (call, "source");
  LsLogQuery query = { .sources = (const char *const *) sources, .stream = -1 };
  Wish wish = { 0 };

  if (!parse_wish (call, &wish, &query, error))
    return FALSE;
  if (wish.follow)
    ls_logs_stream (call, &query, TRUE, NULL, "application/x-ndjson", wish.raw ? ls_follow_format_raw_json : ls_follow_format_json);
  else
    reply_page (call, &query, wish.limit, wish.raw);
  return TRUE;
}

const LsRoute ls_routes_logs[] = {
  { "GET", "/v1/logs", LS_BODY_NONE, "source stream grep since after last limit follow raw", get_logs },
  { NULL }
};
