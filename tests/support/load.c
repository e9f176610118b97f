/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/load.h"

#include "tests/support/check.h"
#include "tests/support/http.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define FINISH_MS 120000

LsTestLoad *
ls_test_load_start (guint port, const char *options)
{
  LsTestLoad *load = g_new0 (LsTestLoad, 1);
  g_autofree char *line = g_strdup_printf ("%s --url http://127.0.0.1:%u/ -o json -q %s", g_getenv ("LINESHAFT_TEST_LOAD"), port, options);
  g_auto (GStrv) argv = g_strsplit (line, " ", -1);
  int pipes[2];

  assert_int_equal (pipe2 (pipes, O_CLOEXEC), 0);
  load->pid = fork ();
  if (load->pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      dup2 (pipes[1], STDOUT_FILENO);
      execv (argv[0], argv);
      _exit (127);
    }
  close (pipes[1]);
  load->out = pipes[0];
  return load;
}

json_t *
ls_test_load_finish (LsTestLoad *load)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[4096];
  ssize_t n;
  json_t *result;

  while (ls_test_readable (load->out, FINISH_MS) && (n = read (load->out, buffer, sizeof buffer)) > 0)
    g_string_append_len (text, buffer, n);
  waitpid (load->pid, NULL, 0);
  close (load->out);
  g_free (load);
  result = json_loads (text->str, 0, NULL);
  if (result == NULL)
    fail_msg ("the load generator said: %s", text->str);
  return result;
}
