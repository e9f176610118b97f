/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/status.h"

#include <stddef.h>

typedef struct {
  const char *reason;
  const char *meaning;
} Status;

/* Indexed by the last two digits, a table a class. */
static const Status informational[] = {
  [0] = { "Continue", "The client may go on and send the body." },
  [1] = { "Switching Protocols", "The connection now speaks the protocol that the client asked for." },
  [2] = { "Processing", "The server has the request and needs more time." },
  [3] = { "Early Hints", "Hints to load things early, before the real answer." },
};

static const Status success[] = {
  [0] = { "OK", "The request was answered as asked." },
  [1] = { "Created", "Something new was made, and the answer says where it is." },
  [2] = { "Accepted", "The work was taken on and is not finished yet." },
  [3] = { "Non-Authoritative Information", "The answer was changed on its way by a proxy." },
  [4] = { "No Content", "It worked, and there is nothing to show." },
  [5] = { "Reset Content", "It worked, and the form is to be cleared." },
  [6] = { "Partial Content", "Only the asked-for part of a file was sent." },
  [7] = { "Multi-Status", "Several results in one answer, each with a status of its own." },
  [8] = { "Already Reported", "These members were listed earlier in the same answer." },
  [26] = { "IM Used", "The answer is a difference from an earlier version." },
};

static const Status redirection[] = {
  [0] = { "Multiple Choices", "There are several forms of it, and the client must choose." },
  [1] = { "Moved Permanently", "It lives at another address now, for good." },
  [2] = { "Found", "It is at another address for the moment." },
  [3] = { "See Other", "The answer is to be fetched from another address with GET." },
  [4] = { "Not Modified", "The client's own copy is still fresh, so nothing was sent." },
  [5] = { "Use Proxy", "It was to be asked for through a proxy; no longer used." },
  [7] = { "Temporary Redirect", "Repeat the same request at another address, this once." },
  [8] = { "Permanent Redirect", "Repeat the same request at another address, from now on." },
};

static const Status client_error[] = {
  [0] = { "Bad Request", "The request was malformed, and the server did not guess at it." },
  [1] = { "Unauthorized", "The client has not said who it is, or not convincingly." },
  [2] = { "Payment Required", "Reserved; some services mean that a quota is used up." },
  [3] = { "Forbidden", "The server knows who asks and will not allow it." },
  [4] = { "Not Found", "There is nothing at this address." },
  [5] = { "Method Not Allowed", "The address exists but does not take this method." },
  [6] = { "Not Acceptable", "There is no form of the answer that the client accepts." },
  [7] = { "Proxy Authentication Required", "The proxy wants to know who asks." },
  [8] = { "Request Timeout", "The client took too long to send its request." },
  [9] = { "Conflict", "The request does not fit the present state." },
  [10] = { "Gone", "It was here once and will not come back." },
  [11] = { "Length Required", "The body's length must be said beforehand." },
  [12] = { "Precondition Failed", "It changed since the client last looked." },
  [13] = { "Content Too Large", "The body is larger than the server takes." },
  [14] = { "URI Too Long", "The address is longer than the server takes." },
  [15] = { "Unsupported Media Type", "The body is in a format that is not understood here." },
  [16] = { "Range Not Satisfiable", "The asked-for part lies outside the file." },
  [17] = { "Expectation Failed", "The server cannot do what the Expect header demands." },
  [18] = { "I'm a teapot", "A joke of 1998; some services refuse robots with it." },
  [21] = { "Misdirected Request", "This server does not answer for that host." },
  [22] = { "Unprocessable Content", "Well-formed, but it cannot be done as asked." },
  [23] = { "Locked", "Someone else holds a lock on it." },
  [24] = { "Failed Dependency", "An earlier step that this one needs has failed." },
  [25] = { "Too Early", "The server will not risk answering a request that may be replayed." },
  [26] = { "Upgrade Required", "The client must speak another protocol here." },
  [28] = { "Precondition Required", "The request must say which version it means to change." },
  [29] = { "Too Many Requests", "This client asks too often, and should wait." },
  [31] = { "Request Header Fields Too Large", "The headers are larger than the server takes." },
  [51] = { "Unavailable For Legal Reasons", "It may not be shown, for legal reasons." },
  [99] = { "Client Closed Request", "The client went away before its answer began; never sent, only counted." },
};

static const Status server_error[] = {
  [0] = { "Internal Server Error", "Something broke in the program." },
  [1] = { "Not Implemented", "The server does not know how to do this at all." },
  [2] = { "Bad Gateway", "A server behind this one gave an answer that makes no sense." },
  [3] = { "Service Unavailable", "Overloaded or being worked on; try again later." },
  [4] = { "Gateway Timeout", "A server behind this one did not answer in time." },
  [5] = { "HTTP Version Not Supported", "The client speaks a version of HTTP that is not spoken here." },
  [6] = { "Variant Also Negotiates", "The server's own content negotiation is set up in a circle." },
  [7] = { "Insufficient Storage", "There is no room left to store it." },
  [8] = { "Loop Detected", "The server ran in a circle and stopped." },
  [10] = { "Not Extended", "The request needs an extension that is not there." },
  [11] = { "Network Authentication Required", "The network wants a login first." },
};

#define COUNT(table) (sizeof (table) / sizeof ((table)[0]))

static const struct {
  const Status *table;
  size_t count;
} classes[] = {
  { informational, COUNT (informational) }, { success, COUNT (success) }, { redirection, COUNT (redirection) },
  { client_error, COUNT (client_error) },   { server_error, COUNT (server_error) },
};

static const Status *
lookup (unsigned code)
{
  static const Status unknown = { NULL, NULL };
  if (code < 100 || code > 599)
    return &unknown;
  unsigned class = code / 100 - 1;
  return code % 100 < classes[class].count ? &classes[class].table[code % 100] : &unknown;
}

/**
 * ls_http_status_reason:
 * @code: a status code
 *
 * Returns: (nullable): the reason phrase of RFC 9110, section 15, or of the IANA registry, or %NULL for a code
 *   that has none. 499 is nginx's name for a client that went away; it is counted but never sent.
 */
const char *
ls_http_status_reason (unsigned code)
{
  return lookup (code)->reason;
}

/**
 * ls_http_status_meaning:
 * @code: a status code
 *
 * Returns: (nullable): one plain sentence for an operator, or %NULL
 */
const char *
ls_http_status_meaning (unsigned code)
{
  return lookup (code)->meaning;
}
