/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "logs/files.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARTS 4
#define OPEN_MAX_FILES 16
#define SMALLEST_PART 4096
#define BLOCK 4096           /* even a short file takes one */

typedef struct {
  char *source;
  gsize size[PARTS];         /* bytes; 0 is SOURCE.log, then .log.1 … */
  gboolean exists[PARTS];
  gboolean ours;             /* written in this run */
  gint64 written_at;         /* of what a scan found */
  int fd;                    /* -1: not open */
  GList by_age;              /* link in files->by_age */
  GList open;                /* link in files->open, while fd is open */
} LogFile;

struct LsLogFiles {
  char *directory;
  gsize budget, part_max, used;
  GHashTable *by_source;
  GQueue by_age;             /* not written for longest first */
  GQueue open;
};

static gsize
on_disk (gsize size)
{
  return (size + BLOCK - 1) / BLOCK * BLOCK;
}

static char *
part_path (const LsLogFiles *files, const LogFile *file, guint part)
{
  return part == 0 ? g_strdup_printf ("%s/%s.log", files->directory, file->source)
                   : g_strdup_printf ("%s/%s.log.%u", files->directory, file->source, part);
}

static void
close_file (LsLogFiles *files, LogFile *file)
{
  if (file->fd < 0)
    return;
  close (file->fd);
  file->fd = -1;
  g_queue_unlink (&files->open, &file->open);
}

static void
drop_part (LsLogFiles *files, LogFile *file, guint part)
{
  g_autofree char *path = part_path (files, file, part);

  if (part == 0)
    close_file (files, file);
  unlink (path);
  files->used -= on_disk (file->size[part]);
  file->size[part] = 0;
  file->exists[part] = FALSE;
}

static LogFile *
find_or_add (LsLogFiles *files, const char *source)
{
  LogFile *file = g_hash_table_lookup (files->by_source, source);

  if (file != NULL)
    return file;
  file = g_new0 (LogFile, 1);
  file->source = g_strdup (source);
  file->fd = -1;
  file->by_age.data = file->open.data = file;
  g_queue_push_tail_link (&files->by_age, &file->by_age);
  g_hash_table_insert (files->by_source, file->source, file);
  return file;
}

static void
remove_file (LsLogFiles *files, LogFile *file)
{
  close_file (files, file);
  g_queue_unlink (&files->by_age, &file->by_age);
  g_hash_table_remove (files->by_source, file->source);
  g_free (file->source);
  g_free (file);
}

LsLogFiles *
ls_log_files_new (const char *directory, gsize budget)
{
  LsLogFiles *files = g_new0 (LsLogFiles, 1);

  files->directory = g_strdup (directory);
  files->budget = budget;
  files->part_max = MAX (budget / 16 / BLOCK * BLOCK, SMALLEST_PART);
  files->by_source = g_hash_table_new (g_str_hash, g_str_equal);
  return files;
}

void
ls_log_files_free (LsLogFiles *files)
{
  if (files == NULL)
    return;
  while (!g_queue_is_empty (&files->by_age))
    remove_file (files, g_queue_peek_head (&files->by_age));
  g_hash_table_unref (files->by_source);
  g_free (files->directory);
  g_free (files);
}

gsize
ls_log_files_size (const LsLogFiles *files)
{
  return files->used;
}

static gboolean
source_is_valid (const char *source)
{
  return source[0] != '\0' && source[0] != '.' && strspn (source, "abcdefghijklmnopqrstuvwxyz0123456789.-") == strlen (source);
}

/* "web.2.log.1" → "web.2" and 1. */
static gboolean
parse_name (const char *name, char **ret_source, guint *ret_part)
{
  const char *mark = g_strrstr (name, ".log");
  g_autofree char *source = NULL;
  guint part = 0;

  if (mark == NULL)
    return FALSE;
  if (mark[4] != '\0')
    {
      if (mark[4] != '.' || mark[5] < '1' || mark[5] >= '0' + PARTS || mark[6] != '\0')
        return FALSE;
      part = (guint) (mark[5] - '0');
    }
  source = g_strndup (name, (gsize) (mark - name));
  if (!source_is_valid (source))
    return FALSE;
  *ret_source = g_steal_pointer (&source);
  *ret_part = part;
  return TRUE;
}

static int
compare_age (gconstpointer a, gconstpointer b, gpointer unused)
{
  gint64 left = ((const LogFile *) a)->written_at, right = ((const LogFile *) b)->written_at;

  return (left > right) - (left < right);
}

static void
keep_budget (LsLogFiles *files)
{
  while (files->used > files->budget && !g_queue_is_empty (&files->by_age))
    {
      LogFile *oldest = g_queue_peek_head (&files->by_age);
      int part = PARTS - 1;

      while (part >= 0 && !oldest->exists[part])
        part--;
      if (part >= 0)
        drop_part (files, oldest, (guint) part);
      if (part <= 0)
        remove_file (files, oldest);
    }
}

void
ls_log_files_scan (LsLogFiles *files)
{
  g_autoptr (GDir) directory = g_dir_open (files->directory, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (files->directory, name, NULL);
      g_autofree char *source = NULL;
      struct stat info;
      guint part;
      LogFile *file;

      if (!parse_name (name, &source, &part) || lstat (path, &info) != 0 || !S_ISREG (info.st_mode))
        continue;
      file = find_or_add (files, source);
      file->exists[part] = TRUE;
      file->size[part] = (gsize) info.st_size;
      file->written_at = MAX (file->written_at, (gint64) info.st_mtime);
      files->used += on_disk (file->size[part]);
    }
  g_queue_sort (&files->by_age, compare_age, NULL);
  keep_budget (files);
}

static void
rotate (LsLogFiles *files, LogFile *file)
{
  close_file (files, file);
  if (file->exists[PARTS - 1])
    drop_part (files, file, PARTS - 1);
  for (guint part = PARTS - 1; part > 0; part--)
    {
      g_autofree char *from = part_path (files, file, part - 1);
      g_autofree char *to = part_path (files, file, part);

      if (file->exists[part - 1])
        g_rename (from, to);
      file->exists[part] = file->exists[part - 1];
      file->size[part] = file->size[part - 1];
    }
  file->exists[0] = FALSE;
  file->size[0] = 0;
}

static gboolean
open_file (LsLogFiles *files, LogFile *file, GError **error)
{
  g_autofree char *path = NULL;

  if (file->fd >= 0)
    return TRUE;
  if (!file->ours && file->exists[0])
    rotate (files, file);
  path = part_path (files, file, 0);
  file->fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file->fd < 0)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "Cannot write %s: %s", path, g_strerror (errno));
      return FALSE;
    }
  file->ours = file->exists[0] = TRUE;
  g_queue_push_tail_link (&files->open, &file->open);
  if (files->open.length > OPEN_MAX_FILES)
    close_file (files, g_queue_peek_head (&files->open));
  return TRUE;
}

static gboolean
write_part (LsLogFiles *files, LogFile *file, const char *data, gsize length, GError **error)
{
  while (length > 0)
    {
      ssize_t written = write (file->fd, data, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "Cannot write %s/%s.log: %s", files->directory, file->source, g_strerror (errno));
          close_file (files, file);
          return FALSE;
        }
      files->used += on_disk (file->size[0] + (gsize) written) - on_disk (file->size[0]);
      file->size[0] += (gsize) written;
      data += written;
      length -= (gsize) written;
    }
  return TRUE;
}

gboolean
ls_log_files_write (LsLogFiles *files, const char *source, const char *data, gsize length, GError **error)
{
  LogFile *file;

  if (!source_is_valid (source))
    return TRUE;
  file = find_or_add (files, source);
  g_queue_unlink (&files->by_age, &file->by_age);
  g_queue_push_tail_link (&files->by_age, &file->by_age);

  while (length > 0)
    {
      /* What an earlier run left is rotated away when the file is opened. */
      gsize filled = file->ours ? file->size[0] : 0;
      gsize now = MIN (files->part_max - MIN (filled, files->part_max), length);

      if (now == 0)
        {
          rotate (files, file);
          continue;
        }
      if (!open_file (files, file, error) || !write_part (files, file, data, now, error))
        return FALSE;
      data += now;
      length -= now;
    }
  keep_budget (files);
  return TRUE;
}

void
ls_log_files_close (LsLogFiles *files, const char *source)
{
  LogFile *file = g_hash_table_lookup (files->by_source, source);

  if (file != NULL)
    close_file (files, file);
}

void
ls_log_files_forget (LsLogFiles *files, const char *source)
{
  LogFile *file = g_hash_table_lookup (files->by_source, source);

  if (file == NULL)
    return;
  for (guint part = 0; part < PARTS; part++)
    if (file->exists[part])
      drop_part (files, file, part);
  remove_file (files, file);
}
