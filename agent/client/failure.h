/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside client only: what went wrong, in the words of LS_ERROR. Pure. */

#include <gio/gio.h>

/* An answer of 4xx or 5xx: the agent's own sentence if it gave one (RFC 9457), else what the status says. (transfer full) */
GError *ls_failure_from_answer (guint status, const char *reason, GBytes *body);

/* No answer at all, from @address; @hint: what to do where nobody is (start_hint.h). @cause is GIO's or libsoup's. Cancellation stays G_IO_ERROR_CANCELLED. (transfer full) */
GError *ls_failure_from_transport (const GError *cause, const char *address, const char *hint);
