/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* lineshaft-compare: the same jobs by threads, by worker processes, by a child process each, and one after the other; measured on this machine. */

#include "config.h"
#include "abi/channel.h"
#include "compare/compare.h"
#include "compare/report.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#define USAGE \
  "Usage: lineshaft-compare [-n COUNT] [--threads N] [--time SECONDS] [--plugin PLUGIN]… [--] [JOB [ARGUMENT]…]\n\n" \
  "Runs the same jobs by the threads of a pool, by worker processes, by a child process each, and one after the\n" \
  "other, and prints what each way took: JSON, one object a line. \"lineshaft compare\" shows it as a table.\n\n" \
  "  -n COUNT          jobs each way; else as many as fit into the time\n" \
  "  --threads N       how many run at once; else as many as there are cores\n" \
  "  --time SECONDS    for each way (2; with -n 15)\n" \
  "  --plugin PLUGIN   a plug-in with jobs: its path, or the name of one that is installed\n" \
  "  -V, --version     the version\n" \
  "  -h, --help        this text"

#define PATH_SIZE 4096

static bool
is_there (const char *folder, size_t length, const char *rest, char *path)
{
  int n = snprintf (path, PATH_SIZE, "%.*s/%s", (int) length, folder, rest);
  return n > 0 && n < PATH_SIZE && access (path, X_OK) == 0;
}

/* In LINESHAFT_LIBEXEC_DIR, beside this program, in the build tree's folder for it, or where it was installed. */
static bool
find_host (char *path)
{
  const char *folders = getenv ("LINESHAFT_LIBEXEC_DIR");
  char own[PATH_SIZE];
  size_t size = sizeof own;
  while (folders != NULL && *folders != '\0') {
    size_t length = strcspn (folders, ":");
    if (length > 0 && is_there (folders, length, "lineshaft-pool", path))
      return true;
    folders += length + (folders[length] == ':');
  }
  const char *slash = uv_exepath (own, &size) == 0 ? strrchr (own, '/') : NULL;
  if (slash != NULL && (is_there (own, (size_t) (slash - own), "lineshaft-pool", path) || is_there (own, (size_t) (slash - own), "../pool/lineshaft-pool", path)))
    return true;
  return is_there (LS_LIBEXEC_DIR, strlen (LS_LIBEXEC_DIR), "lineshaft-pool", path);
}

/* The agent's channel and readiness are ours, not our processes'. */
static void
keep_to_ourselves (void)
{
  const char *channel = getenv (LS_CHANNEL_ENV_FD);
  if (channel != NULL && atoi (channel) > 2)
    fcntl (atoi (channel), F_SETFD, FD_CLOEXEC);
  unsetenv ("LINESHAFT_SCOREBOARD_FD");
}

int
main (int argc, char **argv)
{
  LsCompareOptions options;
  char why[256], host[PATH_SIZE];
  if (!ls_compare_options_read (argc, (const char *const *) argv, &options, why, sizeof why)) {
    fprintf (stderr, "lineshaft-compare: %s\n", why);
    return 2;
  }
  if (options.help || options.version)
    return puts (options.version ? "lineshaft-compare " LS_VERSION : USAGE) < 0;
  if (options.threads == 0) {
    unsigned cores = uv_available_parallelism ();
    options.threads = cores > LS_COMPARE_MAX_THREADS ? LS_COMPARE_MAX_THREADS : cores;
  }
  if (!find_host (host)) {
    ls_report_text ("error", "There is no lineshaft-pool in LINESHAFT_LIBEXEC_DIR, beside this program, or in " LS_LIBEXEC_DIR ".");
    return 1;
  }
  signal (SIGPIPE, SIG_IGN);
  keep_to_ourselves ();
  return ls_compare_run (&options, host);
}
