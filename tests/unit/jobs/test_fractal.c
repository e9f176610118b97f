/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* fractal, whose picture libpng reads again. */

#include "trial.h"

#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

typedef struct {
  png_image image;
  unsigned char *pixels;
} Picture;

static void
decode (Picture *picture, const void *bytes, size_t length)
{
  memset (picture, 0, sizeof *picture);
  picture->image.version = PNG_IMAGE_VERSION;
  assert_true (png_image_begin_read_from_memory (&picture->image, bytes, length));
  picture->image.format = PNG_FORMAT_RGB;
  picture->pixels = malloc (PNG_IMAGE_SIZE (picture->image));
  assert_true (png_image_finish_read (&picture->image, NULL, picture->pixels, 0, NULL));
}

static void
decode_file (Picture *picture, Trial *trial, const char *name)
{
  size_t length;
  char *bytes = trial_read (trial, name, &length);
  assert_non_null (bytes);
  decode (picture, bytes, length);
  free (bytes);
}

static const unsigned char *
pixel (const Picture *picture, unsigned x, unsigned y)
{
  return picture->pixels + 3 * ((size_t) y * picture->image.width + x);
}

static bool
is_black (const unsigned char *rgb)
{
  return rgb[0] + rgb[1] + rgb[2] == 0;
}

static void
a_picture_of_the_size_that_was_asked (void **state)
{
  Trial *trial = *state;
  Picture picture;
  trial_expect_done (trial, "fractal", "out.png", "size=321x123");
  decode_file (&picture, trial, "out.png");
  assert_int_equal (picture.image.width, 321);
  assert_int_equal (picture.image.height, 123);
  assert_int_equal (json_integer_value (json_object_get (trial->result, "width")), 321);
  assert_string_equal (json_string_value (json_object_get (trial->result, "file")), "out.png");
  free (picture.pixels);
  assert_int_equal (trial_count (trial), 1);
}

static void
the_set_is_where_it_belongs (void **state)
{
  Trial *trial = *state;
  Picture picture;
  /* 400 x 200 pixels of 0.01: the point (re, im) is at (200 + 100 * re, 100 - 100 * im). */
  trial_expect_done (trial, "fractal", "out.png", "size=400x200", "center=0,0", "width=4", "iterations=2000");
  decode_file (&picture, trial, "out.png");
  assert_true (is_black (pixel (&picture, 200, 100)));       /* 0 */
  assert_true (is_black (pixel (&picture, 100, 100)));       /* -1 */
  assert_true (is_black (pixel (&picture, 188, 25)));        /* -0.12 + 0.75i: in the third body */
  assert_false (is_black (pixel (&picture, 260, 100)));      /* 0.6 */
  assert_false (is_black (pixel (&picture, 200, 180)));      /* -0.8i would be, but for 0 it is not */
  assert_false (is_black (pixel (&picture, 0, 0)));
  for (unsigned x = 0; x < 400; x += 7) /* what is above is below */
    for (unsigned y = 0; y < 100; y += 3)
      assert_memory_equal (pixel (&picture, x, y), pixel (&picture, x, 199 - y), 3);
  free (picture.pixels);
}

static void
without_a_name_it_goes_to_the_output (void **state)
{
  Trial *trial = *state;
  Picture picture;
  trial->has_output = true;
  trial_expect_done (trial, "fractal", "size=40x30");
  decode (&picture, trial->output, trial->output_length);
  assert_int_equal (picture.image.height, 30);
  free (picture.pixels);
}

static void
cancelled_in_the_middle_nothing_is_left (void **state)
{
  Trial *trial = *state;
  trial->cancel_after = 3;
  trial_run (trial, "fractal", "out.png", "size=4000x4000", NULL);
  assert_true (trial->cancelled);
  assert_non_null (strstr (trial->text, "of 4,000"));
  assert_int_equal (trial_count (trial), 0);
}

static void
bad_words_are_refused_before_anything_is_written (void **state)
{
  static const char *const words[] = {
    "size=0x100", "size=100", "size=100x", "size=x100", "size=100x16385", "size=-1x5", "size=1e3x5", "size=", "size=10 x10", "center=0", "center=0,",
    "center=5,0", "center=nan,0", "center=0,0,0", "center=0x1,0", "width=0", "width=inf", "width=-1", "width=1e-13", "width=", "iterations=0", "iterations=1000001",
    "iterations=x", "overwrite=1", "", "second.png",
  };
  Trial *trial = *state;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    trial_expect_failure (trial, "does not fit", "fractal", "out.png", (char *) words[i]);
  trial_expect_failure (trial, "fractal FILE.png", "fractal");
  trial_expect_failure (trial, "cannot be written", "fractal", "none/out.png");
  assert_int_equal (trial_count (trial), 0);
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown (a_picture_of_the_size_that_was_asked, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (the_set_is_where_it_belongs, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (without_a_name_it_goes_to_the_output, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (cancelled_in_the_middle_nothing_is_left, trial_setup, trial_teardown),
    cmocka_unit_test_setup_teardown (bad_words_are_refused_before_anything_is_written, trial_setup, trial_teardown),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
