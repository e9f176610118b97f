/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* An HTTP/1.1 server on libuv, for the built-in worker and for the agent's API alike.
 *
 * Glossary. A *server* owns limits and handlers and listens on any number of sockets. A *connection* is
 * one accepted socket. An *exchange* is one request and its one answer; a connection runs one exchange
 * after the other and pipelined requests wait their turn. Refusals (400, 408, 413, 414, 431, 501, 505, ...)
 * are answered by the layer itself, and reported to `observe` like every other answer.
 *
 * Lifetimes. An exchange lives from the `request` callback until its `closed` hook (ls_http_exchange_on_closed)
 * has run, which happens exactly once, after the answer is complete or the peer is gone; nobody may
 * touch it afterwards. Strings got from an exchange live as long as it does. Everything runs on the loop's
 * thread. Functions return 0 or a negative errno. No GLib here. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <uv.h>

typedef struct LsHttpServer LsHttpServer;
typedef struct LsHttpConnection LsHttpConnection;
typedef struct LsHttpExchange LsHttpExchange;

typedef struct {
  size_t head_bytes;             /* request line and headers: 431 past it */
  size_t target_bytes;           /* request target alone: 414 past it */
  uint64_t body_bytes;           /* 413 past it, the rest is never read */
  unsigned connections;          /* at once; one more is answered 503 with Retry-After. 0: no limit */
  unsigned head_timeout_ms;      /* first byte of a request to its last header: 408 */
  unsigned request_timeout_ms;   /* first byte to the end of its body: 408 */
  unsigned idle_timeout_ms;      /* between requests, and before the first: closed without a word */
  unsigned write_timeout_ms;     /* a peer that takes no byte of an answer for this long is cut off */
} LsHttpLimits;

/* Limits for a server that faces the world: 16 KiB heads, 8 KiB targets, 1 MiB bodies, 10 s / 30 s / 60 s / 30 s. */
LsHttpLimits ls_http_limits_default (void);

/* What `observe` learns of one answer. */
typedef struct {
  unsigned status;       /* as sent; 499 if the peer went away before the first byte of it (never on the wire) */
  uint64_t latency_us;   /* first byte of the request to the last byte handed to the kernel */
  uint64_t bytes_in;     /* head and body as read from the wire */
  uint64_t bytes_out;
  const char *method;    /* NULL when the request was never understood */
  const char *target;    /* NULL likewise */
  const char *refusal;   /* why the layer itself refused; NULL when the handler answered */
} LsHttpRecord;

typedef struct {
  /* A whole head has arrived. The handler must answer, now or later. */
  void (*request) (void *user, LsHttpExchange *exchange);
  /* Once for every answer, refusals included. May be NULL. The record is valid during the call. */
  void (*observe) (void *user, const LsHttpRecord *record);
  /* A connection was accepted; false closes it at once (credentials). *@ret_context may be set and is had
   * back by ls_http_connection_context. May be NULL. */
  bool (*opened) (void *user, LsHttpConnection *connection, void **ret_context);
  void (*closed) (void *user, LsHttpConnection *connection, void *context);
  /* Gauges changed: open connections and exchanges in flight. May be NULL. */
  void (*gauges) (void *user, unsigned connections, unsigned in_flight);
} LsHttpHandlers;

/* The server copies @limits and @handlers. *@ret_server is owned by the caller; end it with ls_http_server_close. */
int ls_http_server_new (uv_loop_t *loop, const LsHttpLimits *limits, const LsHttpHandlers *handlers, void *user,
                        LsHttpServer **ret_server);

/* Accepts from @fd, a bound and listening stream socket (TCP or Unix), which the server then owns and closes
 * (never shutdown()s: others may share it). */
int ls_http_server_listen (LsHttpServer *server, int fd);

/* First phase of a drain: takes what its listeners' queues still hold for @grace_ms and then stops accepting; from now on every
 * answer carries `Connection: close`. A listener without SO_REUSEPORT may be shared with processes that stay: what its queue
 * holds now is taken, and then it is left to them at once. After @grace_ms idle connections are closed too. @drained runs once, when the
 * last connection is gone. */
void ls_http_server_drain (LsHttpServer *server, unsigned grace_ms, void (*drained) (void *user), void *user);

/* Closes everything at once and frees the server when libuv lets go; @closed (may be NULL) runs then. */
void ls_http_server_close (LsHttpServer *server, void (*closed) (void *user), void *user);

unsigned ls_http_server_connections (const LsHttpServer *server);
unsigned ls_http_server_in_flight (const LsHttpServer *server);
uint64_t ls_http_server_accepted (const LsHttpServer *server);

/* --- connections --- */
void *ls_http_connection_context (const LsHttpConnection *connection);
/* The socket, for getsockopt (SO_PEERCRED); still owned by the connection. */
int ls_http_connection_fd (const LsHttpConnection *connection);

/* --- what was asked --- */
LsHttpConnection *ls_http_exchange_connection (const LsHttpExchange *exchange);
const char *ls_http_exchange_method (const LsHttpExchange *exchange);   /* "GET" */
const char *ls_http_exchange_target (const LsHttpExchange *exchange);   /* as sent: "/a%20b?x=1" */
const char *ls_http_exchange_path (const LsHttpExchange *exchange);     /* before the '?', not decoded */
const char *ls_http_exchange_query (const LsHttpExchange *exchange);    /* after the '?', or "" */
/* The value of the first header of that name (ASCII case ignored), or NULL. */
const char *ls_http_exchange_header (const LsHttpExchange *exchange, const char *name);
bool ls_http_exchange_has_body (const LsHttpExchange *exchange);

/* Reads the body in pieces: @chunk for each (return false to stop reading until ls_http_exchange_resume_body),
 * @end once when it is whole. `Expect: 100-continue` is honoured by this call. A handler that answers without reading
 * leaves the layer to discard a small rest or close. */
int ls_http_exchange_read_body (LsHttpExchange *exchange, bool (*chunk) (void *user, const char *data, size_t length),
                                void (*end) (void *user), void *user);
void ls_http_exchange_resume_body (LsHttpExchange *exchange);

/* Reads the body whole; @done gets it NUL-terminated, valid during the call. */
int ls_http_exchange_collect_body (LsHttpExchange *exchange,
                                   void (*done) (void *user, LsHttpExchange *exchange, const char *body, size_t length), void *user);

/* Runs once, when the exchange is over: @complete says whether the whole answer was handed to the kernel. Set it to
 * learn of a peer that went away; pending work for the exchange is to be cancelled there. */
void ls_http_exchange_on_closed (LsHttpExchange *exchange, void (*closed) (void *user, LsHttpExchange *exchange, bool complete),
                                 void *user);

/* --- the answer --- */
/* Adds a header; before the answer begins. Both strings are copied. A name or value with CR, LF or NUL is -EINVAL.
 * Content-Length, Transfer-Encoding, Connection and Date are the layer's own. */
int ls_http_exchange_add_header (LsHttpExchange *exchange, const char *name, const char *value);

/* The whole answer at once; @body is copied. @type is the Content-Type or NULL. 1xx, 204 and 304 carry no body. */
int ls_http_exchange_respond (LsHttpExchange *exchange, unsigned status, const char *type, const void *body, size_t length);

/* A streamed answer: begin, any number of writes, end. @length is the Content-Length or -1 for chunked coding. */
int ls_http_exchange_begin (LsHttpExchange *exchange, unsigned status, const char *type, int64_t length);
int ls_http_exchange_write (LsHttpExchange *exchange, const void *data, size_t length);   /* copied */
int ls_http_exchange_end (LsHttpExchange *exchange);

/* Bytes of this answer that the kernel has not taken yet, and a hook for when they reach 0: back-pressure. */
size_t ls_http_exchange_unwritten (const LsHttpExchange *exchange);
void ls_http_exchange_on_drained (LsHttpExchange *exchange, void (*drained) (void *user, LsHttpExchange *exchange), void *user);

/* A stream may live long: after this no idle or write time-out applies to the exchange while nothing is unwritten,
 * and it does not count towards limits.connections. */
void ls_http_exchange_mark_stream (LsHttpExchange *exchange);

/* Answers 101 with `Upgrade: @protocol` and hands the connection's bytes over: @data for what comes in (length 0: end). Write with
 * ls_http_exchange_write (raw), finish with ls_http_exchange_end. */
int ls_http_exchange_upgrade (LsHttpExchange *exchange, const char *protocol,
                              void (*data) (void *user, const char *data, size_t length), void *user);
/* Asks for no more bytes of an upgraded connection until ls_http_exchange_resume_body; what is being handed over comes whole. */
void ls_http_exchange_pause_raw (LsHttpExchange *exchange);
