/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the config file is, and reading it. */

#include "config/config.h"

#include "base/error.h"
#include "config/files.h"
#include "config/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEM_CONFIG "/etc/lineshaft/lineshaft.conf"

static void
set_read_error (GError **error, const char *path, int why)
{
  g_set_error (error, LS_ERROR, why == ENOENT ? LS_ERROR_UNKNOWN : LS_ERROR_FAILED, "The config file %s cannot be read: %s", path, g_strerror (why));
}

/* All of @fd, at most one byte more than a config file may have. */
static gboolean
read_all (int fd, GString *text)
{
  char buffer[16384];

  while (text->len <= LS_CONFIG_SIZE_MAX)
    {
      ssize_t got = read (fd, buffer, sizeof buffer);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        return got == 0;
      g_string_append_len (text, buffer, got);
    }
  return TRUE;
}

GString *
ls_config_read_file (const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  struct stat info;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gboolean done;

  if (fd < 0)
    {
      set_read_error (error, path, errno);
      return NULL;
    }
  if (fstat (fd, &info) == 0 && S_ISDIR (info.st_mode))
    errno = EISDIR;
  done = !S_ISDIR (info.st_mode) && read_all (fd, text);
  if (!done)
    set_read_error (error, path, errno);
  close (fd);
  return done ? g_steal_pointer (&text) : NULL;
}

LsConfig *
ls_config_load (const char *path, GError **error)
{
  g_autoptr (GString) text = ls_config_read_file (path, error);

  return text != NULL ? ls_config_parse (text->str, text->len, path, error) : NULL;
}

char *
ls_config_default_path (void)
{
  g_autofree char *own = g_build_filename (g_get_user_config_dir (), "lineshaft", "lineshaft.conf", NULL);

  if (g_file_test (own, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&own);
  /* What the computer is to run, every user's agent must not run as well. */
  if (geteuid () == 0 && g_file_test (SYSTEM_CONFIG, G_FILE_TEST_EXISTS))
    return g_strdup (SYSTEM_CONFIG);
  return NULL;
}
