/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How the host and its threads show themselves to the system and to whoever started them. */

/* What ps and top show for the calling thread (of the main thread: for the process); cut at 15 bytes. Nothing where there is no such thing. */
void ls_name_thread (const char *name);

/* The kernel's number for the calling thread; 0 where there is none. */
int ls_thread_number (void);

/* One readiness message ("READY=1") to $NOTIFY_SOCKET, as sd_notify(3); quietly nothing without one. */
void ls_notify (const char *text);
