/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* lineshaft-pool: started by the agent, one process a pool. */

#include "config.h"
#include "abi/channel.h"
#include "pool/host.h"
#include "pool/system.h"

#include <stdbool.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The descriptor of the channel, or -1. */
static int
channel_fd (void)
{
  const char *text = getenv (LS_CHANNEL_ENV_FD);
  char *end;
  long fd = text != NULL ? strtol (text, &end, 10) : -1;
  if (fd < 0 || fd > 1 << 20 || end == text || *end != '\0' || fcntl ((int) fd, F_SETFD, FD_CLOEXEC) < 0)
    return -1;
  return (int) fd;
}

static void
on_terminate (uv_signal_t *handle, int signal_number)
{
  ls_host_drain (handle->data);
}

static int
run (int fd)
{
  uv_loop_t loop;
  uv_signal_t terminate;
  int error = uv_loop_init (&loop);
  LsHost *host = error == 0 ? ls_host_new (&loop, fd, &error) : NULL;
  if (host == NULL) {
    fprintf (stderr, "lineshaft-pool: the channel cannot be opened: %s.\n", uv_strerror (error));
    return 1;
  }
  uv_signal_init (&loop, &terminate);
  terminate.data = host;
  uv_signal_start (&terminate, on_terminate, SIGTERM);
  uv_unref ((uv_handle_t *) &terminate);
  uv_run (&loop, UV_RUN_DEFAULT);

  uv_close ((uv_handle_t *) &terminate, NULL);
  uv_run (&loop, UV_RUN_DEFAULT);
  uv_loop_close (&loop);
  ls_host_free (host);
  return 0;
}

int
main (int argc, char **argv)
{
  if (argc > 1) {
    bool version = strcmp (argv[1], "--version") == 0;
    puts (version ? "lineshaft-pool " LS_VERSION : "Usage: lineshaft-pool\nThe agent starts it, one for each pool: lineshaft create pool NAME threads=4");
    return version || strcmp (argv[1], "--help") == 0 ? 0 : 2;
  }
  const char *id = getenv (LS_ENV_ID);
  int fd = channel_fd ();
  if (fd < 0) {
    fputs ("lineshaft-pool: " LS_CHANNEL_ENV_FD " names no open descriptor: this program is started by lineshaft-agent.\n", stderr);
    return 2;
  }
  if (id != NULL)
    ls_name_thread (id);
  signal (SIGPIPE, SIG_IGN);
  return run (fd);
}
