/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/png_file.h"
#include "pool/jobs/words.h"
#include "pool/memory.h"

#include <png.h>
#include <setjmp.h>

struct LsPng {
  LsSink *sink;
  bool told;               /* the run knows already what went wrong */
  png_structp png;
  png_infop info;
};

static void
on_error (png_structp png, png_const_charp message)
{
  LsPng *self = png_get_error_ptr (png);
  if (!self->told)
    ls_refuse (self->sink->run, "The image cannot be written: %s.", message);
  self->told = true;
  png_longjmp (png, 1);
}

static void
on_warning (png_structp png, png_const_charp message)
{
}

static void
on_write (png_structp png, png_bytep bytes, size_t length)
{
  LsPng *self = png_get_io_ptr (png);
  if (ls_sink_write (self->sink, bytes, length))
    return;
  self->told = true;
  png_error (png, "");
}

static void
on_flush (png_structp png)
{
}

/* libpng leaves a failed call with longjmp: so each of these is a function of its own, with nothing in it that would be lost. */
static bool
write_head (LsPng *self, uint32_t width, uint32_t height)
{
  if (setjmp (png_jmpbuf (self->png)) != 0)
    return false;
  png_set_write_fn (self->png, self, on_write, on_flush);
  png_set_IHDR (self->png, self->info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level (self->png, 6);
  png_write_info (self->png, self->info);
  return true;
}

LsPng *
ls_png_new (LsSink *sink, uint32_t width, uint32_t height)
{
  LsPng *self = ls_new0 (LsPng, 1);
  self->sink = sink;
  self->png = png_create_write_struct (PNG_LIBPNG_VER_STRING, self, on_error, on_warning);
  self->info = self->png != NULL ? png_create_info_struct (self->png) : NULL;
  if (self->info == NULL && !self->told)
    ls_refuse (sink->run, "There is not enough memory for an image.");
  if (self->info != NULL && write_head (self, width, height))
    return self;
  ls_png_free (self);
  return NULL;
}

bool
ls_png_row (LsPng *self, const unsigned char *row)
{
  if (setjmp (png_jmpbuf (self->png)) != 0)
    return false;
  png_write_row (self->png, row);
  return true;
}

bool
ls_png_finish (LsPng *self)
{
  if (setjmp (png_jmpbuf (self->png)) != 0)
    return false;
  png_write_end (self->png, NULL);
  return true;
}

void
ls_png_free (LsPng *self)
{
  if (self == NULL)
    return;
  if (self->png != NULL)
    png_destroy_write_struct (&self->png, self->info != NULL ? &self->info : NULL);
  free (self);
}
