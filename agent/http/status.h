/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* HTTP status codes: names and meanings, for the wire and for people (RFC 9110, section 15). */

/* The reason phrase ("Not Found"), or NULL for a code without one. */
const char *ls_http_status_reason (unsigned code);

/* One plain sentence that says what the code means to an operator, or NULL. */
const char *ls_http_status_meaning (unsigned code);
