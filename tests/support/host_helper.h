/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The host's side of org.freedesktop.Flatpak.Development, on a session bus of the test's own: runs commands for real and tells their end, as
 * flatpak-session-helper(1) does. It turns on the default main context. */

#include <gio/gio.h>

typedef struct LsTestHostHelper LsTestHostHelper;

/* Starts a session bus, which becomes that of this process as long as it lives; 0 where there is no dbus-daemon. */
GPid ls_test_session_bus_start (void);

/* With @refusal (a D-Bus error's name) every command is refused with it. Without @present nobody has the name on the bus. */
LsTestHostHelper *ls_test_host_helper_new (gboolean present, const char *refusal);
void ls_test_host_helper_free (LsTestHostHelper *helper);
guint ls_test_host_helper_calls (LsTestHostHelper *helper);            /* of HostCommand */
GPid ls_test_host_helper_pid (LsTestHostHelper *helper);               /* what runs now; 0: nothing */
int ls_test_host_helper_last_signal (LsTestHostHelper *helper);        /* by HostCommandSignal; 0: none yet */
