/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* lineshaft-pool --run: one job without an agent. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[] = "/tmp/lineshaft-test-XXXXXX";

/* Runs "lineshaft-pool ARGUMENTS" by a shell in the folder; its exit status as a shell tells it, and what it wrote on both. */
static int
run (const char *arguments, char *output, size_t size)
{
  char command[1024];
  snprintf (command, sizeof command, "cd %s && exec \"$LINESHAFT_POOL\" %s 2>&1", folder, arguments);
  FILE *pipe = popen (command, "r");
  assert_non_null (pipe);
  size_t n = fread (output, 1, size - 1, pipe);
  output[n] = '\0';
  int status = pclose (pipe);
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

static void
each_way_to_end_has_its_exit_status (void **state)
{
  static const struct {
    const char *arguments;
    int status;
    const char *says;      /* is in its output */
  } cases[] = {
    { "--run primes 1000", 0, "{\"count\":168,\"limit\":1000}\n" },
    { "--progress --run primes 300000000", 0, "{\"count\":16252325,\"limit\":300000000}\n" },
    { "--progress --run primes 300000000", 0, " % " },
    { "--run primes many", 1, "primes takes one whole number" },
    { "--run pimes", 2, "there is no job “pimes” here; known are: " },
    { "--list", 0, "primes LIMIT - " },
    { "--help", 0, "Usage: lineshaft-pool" },
    { "--run", 2, "a word is missing after --run" },
    { "--nonsense", 2, "there is no option --nonsense" },
    { "--plugin /no/such.so --run x", 2, "the plug-in /no/such.so cannot be read: No such file or directory" },
    { "--plugin no-such --run x", 2, "there is no plug-in “no-such” in " },
    { "--plugin ./text.so --run x", 2, "the plug-in cannot be loaded: " },
    { "", 2, "names no open descriptor" },
    { "--output dir --run primes 10", 1, "there is something of that name that is no plain file" },
    { "--output no/such --run primes 10", 1, "the output file no/such cannot be written: No such file or directory" },
  };
  char output[64 * 1024];
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int status = run (cases[i].arguments, output, sizeof output);
    if (status != cases[i].status || strstr (output, cases[i].says) == NULL)
      fail_msg ("%s: %d, %s", cases[i].arguments, status, output);
  }
}

static bool
is_there (const char *name)
{
  char path[128];
  snprintf (path, sizeof path, "%s/%s", folder, name);
  return access (path, F_OK) == 0;
}

static void
the_output_appears_when_the_job_is_done (void **state)
{
  char output[4096], command[256];
  assert_int_equal (run ("--output result --run primes 1000", output, sizeof output), 0);
  assert_string_equal (output, "");
  assert_true (is_there ("result"));
  assert_false (is_there (".result.1.part"));
  snprintf (command, sizeof command, "grep -qx '{\"count\":168,\"limit\":1000}' %s/result", folder);
  assert_int_equal (system (command), 0);
  assert_int_equal (run ("--output failed --run primes x", output, sizeof output), 1);
  assert_false (is_there ("failed"));
  assert_false (is_there (".failed.1.part"));
}

static void
a_signal_cancels_it (void **state)
{
  char output[4096];
  snprintf (output, sizeof output, "%s/run", folder);
  FILE *script = fopen (output, "w");
  fprintf (script, "cd %s; \"$LINESHAFT_POOL\" --progress --output long --run primes 1000000000000 2>says & pid=$!\n"
                   "until test -s says; do sleep 0.01; done; kill -INT $pid; wait $pid; echo $?\n", folder);
  fclose (script);
  char command[128];
  snprintf (command, sizeof command, "sh %s/run", folder);
  FILE *pipe = popen (command, "r");
  assert_non_null (fgets (output, sizeof output, pipe));
  pclose (pipe);
  assert_string_equal (output, "130\n");
  assert_false (is_there ("long"));
  assert_false (is_there (".long.1.part"));
}

static int
make_folder (void **state)
{
  char command[256];
  assert_non_null (mkdtemp (folder));
  snprintf (command, sizeof command, "mkdir %s/dir && echo text > %s/text.so", folder, folder);
  return system (command);
}

static int
remove_folder (void **state)
{
  char command[128];
  snprintf (command, sizeof command, "rm -r %s", folder);
  return system (command);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (each_way_to_end_has_its_exit_status),
    cmocka_unit_test (the_output_appears_when_the_job_is_done),
    cmocka_unit_test (a_signal_cancels_it),
  };
  return cmocka_run_group_tests_name ("once", tests, make_folder, remove_folder);
}
