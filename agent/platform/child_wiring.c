/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/child_wiring.h"

#include "platform/descriptor.h"

#include <unistd.h>

void
ls_wiring_init (LsWiring *wiring)
{
  wiring->fds = g_array_new (FALSE, FALSE, sizeof (int));
  wiring->temporary = g_array_new (FALSE, FALSE, sizeof (int));
  wiring->ours = (LsChildEnds) { -1, -1, -1, -1 };
  wiring->links = (LsChildLinks) { -1, -1, NULL };
}

static void
close_if_open (int fd)
{
  if (fd >= 0)
    close (fd);
}

void
ls_wiring_close_ours (LsWiring *wiring)
{
  close_if_open (wiring->ours.input);
  close_if_open (wiring->ours.output);
  close_if_open (wiring->ours.errors);
  close_if_open (wiring->ours.channel);
}

void
ls_wiring_clear (LsWiring *wiring)
{
  for (guint i = 0; i < wiring->temporary->len; i++)
    close (g_array_index (wiring->temporary, int, i));
  g_array_unref (wiring->temporary);
  g_array_unref (wiring->fds);
}

/* The number that @fd will have in the child. */
static int
give (LsWiring *wiring, int fd)
{
  g_array_append_val (wiring->fds, fd);
  return (int) wiring->fds->len - 1;
}

static int
give_away (LsWiring *wiring, int fd)
{
  g_array_append_val (wiring->temporary, fd);
  return give (wiring, fd);
}

static gboolean
keep_end (int fd, int *ret_ours)
{
  *ret_ours = fd;
  return ls_set_nonblocking (fd) == 0;
}

static gboolean
wire_input (LsWiring *wiring, const LsSpawnRequest *request, int null_fd)
{
  int fds[2];
  if (request->stdin_mode == LS_STDIN_NONE) {
    give (wiring, null_fd);
    return TRUE;
  }
  if (ls_pipe (fds) < 0)
    return FALSE;
  give_away (wiring, fds[0]);
  return keep_end (fds[1], &wiring->ours.input);
}

static gboolean
wire_output (LsWiring *wiring, int *ret_ours)
{
  int fds[2];
  if (ls_pipe (fds) < 0)
    return FALSE;
  give_away (wiring, fds[1]);
  return keep_end (fds[0], ret_ours);
}

static gboolean
wire_channel (LsWiring *wiring)
{
  int fds[2];
  if (ls_socket_pair (SOCK_STREAM, fds) < 0)
    return FALSE;
  wiring->links.channel_fd = give_away (wiring, fds[1]);
  return keep_end (fds[0], &wiring->ours.channel);
}

gboolean
ls_wiring_open (LsWiring *wiring, const LsSpawnRequest *request, int null_fd)
{
  if (!wire_input (wiring, request, null_fd) || !wire_output (wiring, &wiring->ours.output)
      || !wire_output (wiring, &wiring->ours.errors))
    return FALSE;
  for (guint i = 0; i < request->n_listen_fds; i++)
    give (wiring, request->listen_fds[i]);
  if (request->scoreboard_fd >= 0)
    wiring->links.scoreboard_fd = give (wiring, request->scoreboard_fd);
  return !request->channel || wire_channel (wiring);
}
