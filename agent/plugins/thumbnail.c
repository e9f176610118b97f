/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The plug-in "thumbnail": the job "thumbnail FILE [TO.png] [size=256] [overwrite=yes]" makes a small PNG of an image, upright as its camera was held.
 *
 * The image is decoded as it is read, piece by piece, and straight to the small size where its format can do that (JPEG). */

#include "abi/job.h"

#include <errno.h>
#include <fcntl.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE (64u * 1024u)
#define MAX_SIZE 4096u
#define MAX_PIXELS (400 * 1000 * 1000.0)      /* of the image: 1.6 GB when it is decoded */

typedef struct {
  const char *file, *to;       /* the run's own arguments; to is NULL: the job's output file */
  char *to_path;
  guint size;
  gboolean overwrite;
  int fd;
  guint64 length, done;        /* bytes of the file */
  GdkPixbufLoader *loader;
  gboolean loader_open;
  int width, height;           /* of the image; 0: not yet known */
  gboolean too_large;
  guchar *piece;
} Thumbnail;

static LsStep refuse (LsRun *run, const char *format, ...) G_GNUC_PRINTF (2, 3);

static LsStep
refuse (LsRun *run, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  run->fail (run, valid);
  return LS_STEP_FAILED;
}

/* A library's message as the end of a sentence of ours: without a full stop of its own. */
static LsStep
refuse_file (LsRun *run, const char *name, const char *what, const GError *error)
{
  g_autofree char *why = g_strdup (error->message);
  if (g_str_has_suffix (why, "."))
    why[strlen (why) - 1] = '\0';
  return refuse (run, "“%s” cannot be %s: %s.", name, what, why);
}

/* --- arguments --- */

static gboolean
read_word (LsRun *run, Thumbnail *self, const char *word)
{
  guint64 size;
  if (g_str_has_prefix (word, "size="))
    {
      gboolean good = g_ascii_string_to_unsigned (word + strlen ("size="), 10, 1, MAX_SIZE, &size, NULL);
      if (!good)
        refuse (run, "size is how many pixels the longer side gets, from 1 to %u, not “%s”.", MAX_SIZE, word + strlen ("size="));
      self->size = good ? (guint) size : 0;
      return good;
    }
  if (g_str_equal (word, "overwrite=yes") || g_str_equal (word, "overwrite=no"))
    {
      self->overwrite = g_str_equal (word, "overwrite=yes");
      return TRUE;
    }
  if (g_str_has_prefix (word, "overwrite=") || self->to || *word == '\0')
    {
      refuse (run, "thumbnail takes an image and a file to write, and size= and overwrite=yes|no; “%s” does not fit.", word);
      return FALSE;
    }
  *(self->file ? &self->to : &self->file) = word;
  return TRUE;
}

static char *
path_of (LsRun *run, const char *name)
{
  return g_canonicalize_filename (name, run->cwd);
}

static LsStep
check_target (LsRun *run, Thumbnail *self)
{
  if (!self->to)
    return run->write (run, "", 0) == -EBADF ? refuse (run, "thumbnail needs a file to write: thumbnail FILE TO.png size=256.") : LS_STEP_MORE;
  self->to_path = path_of (run, self->to);
  g_autofree char *folder = g_path_get_dirname (self->to_path);
  if (g_file_test (self->to_path, G_FILE_TEST_EXISTS) && !g_file_test (self->to_path, G_FILE_TEST_IS_REGULAR))
    return refuse (run, "“%s” is not a regular file and will not be replaced.", self->to);
  if (!self->overwrite && g_file_test (self->to_path, G_FILE_TEST_EXISTS))
    return refuse (run, "“%s” is there already: say overwrite=yes to replace it.", self->to);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return refuse (run, "“%s” cannot be written: there is no folder %s.", self->to, folder);
  return LS_STEP_MORE;
}

static LsStep
open_file (LsRun *run, Thumbnail *self)
{
  struct stat info;
  g_autofree char *path = path_of (run, self->file);
  self->fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 || fstat (self->fd, &info) < 0)
    return refuse (run, "“%s” cannot be read: %s.", self->file, g_strerror (errno));
  if (!S_ISREG (info.st_mode))
    return refuse (run, "“%s” is not a regular file.", self->file);
  self->length = (guint64) info.st_size;
  return LS_STEP_MORE;
}

/* Known once the head of the image is read. One that is too large is given up here, before there is memory for it: a few bytes can claim any size.
 * What is drawn, and not decoded, is drawn small. */
static void
on_size (GdkPixbufLoader *loader, int width, int height, gpointer data)
{
  Thumbnail *self = data;
  GdkPixbufFormat *format = gdk_pixbuf_loader_get_format (loader);
  double scale = (double) self->size / MAX (width, height);
  self->width = width;
  self->height = height;
  self->too_large = (double) width * height > MAX_PIXELS && !(format && gdk_pixbuf_format_is_scalable (format));
  if (self->too_large)
    {
      gdk_pixbuf_loader_set_size (loader, 0, 0);
      return;
    }
  if (scale < 1)
    gdk_pixbuf_loader_set_size (loader, MAX (1, (int) (width * scale + 0.5)), MAX (1, (int) (height * scale + 0.5)));
}

static LsStep
begin (LsRun *run)
{
  Thumbnail *self = g_new0 (Thumbnail, 1);
  run->state = self;
  self->fd = -1;
  self->size = 256;
  for (int i = 0; i < run->n_args; i++)
    if (!read_word (run, self, run->args[i]))
      return LS_STEP_FAILED;
  if (!self->file)
    return refuse (run, "thumbnail takes an image and a file to write: thumbnail FILE TO.png size=256.");
  if (open_file (run, self) == LS_STEP_FAILED || check_target (run, self) == LS_STEP_FAILED)
    return LS_STEP_FAILED;
  self->piece = g_malloc (PIECE);
  self->loader = gdk_pixbuf_loader_new ();
  self->loader_open = TRUE;
  g_signal_connect (self->loader, "size-prepared", G_CALLBACK (on_size), self);
  return LS_STEP_MORE;
}

/* --- the file that is written --- */

static gboolean
write_whole (int fd, const char *bytes, gsize length)
{
  while (length > 0)
    {
      gssize n = write (fd, bytes, length);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      bytes += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/* Under its name it is there as a whole or not at all. 0 or an errno. */
static int
write_file (const Thumbnail *self, const char *bytes, gsize length)
{
  g_autofree char *temporary = g_strconcat (self->to_path, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0666);
  if (fd < 0)
    return errno;
  int error = write_whole (fd, bytes, length) ? 0 : errno;
  if (close (fd) < 0 && error == 0)
    error = errno;
  /* A second link does not replace a file that came in between; a rename does. */
  if (error == 0 && (self->overwrite ? g_rename (temporary, self->to_path) : link (temporary, self->to_path)) < 0)
    error = errno;
  g_unlink (temporary);
  return error;
}

static LsStep
write_thumbnail (LsRun *run, Thumbnail *self, GdkPixbuf *small)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;
  char result[160];
  if (!gdk_pixbuf_save_to_buffer (small, &bytes, &length, "png", &error, NULL))
    return refuse_file (run, self->to ? self->to : "the output file", "made", error);
  int failed = self->to ? write_file (self, bytes, length) : -run->write (run, bytes, length);
  if (failed == EEXIST)
    return refuse (run, "“%s” is there already: say overwrite=yes to replace it.", self->to);
  if (failed)
    return refuse (run, "“%s” cannot be written: %s.", self->to ? self->to : "the output file", g_strerror (failed));
  g_snprintf (result, sizeof result, "{\"width\":%d,\"height\":%d,\"bytes\":%" G_GSIZE_FORMAT ",\"image\":{\"width\":%d,\"height\":%d}}",
              gdk_pixbuf_get_width (small), gdk_pixbuf_get_height (small), length, self->width, self->height);
  run->result (run, result);
  return LS_STEP_DONE;
}

/* --- steps --- */

static LsStep
refuse_size (LsRun *run, const Thumbnail *self)
{
  return refuse (run, "“%s” is too large: %d × %d pixels, and at most 400 million are read.", self->file, self->width, self->height);
}

static LsStep
finish (LsRun *run, Thumbnail *self)
{
  g_autoptr (GError) error = NULL;
  self->loader_open = FALSE;
  gboolean good = gdk_pixbuf_loader_close (self->loader, &error);
  if (self->too_large)
    return refuse_size (run, self);
  if (!good)
    return refuse_file (run, self->file, "read as an image", error);
  GdkPixbuf *image = gdk_pixbuf_loader_get_pixbuf (self->loader);
  if (!image)
    return refuse (run, "“%s” cannot be read as an image: there is no picture in it.", self->file);
  g_autoptr (GdkPixbuf) upright = gdk_pixbuf_apply_embedded_orientation (image);
  return write_thumbnail (run, self, upright);
}

static LsStep
step (LsRun *run)
{
  Thumbnail *self = run->state;
  g_autoptr (GError) error = NULL;
  gssize n = read (self->fd, self->piece, PIECE);
  if (n < 0 && errno == EINTR)
    return LS_STEP_MORE;
  if (n < 0)
    return refuse (run, "“%s” cannot be read: %s.", self->file, g_strerror (errno));
  if (n == 0)
    return finish (run, self);
  if (!gdk_pixbuf_loader_write (self->loader, self->piece, (gsize) n, &error))
    {
      self->loader_open = FALSE;
      return self->too_large ? refuse_size (run, self) : refuse_file (run, self->file, "read as an image", error);
    }
  if (self->too_large)
    return refuse_size (run, self);
  self->done += (guint64) n;
  g_autofree char *text = g_strdup_printf ("%d × %d pixels", self->width, self->height);
  run->progress (run, self->length ? 0.95 * (double) self->done / (double) self->length : 0, self->width ? text : "reading");
  return LS_STEP_MORE;
}

static void
end (LsRun *run)
{
  Thumbnail *self = run->state;
  if (!self)
    return;
  if (self->loader && self->loader_open)
    gdk_pixbuf_loader_close (self->loader, NULL);
  g_clear_object (&self->loader);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->to_path);
  g_free (self->piece);
  g_free (self);
}

static const LsJobKind thumbnail = {
  .abi = LS_JOB_ABI,
  .name = "thumbnail",
  .arguments = "FILE [TO.png] [size=256] [overwrite=yes]",
  .description = "a small PNG of an image",
  .begin = begin,
  .step = step,
  .end = end,
};

static const LsJobKind *const kinds[] = { &thumbnail, NULL };

LS_JOB_EXPORT const LsJobPlugin ls_job_plugin = { LS_JOB_ABI, "thumbnail", "1.0", kinds };
