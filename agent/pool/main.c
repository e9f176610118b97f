/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* lineshaft-pool: started by the agent, one process a pool; or by hand, to run one job. */

#include "config.h"
#include "abi/channel.h"
#include "pool/board.h"
#include "pool/host.h"
#include "pool/jobs.h"
#include "pool/once.h"
#include "pool/plugins.h"
#include "pool/system.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USAGE \
  "Usage: lineshaft-pool [--plugin PLUGIN]… --run JOB [ARGUMENT]…\n" \
  "       lineshaft-pool [--plugin PLUGIN]… --list\n\n" \
  "  --run JOB ARGUMENT…  run one job, print its result, and end\n" \
  "  --progress           say on standard error how far it is\n" \
  "  --output FILE        where the job writes what is no text\n" \
  "  --plugin PLUGIN      a path, or the name of one that is installed\n" \
  "  --list               the jobs that there are\n" \
  "  -V, --version        the version\n" \
  "  -h, --help           this text\n\n" \
  "Without --run the agent starts it, one for each pool: lineshaft create pool NAME threads=4"

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
host (int fd, const char *refusal)
{
  uv_loop_t loop;
  uv_signal_t terminate;
  int error = uv_loop_init (&loop);
  LsHost *host = error == 0 ? ls_host_new (&loop, fd, &error) : NULL;
  if (host == NULL) {
    fprintf (stderr, "lineshaft-pool: the channel cannot be opened: %s.\n", uv_strerror (error));
    return 1;
  }
  if (refusal != NULL)
    ls_host_refuse (host, refusal);
  else
    ls_host_tell_kinds (host);
  uv_signal_init (&loop, &terminate);
  terminate.data = host;
  uv_signal_start (&terminate, on_terminate, SIGTERM);
  uv_unref ((uv_handle_t *) &terminate);
  uv_run (&loop, UV_RUN_DEFAULT);

  uv_close ((uv_handle_t *) &terminate, NULL);
  uv_run (&loop, UV_RUN_DEFAULT);
  uv_loop_close (&loop);
  ls_host_free (host);
  return refusal != NULL ? 1 : 0;
}

static int
list_jobs (void)
{
  const LsJobKind *kind;
  for (size_t i = 0; (kind = ls_jobs_at (i, NULL)) != NULL; i++)
    printf ("%s%s%s%s%s\n", kind->name, *kind->arguments != '\0' ? " " : "", kind->arguments, kind->description != NULL ? " - " : "", kind->description != NULL ? kind->description : "");
  return 0;
}

static int
misused (const char *what, const char *word)
{
  fprintf (stderr, "lineshaft-pool: %s%s; see lineshaft-pool --help.\n", what, word);
  return 2;
}

/* Reads the options; -1: go on, else the exit status. @why is filled when a plug-in cannot be used. */
static int
read_options (int argc, char **argv, LsOnce *once, bool *ret_list, char *why, size_t size)
{
  for (int i = 1; i < argc && once->name == NULL; i++) {
    const char *word = argv[i];
    bool takes = strcmp (word, "--plugin") == 0 || strcmp (word, "--run") == 0 || strcmp (word, "--output") == 0;
    if (takes && i + 1 == argc)
      return misused ("a word is missing after ", word);
    if (strcmp (word, "--version") == 0 || strcmp (word, "-V") == 0)
      return puts ("lineshaft-pool " LS_VERSION) < 0;
    if (strcmp (word, "--help") == 0 || strcmp (word, "-h") == 0)
      return puts (USAGE) < 0;
    if (strcmp (word, "--progress") == 0)
      once->progress = true;
    else if (strcmp (word, "--list") == 0)
      *ret_list = true;
    else if (strcmp (word, "--output") == 0)
      once->output = argv[++i];
    else if (strcmp (word, "--run") == 0) {
      once->name = argv[++i];
      once->args = (const char *const *) argv + i + 1;
      once->n_args = argc - i - 1;
    }
    else if (strcmp (word, "--plugin") != 0)
      return misused ("there is no option ", word);
    else if (!ls_plugin_load (argv[++i], why, size))
      return -1;
  }
  return -1;
}

int
main (int argc, char **argv)
{
  char why[1024] = "";
  LsOnce once = { 0 };
  bool list = false;
  int status = read_options (argc, argv, &once, &list, why, sizeof why);
  if (status >= 0)
    return status;
  signal (SIGPIPE, SIG_IGN);
  ls_board_open ();
  const char *id = getenv (LS_ENV_ID);
  int fd = once.name == NULL && !list ? channel_fd () : -1;
  if (*why != '\0' && fd < 0)
    status = misused (why, "");
  else if (list)
    status = list_jobs ();
  else if (once.name != NULL)
    status = ls_once_run (&once);
  else if (fd < 0)
    status = misused (LS_CHANNEL_ENV_FD " names no open descriptor: without --run this program is started by lineshaft-agent", "");
  else {
    if (id != NULL)
      ls_name_thread (id);
    status = host (fd, *why != '\0' ? why : NULL);
  }
  ls_jobs_clear ();
  return status;
}
