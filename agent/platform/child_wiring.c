/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/child_wiring.h"

#include "base/error.h"
#include "platform/descriptor.h"
#include "platform/pseudo_terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void
ls_wiring_init (LsWiring *wiring)
{
  wiring->fds = g_array_new (FALSE, FALSE, sizeof (int));
  wiring->temporary = g_array_new (FALSE, FALSE, sizeof (int));
  wiring->ours = (LsChildEnds) { -1, -1, -1, -1, FALSE, FALSE };
  wiring->links = (LsChildLinks) { -1, -1, NULL, NULL };
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

int
ls_wiring_open_input (const char *path, GError **error)
{
  struct stat status;
  /* Not to wait for who might write into a pipe of that name. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "stdin: the file \"%s\" %s", path,
                 errno == ENOENT ? "does not exist" : errno == EACCES ? "may not be read" : g_strerror (errno));
    return -1;
  }
  if (fstat (fd, &status) == 0 && S_ISDIR (status.st_mode)) {
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "stdin: \"%s\" is a folder, not a file", path);
    close (fd);
    return -1;
  }
  fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) & ~O_NONBLOCK);
  return fd;
}

static gboolean
wire_input (LsWiring *wiring, const LsSpawnRequest *request, int null_fd, GError **error)
{
  int fds[2];
  if (request->stdin_mode == LS_STDIN_NONE) {
    give (wiring, null_fd);
    return TRUE;
  }
  if (request->stdin_mode == LS_STDIN_FILE) {
    int fd = ls_wiring_open_input (request->stdin_file, error);
    if (fd >= 0)
      give_away (wiring, fd);
    return fd >= 0;
  }
  if (ls_pipe (fds) < 0)
    return FALSE;
  give_away (wiring, fds[0]);
  return keep_end (fds[1], &wiring->ours.input);
}

static gboolean
wire_terminal (LsWiring *wiring, const LsSpawnRequest *request)
{
  int theirs;
  if (ls_pseudo_terminal_open (request->window, &wiring->ours.output, &theirs) < 0)
    return FALSE;
  wiring->ours.terminal = TRUE;
  wiring->ours.takes_input = request->stdin_mode != LS_STDIN_NONE;
  give_away (wiring, theirs);
  give (wiring, theirs);
  give (wiring, theirs);
  return TRUE;
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

static gboolean
wire_standard_streams (LsWiring *wiring, const LsSpawnRequest *request, int null_fd, GError **error)
{
  if (request->pty)
    return wire_terminal (wiring, request);
  return wire_input (wiring, request, null_fd, error) && wire_output (wiring, &wiring->ours.output)
         && wire_output (wiring, &wiring->ours.errors);
}

/* Of those that @error does not tell of yet. */
static gboolean
open_all (LsWiring *wiring, const LsSpawnRequest *request, int null_fd, GError **error)
{
  if (!wire_standard_streams (wiring, request, null_fd, error))
    return FALSE;
  for (guint i = 0; i < request->n_listen_fds; i++)
    give (wiring, request->listen_fds[i]);
  if (request->scoreboard_fd >= 0)
    wiring->links.scoreboard_fd = give (wiring, request->scoreboard_fd);
  return !request->channel || wire_channel (wiring);
}

gboolean
ls_wiring_open (LsWiring *wiring, const LsSpawnRequest *request, int null_fd, GError **error)
{
  g_autoptr (GError) why = NULL;
  if (open_all (wiring, request, null_fd, &why))
    return TRUE;
  if (why)
    g_propagate_error (error, g_steal_pointer (&why));
  else
    g_set_error (error, LS_ERROR, errno == EMFILE || errno == ENFILE || errno == EAGAIN ? LS_ERROR_BUSY : LS_ERROR_FAILED,
                 "no %s could be opened for %s: %s", request->pty ? "terminal and pipes" : "pipes", request->id, g_strerror (errno));
  return FALSE;
}
