/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The plug-ins thumbnail and example, each job run by lineshaft-pool --run. */

#include "trial.h"

#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

/* What the host prints on both outputs, and its wait status. */
static char *
run_plugin (Trial *trial, const char *plugin, const char *job, int *ret_status)
{
  char command[1024];
  snprintf (command, sizeof command, "%s --plugin %s --run %s > said 2>&1; echo $? > status", getenv ("LINESHAFT_POOL"), getenv (plugin), job);
  free (trial_shell (trial, command));
  char *status = trial_read (trial, "status", NULL);
  *ret_status = atoi (status);
  free (status);
  return trial_read (trial, "said", NULL);
}

static void
expect (Trial *trial, const char *plugin, const char *job, int status, const char *part)
{
  int got;
  char *said = run_plugin (trial, plugin, job, &got);
  if (got != status || strstr (said, part) == NULL)
    print_error ("%s: status %d, “%s”\n", job, got, said);
  assert_int_equal (got, status);
  assert_non_null (strstr (said, part));
  free (said);
}

#define THUMBNAIL "LINESHAFT_TEST_THUMBNAIL"
#define EXAMPLE "LINESHAFT_TEST_PLUGIN"

/* --- thumbnail --- */

static void
assert_is_png (Trial *trial, const char *name, unsigned width, unsigned height)
{
  png_image image = { .version = PNG_IMAGE_VERSION };
  size_t length;
  char *bytes = trial_read (trial, name, &length);
  assert_non_null (bytes);
  assert_true (png_image_begin_read_from_memory (&image, bytes, length));
  assert_int_equal (image.width, width);
  assert_int_equal (image.height, height);
  png_image_free (&image);
  free (bytes);
}

static void
a_thumbnail_keeps_the_shape_and_never_grows (void **state)
{
  Trial *trial = *state;
  trial_expect_done (trial, "fractal", "wide.png", "size=800x200");
  trial_expect_done (trial, "fractal", "tall.png", "size=30x90");
  expect (trial, THUMBNAIL, "thumbnail wide.png small.png", 0, "{\"width\":256,\"height\":64,");
  assert_is_png (trial, "small.png", 256, 64);
  expect (trial, THUMBNAIL, "thumbnail wide.png small.png size=1 overwrite=yes", 0, "\"image\":{\"width\":800,\"height\":200}}");
  assert_is_png (trial, "small.png", 1, 1);
  expect (trial, THUMBNAIL, "thumbnail tall.png other.png size=4096", 0, "{\"width\":30,\"height\":90,");
  assert_is_png (trial, "other.png", 30, 90);
}

static void
what_is_no_image_is_said (void **state)
{
  Trial *trial = *state;
  size_t length;
  trial_expect_done (trial, "fractal", "whole.png", "size=400x300");
  char *bytes = trial_read (trial, "whole.png", &length);
  trial_write (trial, "cut.png", bytes, 20); /* not even its size is known; of one that is cut later, what is there is shown */
  trial_write (trial, "empty.png", "", 0);
  trial_write (trial, "text", "no picture", 10);
  free (bytes);
  expect (trial, THUMBNAIL, "thumbnail text out.png", 1, "“text” cannot be read as an image:");
  expect (trial, THUMBNAIL, "thumbnail empty.png out.png", 1, "“empty.png” cannot be read as an image:");
  expect (trial, THUMBNAIL, "thumbnail cut.png out.png", 1, "“cut.png” cannot be read as an image:");
  assert_false (trial_has (trial, "out.png"));
}

static void
bad_words_are_refused (void **state)
{
  Trial *trial = *state;
  trial_expect_done (trial, "fractal", "whole.png", "size=40x30");
  expect (trial, THUMBNAIL, "thumbnail", 1, "thumbnail FILE TO.png size=256");
  expect (trial, THUMBNAIL, "thumbnail whole.png", 1, "needs a file to write");
  expect (trial, THUMBNAIL, "thumbnail gone.png out.png", 1, "“gone.png” cannot be read: No such file");
  expect (trial, THUMBNAIL, "thumbnail . out.png", 1, "“.” is not a regular file");
  expect (trial, THUMBNAIL, "thumbnail whole.png out.png size=0", 1, "from 1 to 4096, not “0”");
  expect (trial, THUMBNAIL, "thumbnail whole.png out.png size=big", 1, "from 1 to 4096, not “big”");
  expect (trial, THUMBNAIL, "thumbnail whole.png out.png third", 1, "“third” does not fit");
  expect (trial, THUMBNAIL, "thumbnail whole.png whole.png", 1, "“whole.png” is there already");
  expect (trial, THUMBNAIL, "thumbnail whole.png /dev/null overwrite=yes", 1, "“/dev/null” is not a regular file");
  expect (trial, THUMBNAIL, "thumbnail whole.png none/out.png", 1, "there is no folder");
  assert_int_equal (trial_count (trial), 3);
}

/* --- example --- */

static void
words_are_counted_as_wc_does (void **state)
{
  Trial *trial = *state;
  char expected[96];
  char *bytes = trial_bytes (200000);
  trial_write (trial, "file", bytes, 200000);
  free (bytes);
  char *counted = trial_shell (trial, "wc -l < file");
  snprintf (expected, sizeof expected, "{\"lines\":%d,\"words\":", atoi (counted));
  free (counted);
  expect (trial, EXAMPLE, "word-count file", 0, expected);
  trial_write (trial, "file", " a bc\n\n d", 9);
  expect (trial, EXAMPLE, "word-count file", 0, "{\"lines\":2,\"words\":3,\"bytes\":9}");
  expect (trial, EXAMPLE, "word-count gone", 1, "“gone” cannot be read: No such file or directory");
  expect (trial, EXAMPLE, "word-count .", 1, "“.” cannot be read: Is a directory");
  expect (trial, EXAMPLE, "word-count", 1, "word-count FILE");
}

static void
crashes_take_their_arguments_seriously (void **state)
{
  Trial *trial = *state;
  static const char *const jobs[] = { "null-write now", "abort now", "endless now" };
  for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
    expect (trial, EXAMPLE, jobs[i], 1, "This job takes no arguments.");
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (a_thumbnail_keeps_the_shape_and_never_grows, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (what_is_no_image_is_said, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (bad_words_are_refused, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (words_are_counted_as_wc_does, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (crashes_take_their_arguments_seriously, trial_setup, trial_teardown),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
