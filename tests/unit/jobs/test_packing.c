/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* compress and decompress, held against zstd and gzip. */

#include "trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define BIG (3u << 20)

static void
write_sample (Trial *trial, const char *name, size_t length)
{
  char *bytes = trial_bytes (length);
  trial_write (trial, name, bytes, length);
  free (bytes);
}

static void
shell (Trial *trial, const char *command)
{
  free (trial_shell (trial, command));
}

static const char *
text_of (Trial *trial, const char *key)
{
  return json_string_value (json_object_get (trial->result, key));
}

static json_int_t
number_of (Trial *trial, const char *key)
{
  return json_integer_value (json_object_get (trial->result, key));
}

static bool
have_zstd (void)
{
  bool have = system ("zstd --version > /dev/null 2>&1") == 0;
  if (!have)
    print_message ("# the program zstd is not here: only gzip is asked for its opinion\n");
  return have;
}

static void
the_tools_read_what_was_packed (void **state)
{
  static const size_t lengths[] = { 0, 1, 65535, 65536, 65537, BIG };
  Trial *trial = *state;
  bool zstd = have_zstd ();
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    write_sample (trial, "file", lengths[i]);
    trial_expect_done (trial, "compress", "file", "overwrite=yes");
    assert_string_equal (text_of (trial, "to"), "file.zst");
    assert_string_equal (text_of (trial, "format"), "zstd");
    assert_int_equal (number_of (trial, "bytes_in"), lengths[i]);
    if (zstd)
      shell (trial, "zstd -dqc file.zst | cmp - file && zstd -qt file.zst");
    trial_expect_done (trial, "compress", "file", "format=gzip", "overwrite=yes");
    assert_string_equal (text_of (trial, "to"), "file.gz");
    shell (trial, "gzip -dc file.gz | cmp - file && gzip -t file.gz");
    assert_int_equal (trial_count (trial), 3);
  }
}

static void
what_the_tools_packed_is_read (void **state)
{
  Trial *trial = *state;
  const char *const files[] = { "a.gz", "b.gz", "c.gz", "d.zst", "e.zst", "f.zst" };
  write_sample (trial, "file", BIG);
  shell (trial, "gzip -c file > a.gz; gzip -9nc file > b.gz; (head -c 99999 file | gzip -c; tail -c +100000 file | gzip -1c; head -c 700 /dev/zero) > c.gz");
  bool zstd = have_zstd ();
  if (zstd)
    shell (trial, "zstd -qc file > d.zst; zstd -q19c file > e.zst; (head -c 99999 file | zstd -qc; tail -c +100000 file | zstd -qc --no-check) > f.zst");
  for (size_t i = 0; i < (zstd ? 6 : 3); i++) {
    trial_expect_done (trial, "decompress", (char *) files[i], "out", "overwrite=yes");
    assert_string_equal (text_of (trial, "format"), i < 3 ? "gzip" : "zstd");
    assert_int_equal (number_of (trial, "bytes_out"), BIG);
    shell (trial, "cmp out file");
  }
}

static void
round_trips_by_name_keep_time_and_mode (void **state)
{
  Trial *trial = *state;
  write_sample (trial, "file", 70000);
  shell (trial, "chmod 640 file && touch -d '2020-02-02 02:02:02' file && cp -p file before");
  for (int gzip = 0; gzip < 2; gzip++) {
    const char *packed = gzip ? "p.gz" : "p.zst";
    trial_expect_done (trial, "compress", "file", (char *) packed, "level=9");
    assert_int_equal (number_of (trial, "level"), 9);
    assert_string_equal (text_of (trial, "format"), gzip ? "gzip" : "zstd");
    trial_expect_done (trial, "decompress", (char *) packed, "overwrite=no");
    assert_string_equal (text_of (trial, "to"), "p");
    shell (trial, "cmp p file && test \"$(stat -c '%a %Y' p)\" = \"$(stat -c '%a %Y' before)\" && rm p");
  }
}

static void
nothing_is_replaced_unless_asked (void **state)
{
  Trial *trial = *state;
  write_sample (trial, "file", 1000);
  trial_write (trial, "file.zst", "mine", 4);
  shell (trial, "mkdir folder && ln -s file.zst link");
  trial_expect_failure (trial, "“file.zst” is there already: say overwrite=yes", "compress", "file");
  assert_int_equal (trial->steps, 0); /* not only once it is packed */
  trial_expect_failure (trial, "“folder” is a folder", "compress", "file", "folder", "format=zstd", "overwrite=yes");
  trial_expect_failure (trial, "“link” is not a regular file", "compress", "file", "link", "format=zstd", "overwrite=yes");
  trial_expect_failure (trial, "“/dev/null” is not a regular file", "compress", "file", "/dev/null", "format=zstd", "overwrite=yes");
}

static void
the_file_itself_is_no_target (void **state)
{
  Trial *trial = *state;
  write_sample (trial, "file", 1000);
  shell (trial, "ln file other.zst");
  trial_expect_failure (trial, "“./file” is the file itself", "compress", "file", "./file", "format=zstd", "overwrite=yes");
  trial_expect_failure (trial, "“other.zst” is the file itself", "compress", "file", "other.zst", "overwrite=yes");
}

static void
a_failure_leaves_nothing_behind (void **state)
{
  Trial *trial = *state;
  size_t length;
  write_sample (trial, "file", BIG);
  shell (trial, "gzip -c file > f.gz && head -c 100000 f.gz > short.gz && (cat f.gz; echo more) > long.gz && (head -c 50000 f.gz; printf garbage; tail -c +50008 f.gz) > bad.gz");
  trial_expect_failure (trial, "“short.gz” cannot be used: it is cut short", "decompress", "short.gz");
  trial_expect_failure (trial, "“long.gz” cannot be used: something else follows", "decompress", "long.gz");
  trial_expect_failure (trial, "“bad.gz” cannot be used: the packed data are damaged", "decompress", "bad.gz");
  trial_expect_done (trial, "compress", "file");
  char *packed = trial_read (trial, "file.zst", &length);
  trial_write (trial, "short.zst", packed, length / 2);
  packed[length / 2] ^= 0x55;
  trial_write (trial, "bad.zst", packed, length);
  free (packed);
  trial_expect_failure (trial, "“short.zst” cannot be used: it is cut short", "decompress", "short.zst");
  trial_expect_failure (trial, "“bad.zst” cannot be used: the packed data are damaged", "decompress", "bad.zst");
  trial_expect_failure (trial, "packed with neither zstd nor gzip", "decompress", "file", "x");
  assert_int_equal (trial_count (trial), 8);
}

/* The first is as the second, and goes away. */
static void
take_equal (Trial *trial, const char *one, const char *other)
{
  size_t lengths[2];
  char *bytes[2] = { trial_read (trial, one, &lengths[0]), trial_read (trial, other, &lengths[1]) };
  char path[96];
  assert_non_null (bytes[0]);
  assert_int_equal (lengths[0], lengths[1]);
  assert_memory_equal (bytes[0], bytes[1], lengths[0]);
  free (bytes[0]);
  free (bytes[1]);
  snprintf (path, sizeof path, "%s/%s", trial->folder, one);
  assert_int_equal (unlink (path), 0);
}

static void
cuts_and_flipped_bytes_are_noticed (void **state)
{
  Trial *trial = *state;
  static const char *const names[] = { "file.gz", "file.zst" };
  write_sample (trial, "file", 600);
  for (size_t i = 0; i < 2; i++) {
    size_t length;
    trial_expect_done (trial, "compress", "file", (char *) names[i]);
    char *packed = trial_read (trial, names[i], &length);
    for (size_t at = 0; at < length; at += at < 24 || at + 24 > length ? 1 : 13) {
      trial_write (trial, "cut", packed, at);
      trial_run (trial, "decompress", "cut", "out", NULL);
      assert_int_equal (trial->last, LS_STEP_FAILED);
      assert_false (trial_has (trial, "out"));
      packed[at] ^= 0x10;
      trial_write (trial, "flipped", packed, length);
      packed[at] ^= 0x10;
      trial_run (trial, "decompress", "flipped", "out", "overwrite=yes", NULL);
      /* A gzip head has bytes that mean nothing to anybody; what comes out is right all the same, or nothing does. */
      if (trial->last == LS_STEP_DONE)
        take_equal (trial, "out", "file");
      assert_false (trial_has (trial, "out"));
    }
    free (packed);
  }
}

static void
cancelled_in_the_middle_nothing_is_left (void **state)
{
  Trial *trial = *state;
  write_sample (trial, "file", 8u << 20);
  trial->cancel_after = 2;
  trial_run (trial, "compress", "file", "level=19", NULL);
  assert_true (trial->cancelled);
  assert_int_equal (trial_count (trial), 1);
  assert_non_null (strstr (trial->text, "of 8.0 MiB"));
  assert_true (trial->progress > 0 && trial->progress < 1);
}

static void
without_a_name_it_goes_to_the_output (void **state)
{
  Trial *trial = *state;
  trial->has_output = true;
  write_sample (trial, "file", 100000);
  trial_expect_done (trial, "compress", "file", "format=gzip");
  assert_true (json_is_null (json_object_get (trial->result, "to")));
  trial_write (trial, "packed", trial->output, trial->output_length);
  shell (trial, "gzip -dc < packed | cmp - file");
  trial_expect_done (trial, "decompress", "packed");
  trial_write (trial, "unpacked", trial->output, trial->output_length);
  shell (trial, "cmp unpacked file");
}

static void
bad_words_are_refused_before_anything_is_opened (void **state)
{
  Trial *trial = *state;
  write_sample (trial, "file", 10);
  trial_expect_failure (trial, "compress FILE FILE.zst level=3", "compress");
  trial_expect_failure (trial, "compress FILE", "compress", "");
  trial_expect_failure (trial, "compress FILE", "compress", "level=3");
  trial_expect_failure (trial, "“c” is one word too many", "compress", "a", "b", "c");
  trial_expect_failure (trial, "level is a whole number", "compress", "file", "level=0");
  trial_expect_failure (trial, "level is a whole number", "compress", "file", "level=");
  trial_expect_failure (trial, "level is a whole number", "compress", "file", "level=-1");
  trial_expect_failure (trial, "level is a whole number", "compress", "file", "level=99999999999999999999");
  trial_expect_failure (trial, "gzip has levels from 1 to 9, not 12", "compress", "file", "file.gz", "level=12");
  trial_expect_failure (trial, "format is zstd or gzip, not “xz”", "compress", "file", "format=xz");
  trial_expect_failure (trial, "overwrite is yes or no, not “maybe”", "compress", "file", "overwrite=maybe");
  trial_expect_failure (trial, "“x.gz” is a name for gzip, but format=zstd was asked for", "compress", "file", "x.gz", "format=zstd");
  trial_expect_failure (trial, "“gone” cannot be read: No such file or directory", "compress", "gone");
  trial_expect_failure (trial, "“.” is a folder", "compress", ".");
  trial_expect_failure (trial, "“/dev/zero” is not a regular file", "compress", "/dev/zero", "zero.gz");
  trial_expect_failure (trial, "“none/file.zst” cannot be written: No such file or directory", "compress", "file", "none/file.zst");
  trial_expect_failure (trial, "“x/” is not the name of a file", "compress", "file", "x/");
  trial_expect_failure (trial, "decompress FILE.zst FILE", "decompress");
  trial_expect_failure (trial, "“gone.gz” cannot be read", "decompress", "gone.gz");
  shell (trial, "gzip -c file > packed");
  trial_expect_failure (trial, "“packed” does not end in .zst or .gz", "decompress", "packed");
  assert_int_equal (trial_count (trial), 2);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (the_tools_read_what_was_packed, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (what_the_tools_packed_is_read, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (round_trips_by_name_keep_time_and_mode, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (nothing_is_replaced_unless_asked, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (the_file_itself_is_no_target, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (a_failure_leaves_nothing_behind, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (cuts_and_flipped_bytes_are_noticed, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (cancelled_in_the_middle_nothing_is_left, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (without_a_name_it_goes_to_the_output, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (bad_words_are_refused_before_anything_is_opened, trial_setup, trial_teardown),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
