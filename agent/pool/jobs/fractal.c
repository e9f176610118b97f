/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/fractal.h"
#include "pool/jobs/png_file.h"
#include "pool/jobs/words.h"
#include "pool/memory.h"

#include <math.h>

#define MAX_SIDE 16384u
#define FAR 65536.0            /* a square of a distance from which a point surely goes on to infinity; far, so that the colours are smooth */
#define POINTS 64u             /* between two looks at the clock; one, if each may take long */
#define LONG 10000u            /* iterations */

typedef struct {
  LsSink sink;
  LsPng *png;
  char *to;                    /* NULL: the job's output file */
  uint64_t width, height;      /* pixels */
  double real, imaginary;      /* of the centre */
  double span;                 /* of the picture's width, in the plane */
  uint64_t iterations;
  uint64_t x, y;               /* the next point */
  unsigned char *row;
} Fractal;

/* --- arguments --- */

/* Two texts on both sides of @mark; false: there are not two. */
static bool
split (const char *text, char mark, char *first, char *second, size_t size)
{
  const char *at = strchr (text, mark);
  if (at == NULL || (size_t) (at - text) >= size || strlen (at + 1) >= size)
    return false;
  memcpy (first, text, (size_t) (at - text));
  first[at - text] = '\0';
  strcpy (second, at + 1);
  return true;
}

static bool
read_size (Fractal *self, const char *text)
{
  char width[64], height[64];
  return split (text, 'x', width, height, sizeof width) && ls_read_whole (width, 1, MAX_SIDE, &self->width) &&
         ls_read_whole (height, 1, MAX_SIDE, &self->height);
}

static bool
read_center (Fractal *self, const char *text)
{
  char real[64], imaginary[64];
  return split (text, ',', real, imaginary, sizeof real) && ls_read_number (real, -4, 4, &self->real) &&
         ls_read_number (imaginary, -4, 4, &self->imaginary);
}

/* FALSE: the run was told what is wrong with it. */
static bool
read_word (LsRun *run, Fractal *self, const char *word)
{
  const char *value;
  const char *wrong = NULL;
  bool overwrite = self->sink.overwrite;
  if ((value = ls_option (word, "size")) != NULL)
    wrong = read_size (self, value) ? NULL : "size is WIDTHxHEIGHT with 16384 at most for each: size=1920x1080";
  else if ((value = ls_option (word, "center")) != NULL)
    wrong = read_center (self, value) ? NULL : "center is two numbers from -4 to 4: center=-0.75,0";
  else if ((value = ls_option (word, "width")) != NULL)
    wrong = ls_read_number (value, 1e-12, 16, &self->span) ? NULL : "width is how much of the plane is seen, from 1e-12 to 16: width=4.2";
  else if ((value = ls_option (word, "iterations")) != NULL)
    wrong = ls_read_whole (value, 1, 1000000, &self->iterations) ? NULL : "iterations is a whole number from 1 to 1000000: iterations=500";
  else if ((value = ls_option (word, "overwrite")) != NULL)
    wrong = ls_read_yes (value, &overwrite) ? NULL : "overwrite is yes or no";
  else if (self->to == NULL && word[0] != '\0')
    self->to = ls_copy_text (word);
  else
    wrong = "fractal takes one file, and size=, center=, width=, iterations= and overwrite=";
  self->sink.overwrite = overwrite;
  if (wrong != NULL)
    ls_refuse (run, "%s; “%s” does not fit.", wrong, word);
  return wrong == NULL;
}

static LsStep
begin (LsRun *run)
{
  Fractal *self = ls_new0 (Fractal, 1);
  run->state = self;
  *self = (Fractal) { .sink.fd = -1, .width = 1920, .height = 1080, .real = -0.75, .span = 4.2, .iterations = 500 };
  for (int i = 0; i < run->n_args; i++)
    if (!read_word (run, self, run->args[i]))
      return LS_STEP_FAILED;
  if (self->to == NULL && !ls_has_output (run))
    return ls_refuse (run, "fractal needs a file to write: fractal FILE.png size=1920x1080.");
  if (!ls_sink_open (&self->sink, run, self->to, self->sink.overwrite))
    return LS_STEP_FAILED;
  self->row = ls_new0 (unsigned char, 3 * self->width);
  self->png = ls_png_new (&self->sink, (uint32_t) self->width, (uint32_t) self->height);
  return self->png != NULL ? LS_STEP_MORE : LS_STEP_FAILED;
}

/* --- the picture --- */

/* The two large bodies of the set, where nothing need be tried. */
static bool
is_inside (double x, double y)
{
  double q = (x - 0.25) * (x - 0.25) + y * y;
  return q * (q + (x - 0.25)) <= 0.25 * y * y || (x + 1) * (x + 1) + y * y <= 0.0625;
}

/* How soon the point leaves, with fractions; negative: not within @iterations. */
static double
escape_time (double x, double y, uint64_t iterations)
{
  double re = x, im = y, old_re = 0, old_im = 0;
  uint64_t check = 8;
  if (is_inside (x, y))
    return -1;
  for (uint64_t i = 1; i < iterations; i++) {
    double re2 = re * re, im2 = im * im;
    if (re2 + im2 > FAR)
      return (double) i + 1 - log2 (log2 (re2 + im2) / 2);
    im = 2 * re * im + y;
    re = re2 - im2 + x;
    /* A point that comes by where it was goes round for ever (Brent). */
    if (re == old_re && im == old_im)
      return -1;
    if (i == check) {
      old_re = re;
      old_im = im;
      check *= 2;
    }
  }
  return -1;
}

/* Blue through white and amber to nearly black, over and over; slower the further out. */
static void
colour (double time, unsigned char *pixel)
{
  static const double stops[][3] = { { 8, 14, 48 }, { 28, 96, 180 }, { 226, 240, 248 }, { 246, 172, 32 }, { 96, 24, 12 } };
  enum { N = sizeof stops / sizeof stops[0] };
  if (time < 0) {
    memset (pixel, 0, 3);
    return;
  }
  double at = fmod (sqrt (time < 0 ? 0 : time) * 0.55, N);
  unsigned low = (unsigned) at % N, high = (low + 1) % N;
  for (unsigned i = 0; i < 3; i++)
    pixel[i] = (unsigned char) (stops[low][i] + (stops[high][i] - stops[low][i]) * (at - floor (at)) + 0.5);
}

static bool
paint (Fractal *self)
{
  double scale = self->span / (double) self->width;
  double y = self->imaginary - ((double) self->y + 0.5 - (double) self->height / 2) * scale;
  unsigned points = self->iterations > LONG ? 1 : POINTS;
  for (unsigned n = 0; n < points && self->x < self->width; n++, self->x++) {
    double x = self->real + ((double) self->x + 0.5 - (double) self->width / 2) * scale;
    double time = escape_time (x, y, self->iterations);
    colour (time, self->row + 3 * self->x);
  }
  if (self->x < self->width)
    return true;
  self->x = 0;
  self->y++;
  return ls_png_row (self->png, self->row);
}

static LsStep
finish (LsRun *run, Fractal *self)
{
  uint64_t bytes;
  if (!ls_png_finish (self->png))
    return LS_STEP_FAILED;
  bytes = self->sink.bytes;
  if (!ls_sink_commit (&self->sink, NULL))
    return LS_STEP_FAILED;
  return ls_give (run, json_pack ("{s:s?, s:I, s:I, s:I}", "file", self->to, "width", (json_int_t) self->width, "height", (json_int_t) self->height,
                                  "bytes", (json_int_t) bytes));
}

static LsStep
step (LsRun *run)
{
  Fractal *self = run->state;
  char row[32], all[32];
  uint64_t begun = ls_now_ns ();
  while (self->y < self->height && ls_now_ns () - begun < LS_STEP_NS)
    if (!paint (self))
      return LS_STEP_FAILED;
  if (self->y == self->height)
    return finish (run, self);
  ls_tell_progress (run, (double) self->y / (double) self->height, "row %s of %s", ls_group_digits (self->y, row, sizeof row),
                    ls_group_digits (self->height, all, sizeof all));
  return LS_STEP_MORE;
}

static void
end (LsRun *run)
{
  Fractal *self = run->state;
  if (self == NULL)
    return;
  ls_png_free (self->png);
  ls_sink_discard (&self->sink);
  free (self->to);
  free (self->row);
  free (self);
}

const LsJobKind ls_fractal_job = {
  .abi = LS_JOB_ABI,
  .name = "fractal",
  .arguments = "[TO.png] [size=1920x1080] [center=-0.75,0] [width=4.2] [iterations=500] [overwrite=yes]",
  .description = "a picture of the Mandelbrot set",
  .begin = begin,
  .step = step,
  .end = end,
};
