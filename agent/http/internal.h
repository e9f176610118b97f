/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the files of this folder share and nobody else sees.
 *
 * The way of a byte. A connection is a uv_poll_t: it works alike for TCP and Unix sockets, and lets us read and write with
 * one system call each. What is readable goes into the server's one input area and is processed there; only what has to
 * wait (a pipelined request behind a slow one, a body nobody reads yet) is kept by the connection. While a connection is
 * being processed it is *corked*: answers gather in the server's one output area and leave in one write. Thus a request
 * that is answered at once costs one read, one write and no allocation.
 *
 * Phases. HEAD: between requests or within a head. EXCHANGE: a request is being answered, refusals included. DISCARD: the
 * answer is out, a small rest of the body is still to come. LINGER: our side is shut, and we read on so that the kernel does
 * not answer late bytes with a reset that would cut off the answer. CLOSED: only memory is left.
 *
 * Reentrance. Handlers are only ever called from ls_http_connection_run, which runs from poll callbacks, the sweep and the
 * `due` list. What a handler does to its own or another exchange never calls handlers back; it puts the
 * connection on the due list, which is worked off before the loop sleeps. */

#include "http/body.h"
#include "http/buffer.h"
#include "http/head.h"
#include "http/server.h"

#include <sys/uio.h>

#define LS_HTTP_INPUT_BYTES 65536
#define LS_HTTP_CORK_BYTES 49152      /* gathered answers past this are written before the next request is read */
#define LS_HTTP_KEPT_INPUT 16384      /* a waiting connection keeps about this much input, then the peer waits too */
#define LS_HTTP_SMALL_REST 65536      /* of an unread body: cheaper to take than to reconnect */
#define LS_HTTP_BATCH 32              /* answers that may be gathered in one write */
#define LS_HTTP_INLINE_HEAD 1024      /* a longer head is allocated */

typedef enum { LS_HTTP_HEAD, LS_HTTP_EXCHANGE, LS_HTTP_DISCARD, LS_HTTP_LINGER, LS_HTTP_CLOSED } LsHttpPhase;

typedef enum { LS_HTTP_ANSWER_NONE, LS_HTTP_ANSWER_BEGUN, LS_HTTP_ANSWER_ENDED } LsHttpAnswer;

/* An answer that was given but may not have been written: enough to report it when it has. */
typedef struct {
  unsigned status;
  uint64_t started_ns;
  uint64_t bytes_in, bytes_out;
  uint64_t end;        /* position in the connection's output */
  const char *method;
  size_t target;       /* offset in the text beside it */
} LsHttpReceipt;

struct LsHttpExchange {
  LsHttpConnection *connection;
  const char *target, *path, *query;

  LsHttpAnswer answer;
  unsigned status;
  bool announced;          /* the handler knows of it */
  bool keep;               /* the connection outlives this answer */
  bool chunked;            /* the answer is in chunked coding */
  bool no_body;            /* HEAD, 204, 304 */
  bool sized;              /* has a Content-Length: @promised bytes are to come */
  bool reading, paused;    /* somebody reads the body; and asked for a rest */
  bool body_over;          /* its end was told */
  bool continued;          /* 100 was sent */
  bool stream;
  bool raw;                /* after 101 */
  bool wants_drained;      /* something was unwritten, so the hook is owed */
  uint64_t promised;
  uint64_t bytes_in, bytes_out;
  uint64_t began;          /* position of the answer's first byte in the connection's output */
  uint64_t complete_ms;    /* when the request was whole */
  uint64_t paused_ms;
  const char *refusal;

  bool (*on_chunk) (void *user, const char *data, size_t length);
  void (*on_end) (void *user);
  void (*on_collected) (void *user, LsHttpExchange *exchange, const char *body, size_t length);
  void (*on_raw) (void *user, const char *data, size_t length);
  void *body_user;
  void (*on_closed) (void *user, LsHttpExchange *exchange, bool complete);
  void *closed_user;
  void (*on_drained) (void *user, LsHttpExchange *exchange);
  void *drained_user;

  /* Up to here an exchange is zeroed for each request. */
  LsHttpBuffer fields;     /* headers of the answer that the handler added */
  LsHttpBuffer collected;
  LsHttpBody body;
  LsHttpHead head;         /* zeroed by its own parser */
};

struct LsHttpConnection {
  uv_poll_t poll;
  LsHttpServer *server;
  LsHttpConnection *previous, *next;
  LsHttpConnection *next_due;
  void *context;
  int fd;
  int events;              /* what the poll handle waits for */
  LsHttpPhase phase;
  bool due;
  bool running;            /* handlers may be on the stack */
  bool eof;                /* the peer has sent everything */
  bool lost;               /* the peer is gone, or is to be */
  bool counted;            /* towards the limit */
  bool over_limit;
  bool opened;             /* the handlers know of it */

  uint64_t deadline_ms;    /* UINT64_MAX: none */
  uint64_t idle_ms;        /* since when between requests */
  uint64_t started_ms;     /* first byte of the present request */
  uint64_t started_ns;
  uint64_t progress_ms;    /* when the peer last took or sent a byte that mattered */
  uint64_t linger_ms;

  uint64_t queued, sent;   /* bytes of output ever given, and handed to the kernel */
  LsHttpBuffer output;     /* what the kernel would not take yet */
  LsHttpBuffer input;      /* what has to wait */
  LsHttpReceipt *waiting;  /* answers within @output, with their targets behind */
  unsigned n_waiting;

  LsHttpScan scan;
  size_t head_used, head_size;
  char *head;              /* @inline_head or allocated */
  LsHttpExchange exchange;
  char inline_head[LS_HTTP_INLINE_HEAD];
};

typedef struct LsHttpListener LsHttpListener;
struct LsHttpListener {
  uv_poll_t poll;
  LsHttpServer *server;
  LsHttpListener *next;
  int fd;
};

struct LsHttpServer {
  uv_loop_t *loop;
  LsHttpLimits limits;
  LsHttpHandlers handlers;
  void *user;

  uv_timer_t sweep;        /* runs when the nearest deadline is due, never re-armed a request */
  uv_timer_t drain_timer;
  uv_timer_t retry;        /* accepting again after descriptors ran out */
  uv_prepare_t due_hook;
  unsigned handles;        /* libuv handles not closed yet */
  uint64_t sweep_due_ms;   /* UINT64_MAX: not armed */

  LsHttpListener *listeners;
  LsHttpConnection *connections;
  LsHttpConnection *due;
  LsHttpConnection *corked;
  unsigned open, counted, over_limit, in_flight;
  unsigned told_connections, told_in_flight;
  uint64_t accepted;

  bool draining, drain_over, drain_told, closing;
  unsigned grace_ms;
  uint64_t drain_end_ms;
  void (*on_drained) (void *user);
  void *drained_user;
  void (*on_closed) (void *user);
  void *closed_user;

  char date[40];           /* "Date: …\r\n" */
  uint64_t date_until_ms;

  LsHttpBuffer output;     /* of the corked connection */
  LsHttpBuffer assembly;   /* an answer's head on its way to the kernel */
  LsHttpReceipt receipts[LS_HTTP_BATCH];
  unsigned n_receipts;
  LsHttpBuffer targets;
  char input[LS_HTTP_INPUT_BYTES];
};

/* --- connection.c --- */
void ls_http_connection_accept (LsHttpServer *server, int fd);
void ls_http_connection_run (LsHttpConnection *c, const char *data, size_t length);
void ls_http_connection_make_due (LsHttpConnection *c);
void ls_http_connection_linger (LsHttpConnection *c);
void ls_http_connection_close (LsHttpConnection *c);
void ls_http_connection_abort (LsHttpConnection *c);

/* --- output.c --- */
int ls_http_connection_send (LsHttpConnection *c, const struct iovec *parts, int count);
int ls_http_connection_uncork (LsHttpConnection *c);
void ls_http_connection_flush (LsHttpConnection *c);
size_t ls_http_connection_unwritten (const LsHttpConnection *c);
bool ls_http_connection_is_corked (const LsHttpConnection *c);

/* --- intake.c --- */
size_t ls_http_connection_take_head (LsHttpConnection *c, const char *data, size_t length);
void ls_http_connection_refuse (LsHttpConnection *c, LsHttpVerdict verdict);
void ls_http_connection_next_request (LsHttpConnection *c);

/* --- request.c --- */
size_t ls_http_connection_process (LsHttpConnection *c, const char *data, size_t length);
void ls_http_connection_at_eof (LsHttpConnection *c);
void ls_http_exchange_abandon (LsHttpExchange *exchange);

/* --- receipts.c --- */
void ls_http_receipt_push (LsHttpExchange *exchange);
void ls_http_receipts_flush (LsHttpConnection *c);
void ls_http_receipts_settle (LsHttpConnection *c, bool abandoned);
void ls_http_exchange_report (LsHttpExchange *exchange, bool abandoned);

/* --- timeouts.c --- */
void ls_http_connection_set_deadline (LsHttpConnection *c);
void ls_http_server_on_sweep (uv_timer_t *timer);
void ls_http_connection_pause_over (LsHttpConnection *c);

/* --- answer.c --- */
int ls_http_answer_head (LsHttpExchange *exchange, unsigned status, const char *type, int64_t length, LsHttpBuffer *out);
int ls_http_answer_problem (LsHttpExchange *exchange, LsHttpVerdict verdict);

/* --- server.c --- */
void ls_http_server_tell_gauges (LsHttpServer *server);
void ls_http_server_handle_closed (LsHttpServer *server);
void ls_http_server_check_drained (LsHttpServer *server);
