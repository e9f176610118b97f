/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What an error means, everywhere in the agent and its clients.
 *
 * One domain whose codes are the answers of the API. The message is one sentence for a person: what is wrong, where,
 * and what would be right. */

#include <glib.h>

#define LS_ERROR (ls_error_quark ())
GQuark ls_error_quark (void);

typedef enum {
  LS_ERROR_MALFORMED,    /* 400: cannot be understood */
  LS_ERROR_FORBIDDEN,    /* 403 */
  LS_ERROR_UNKNOWN,      /* 404: no such thing */
  LS_ERROR_CONFLICT,     /* 409: not now, something else holds it */
  LS_ERROR_MISMATCH,     /* 412: another instance or revision than the one named */
  LS_ERROR_IMPOSSIBLE,   /* 422: well-formed, but cannot be done */
  LS_ERROR_BUSY,         /* 429: try again later */
  LS_ERROR_FAILED,       /* 500: the system refused */
  LS_ERROR_NO_AGENT,     /* client only: nobody answers on the socket */
  LS_ERROR_TIMED_OUT     /* client only */
} LsErrorCode;

/* The HTTP status for a code, and back (an unknown status is LS_ERROR_FAILED). */
guint ls_error_to_status (LsErrorCode code);
LsErrorCode ls_error_from_status (guint status);
