/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* checksum, held against sha256sum itself. */

#include "trial.h"

#include "pool/jobs/checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* The result has the lines that @command prints, whose last line end is its own. */
static void
assert_prints (Trial *trial, const char *command)
{
  char *expected = trial_shell (trial, command);
  size_t length = strlen (expected);
  trial_check_done (trial);
  if (length > 0)
    expected[length - 1] = '\0';
  assert_string_equal (json_string_value (trial->result), expected);
  free (expected);
}

static void
files_of_every_length_as_sha256sum (void **state)
{
  static const size_t lengths[] = { 0, 1, 55, 56, 63, 64, 65, 4096, 262143, 262144, 262145, 3000000 };
  Trial *trial = *state;
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    char *bytes = trial_bytes (lengths[i]);
    trial_write (trial, "file", bytes, lengths[i]);
    free (bytes);
    trial_run (trial, "checksum", "file", NULL);
    assert_prints (trial, "sha256sum file");
  }
}

static void
strange_names_are_escaped_as_sha256sum_does (void **state)
{
  static const char *const names[] = { "a b", "a\\b", "a\nb", "\\", "\n\n", "-x", "ümläut", "a\rb", "*", "a\\nb\n" };
  Trial *trial = *state;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char path[32];
    strcat (strcpy (path, "./"), names[i]);
    trial_write (trial, path, "x", 1);
    trial_run (trial, "checksum", path, NULL);
    assert_prints (trial, "sha256sum ./*");
    char *all = trial_shell (trial, "rm ./*");
    free (all);
  }
}

static void
absolute_paths_and_several_files (void **state)
{
  Trial *trial = *state;
  char path[96], command[160];
  trial_write (trial, "one", "1", 1);
  trial_write (trial, "two", "2", 1);
  strcat (strcpy (path, trial->folder), "/one");
  trial_run (trial, "checksum", path, "two", "one", NULL);
  strcat (strcat (strcpy (command, "sha256sum "), path), " two one");
  assert_prints (trial, command);
}

static void
trees_in_one_stable_order (void **state)
{
  Trial *trial = *state;
  free (trial_shell (trial, "mkdir -p t/a t/a.b t/a/c/d t/empty 't/z z' && for f in t/a/1 t/a.b/2 t/a/c/d/3 t/a0 t/a- 't/z z/4' t/Z t/.hidden; do echo \"$f\" > \"$f\"; done"
                            " && ln -s a0 t/link && ln -s .. t/loop && mkfifo t/pipe"));
  trial_run (trial, "checksum", "t", NULL);
  assert_prints (trial, "find t -type f | LC_ALL=C sort | tr '\\n' '\\0' | xargs -0 sha256sum");
  assert_non_null (strstr (trial->sent, "\"left_out\":3"));
  trial_run (trial, "checksum", "t/", "t/a0", NULL);
  assert_prints (trial, "(find t/ -type f | LC_ALL=C sort; echo t/a0) | tr '\\n' '\\0' | xargs -0 sha256sum");
  trial_run (trial, "checksum", "t/link", NULL); /* named itself, it is followed */
  assert_prints (trial, "sha256sum t/link");
}

static void
an_empty_tree_has_no_lines (void **state)
{
  Trial *trial = *state;
  free (trial_shell (trial, "mkdir -p t/u/v"));
  trial_expect_done (trial, "checksum", "t");
  assert_null (trial->result);
}

static void
names_that_are_not_utf8_are_mended_in_the_result_and_kept_in_the_output (void **state)
{
  Trial *trial = *state;
  free (trial_shell (trial, "mkdir t && printf x > \"$(printf 't/\\377z')\""));
  trial_expect_done (trial, "checksum", "t");
  assert_non_null (strstr (json_string_value (trial->result), "  t/?z"));
  trial->has_output = true;
  trial_expect_done (trial, "checksum", "t");
  char *expected = trial_shell (trial, "sha256sum t/*");
  assert_string_equal (trial->output, expected);
  free (expected);
}

static void
with_an_output_file_the_result_counts (void **state)
{
  Trial *trial = *state;
  trial->has_output = true;
  trial_write (trial, "one", "1", 1);
  trial_write (trial, "two", "22", 2);
  trial_expect_done (trial, "checksum", "one", "two");
  char *expected = trial_shell (trial, "sha256sum one two");
  assert_string_equal (trial->output, expected);
  assert_int_equal (json_integer_value (json_object_get (trial->result, "files")), 2);
  assert_int_equal (json_integer_value (json_object_get (trial->result, "bytes")), 3);
  free (expected);
}

static void
more_lines_than_a_result_holds_are_refused_before_they_are_made (void **state)
{
  Trial *trial = *state;
  free (trial_shell (trial, "mkdir t && cd t && seq -f \"%0200.0f\" 2000 | xargs touch"));
  trial_expect_failure (trial, "2000 files", "checksum", "t");
  assert_non_null (strstr (trial->failure, "--to FILE"));
  trial->has_output = true;
  trial_expect_done (trial, "checksum", "t");
  assert_int_equal (json_integer_value (json_object_get (trial->result, "files")), 2000);
}

static void
what_cannot_be_read_is_named_with_its_reason (void **state)
{
  Trial *trial = *state;
  trial_expect_failure (trial, "checksum FILE", "checksum");
  trial_expect_failure (trial, "“gone” cannot be read: No such file or directory", "checksum", "gone");
  trial_expect_failure (trial, "“” cannot be read", "checksum", "");
  trial_expect_failure (trial, "“/dev/null” is neither a file nor a folder", "checksum", "/dev/null");
  assert_int_equal (trial->steps, 0);
  trial_write (trial, "one", "1", 1);
  trial_expect_failure (trial, "“one/two” cannot be read: Not a directory", "checksum", "one", "one/two");
  assert_int_equal (trial->steps, 0);
  if (geteuid () != 0) {
    free (trial_shell (trial, "mkdir -p t/shut && chmod 0 t/shut"));
    trial_expect_failure (trial, "“t/shut” cannot be read: Permission denied", "checksum", "t");
  }
}

static void
progress_tells_bytes_and_files (void **state)
{
  Trial *trial = *state;
  char *bytes = trial_bytes (64 << 20);
  trial_write (trial, "big", bytes, 64 << 20);
  free (bytes);
  trial_expect_done (trial, "checksum", "big");
  assert_true (trial->steps > 3);
  assert_true (trial->progress > 0.5 && trial->progress <= 1);
  assert_non_null (strstr (trial->text, "of 64.0 MiB"));
  trial->cancel_after = 2;
  trial_run (trial, "checksum", "big", "big", NULL);
  assert_null (trial->result);
  assert_true (trial->cancelled);
}

static void
a_line_is_as_long_as_its_name_makes_it (void **state)
{
  unsigned char digest[32] = { 0x01, 0xff };
  char *line = ls_checksum_line (digest, "a\\\n\r");
  assert_string_equal (line, "\\01ff000000000000000000000000000000000000000000000000000000000000  a\\\\\\n\\r\n");
  free (line);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (files_of_every_length_as_sha256sum, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (strange_names_are_escaped_as_sha256sum_does, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (absolute_paths_and_several_files, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (trees_in_one_stable_order, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (an_empty_tree_has_no_lines, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (names_that_are_not_utf8_are_mended_in_the_result_and_kept_in_the_output, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (with_an_output_file_the_result_counts, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (more_lines_than_a_result_holds_are_refused_before_they_are_made, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (what_cannot_be_read_is_named_with_its_reason, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (progress_tells_bytes_and_files, trial_setup, trial_teardown),
    cmocka_unit_test (a_line_is_as_long_as_its_name_makes_it),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
