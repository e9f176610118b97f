/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/internal.h"

#include <stdlib.h>
#include <string.h>

/* Reporting answers: each once, when its last byte was handed to the kernel or when that has become impossible. */

/* Counted for a peer that went away before the first byte of its answer; nginx's number, never on the wire. */
#define CLIENT_CLOSED 499

static void
observe (LsHttpServer *server, const LsHttpRecord *record)
{
  if (server->handlers.observe)
    server->handlers.observe (server->user, record);
}

static uint64_t
latency_us (uint64_t started_ns)
{
  return (uv_hrtime () - started_ns) / 1000;
}

void
ls_http_exchange_report (LsHttpExchange *e, bool abandoned)
{
  LsHttpConnection *c = e->connection;
  bool begun = e->answer != LS_HTTP_ANSWER_NONE && c->sent > e->began;
  LsHttpRecord record = {
    .status = !abandoned || begun ? e->status : CLIENT_CLOSED,
    .latency_us = latency_us (c->started_ns),
    .bytes_in = e->bytes_in,
    .bytes_out = e->bytes_out,
    .method = e->head.method,
    .target = e->target,
    .refusal = e->refusal,
  };
  observe (c->server, &record);
}

/* Puts the exchange's answer among those that leave with the next write. */
void
ls_http_receipt_push (LsHttpExchange *e)
{
  LsHttpConnection *c = e->connection;
  LsHttpServer *server = c->server;
  if (!server->handlers.observe)
    return;
  size_t target = server->targets.end;
  if (ls_http_buffer_append (&server->targets, e->target, strlen (e->target) + 1) < 0)
    {
      /* Out of memory: rather a little early than not at all. */
      ls_http_exchange_report (e, false);
      return;
    }
  server->receipts[server->n_receipts++] = (LsHttpReceipt){
    .status = e->status, .started_ns = c->started_ns, .bytes_in = e->bytes_in, .bytes_out = e->bytes_out,
    .end = c->queued, .method = e->head.method, .target = target,
  };
}

static void
report_receipt (LsHttpConnection *c, const LsHttpReceipt *receipt, const char *targets, bool gone, uint64_t now_ns)
{
  bool begun = c->sent > receipt->end - receipt->bytes_out;
  LsHttpRecord record = {
    .status = !gone || begun ? receipt->status : CLIENT_CLOSED,
    .latency_us = (now_ns - receipt->started_ns) / 1000,
    .bytes_in = receipt->bytes_in,
    .bytes_out = receipt->bytes_out,
    .method = receipt->method,
    .target = targets + receipt->target,
  };
  observe (c->server, &record);
}

/* Keeps what was not written for later; @c has no older ones, since nothing is read while output waits. */
static void
keep_waiting (LsHttpConnection *c, unsigned first)
{
  LsHttpServer *server = c->server;
  unsigned count = server->n_receipts - first;
  size_t text = server->targets.end;
  c->waiting = malloc (count * sizeof *c->waiting + text);
  if (!c->waiting)
    {
      uint64_t now_ns = uv_hrtime ();
      for (unsigned i = first; i < server->n_receipts; i++)
        report_receipt (c, &server->receipts[i], server->targets.data, false, now_ns);
      return;
    }
  memcpy (c->waiting, server->receipts + first, count * sizeof *c->waiting);
  memcpy (c->waiting + count, server->targets.data, text);
  c->n_waiting = count;
}

/* After the write of a corked connection: reports what is out. */
void
ls_http_receipts_flush (LsHttpConnection *c)
{
  LsHttpServer *server = c->server;
  if (server->n_receipts == 0)
    return;
  uint64_t now_ns = uv_hrtime ();
  unsigned i = 0;
  while (i < server->n_receipts && (c->lost || c->sent >= server->receipts[i].end))
    {
      report_receipt (c, &server->receipts[i], server->targets.data, c->sent < server->receipts[i].end, now_ns);
      i++;
    }
  if (i < server->n_receipts)
    keep_waiting (c, i);
  server->n_receipts = 0;
  ls_http_buffer_reset (&server->targets, LS_HTTP_INPUT_BYTES);
}

/* Reports the kept ones that are out by now; all of them if the peer is gone. */
void
ls_http_receipts_settle (LsHttpConnection *c, bool abandoned)
{
  if (c->n_waiting == 0)
    return;
  LsHttpReceipt *waiting = c->waiting;
  unsigned count = c->n_waiting, done = 0;
  const char *targets = (const char *) (waiting + count);
  if (!abandoned && c->sent < waiting[count - 1].end)
    return; /* they were one write, so they may as well be reported together */
  uint64_t now_ns = uv_hrtime ();
  c->waiting = NULL;
  c->n_waiting = 0;
  for (; done < count; done++)
    report_receipt (c, &waiting[done], targets, c->sent < waiting[done].end, now_ns);
  free (waiting);
}
