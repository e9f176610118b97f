/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/winch.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

/* GLib's own unix signals do not know SIGWINCH: a pipe brings it into the main loop. */
static int winch_pipe[2] = { -1, -1 };
static guint source;
static void (*tell) (gpointer user);
static gpointer told;

static void
on_winch (int signal_number)
{
  char byte = 0;
  gssize ignored = write (winch_pipe[1], &byte, 1);
  (void) ignored;
}

static gboolean
on_winch_byte (int fd, GIOCondition condition, gpointer data)
{
  char bytes[64];
  if (read (fd, bytes, sizeof bytes) <= 0)
    return G_SOURCE_REMOVE;
  tell (told);
  return G_SOURCE_CONTINUE;
}

void
ls_winch_watch (void (*resized) (gpointer user), gpointer user)
{
  struct sigaction action = { .sa_handler = on_winch, .sa_flags = SA_RESTART };
  if (!g_unix_open_pipe (winch_pipe, FD_CLOEXEC, NULL))
    return;
  tell = resized;
  told = user;
  g_unix_set_fd_nonblocking (winch_pipe[1], TRUE, NULL);
  source = g_unix_fd_add (winch_pipe[0], G_IO_IN, on_winch_byte, NULL);
  sigaction (SIGWINCH, &action, NULL);
}

void
ls_winch_unwatch (void)
{
  signal (SIGWINCH, SIG_DFL);
  g_clear_handle_id (&source, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (winch_pipe); i++)
    if (winch_pipe[i] >= 0)
      {
        close (winch_pipe[i]);
        winch_pipe[i] = -1;
      }
}
