/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "pool/jobs/sink.h"
#include "pool/jobs/words.h"
#include "pool/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define TRIES 100u

static bool
cannot_write (LsSink *sink, int error)
{
  if (error == EEXIST)
    ls_refuse (sink->run, "“%s” is there already: say overwrite=yes to replace it.", sink->name);
  else
    ls_refuse (sink->run, "“%s” cannot be written: %s.", sink->name != NULL ? sink->name : "the output file", strerror (error));
  return false;
}

/* A free name beside the file. The caller frees it. */
static char *
temporary_name (const char *path, unsigned nth)
{
  const char *slash = strrchr (path, '/');
  int before = slash != NULL ? (int) (slash + 1 - path) : 0;
  size_t size = strlen (path) + 48;
  char *name = ls_must (malloc (size));
  /* A long name is cut, so that what is added has room. */
  snprintf (name, size, "%.*s.%.200s.lineshaft-%llx-%u", before, path, path + before, (unsigned long long) ls_now_ns (), nth);
  return name;
}

#if LS_PLATFORM_LINUX && defined(O_TMPFILE)
/* The folder that the file is in: "/", "." or a path. The caller frees it. */
static char *
folder_of (const char *path)
{
  const char *slash = strrchr (path, '/');
  if (slash == NULL)
    return ls_copy_text (".");
  return ls_must (strndup (path, slash == path ? 1 : (size_t) (slash - path)));
}

/* A file that has no name; negative: there is no such thing here. */
static int
open_nameless (const char *path)
{
  if (access ("/proc/self/fd", X_OK) < 0)
    return -1; /* it could not be given one later */
  char *folder = folder_of (path);
  int fd = open (folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  free (folder);
  return fd;
}
#else
static int
open_nameless (const char *path)
{
  return -1;
}
#endif

static int
open_named (LsSink *sink)
{
  for (unsigned i = 0; i < TRIES; i++) {
    char *name = temporary_name (sink->path, i);
    int fd = open (name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int error = errno;
    if (fd >= 0) {
      sink->temporary = name;
      return fd;
    }
    free (name);
    errno = error;
    if (error != EEXIST)
      return -1;
  }
  return -1;
}

static bool
check_target (LsSink *sink)
{
  struct stat info;
  size_t length = strlen (sink->name);
  if (length == 0 || sink->name[length - 1] == '/') {
    ls_refuse (sink->run, "“%s” is not the name of a file.", sink->name);
    return false;
  }
  if (lstat (sink->path, &info) < 0)
    return errno == ENOENT ? true : cannot_write (sink, errno);
  if (S_ISDIR (info.st_mode)) {
    ls_refuse (sink->run, "“%s” is a folder: name the file that is to be written.", sink->name);
    return false;
  }
  if (!S_ISREG (info.st_mode)) {
    ls_refuse (sink->run, "“%s” is not a regular file and will not be replaced.", sink->name);
    return false;
  }
  return sink->overwrite ? true : cannot_write (sink, EEXIST);
}

bool
ls_sink_open (LsSink *sink, LsRun *run, const char *name, bool overwrite)
{
  *sink = (LsSink) { .run = run, .fd = -1, .overwrite = overwrite, .open = true };
  if (name == NULL)
    return true;
  sink->name = ls_copy_text (name);
  sink->path = ls_path_of (run, name);
  if (!check_target (sink))
    return false;
  sink->fd = open_nameless (sink->path);
  if (sink->fd < 0)
    sink->fd = open_named (sink);
  return sink->fd >= 0 ? true : cannot_write (sink, errno);
}

bool
ls_sink_write (LsSink *sink, const void *bytes, size_t length)
{
  const char *from = bytes;
  size_t left = length;
  if (sink->name == NULL) {
    int r = sink->run->write (sink->run, bytes, length);
    if (r < 0)
      return cannot_write (sink, -r);
    left = 0;
  }
  while (left > 0) {
    ssize_t n = write (sink->fd, from, left);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return cannot_write (sink, errno);
    from += n;
    left -= (size_t) n;
  }
  sink->bytes += length;
  return true;
}

/* Gives the nameless file a name; 0 or an errno. */
static int
link_as (LsSink *sink, const char *path)
{
  char own[32];
  snprintf (own, sizeof own, "/proc/self/fd/%d", sink->fd);
  return linkat (AT_FDCWD, own, AT_FDCWD, path, AT_SYMLINK_FOLLOW) < 0 ? errno : 0;
}

static int
replace (LsSink *sink)
{
  int error = 0;
  for (unsigned i = 0; sink->temporary == NULL && i < TRIES; i++) {
    char *name = temporary_name (sink->path, i);
    error = link_as (sink, name);
    if (error == 0)
      sink->temporary = name;
    else
      free (name);
    if (error != 0 && error != EEXIST)
      return error;
  }
  if (error != 0 || rename (sink->temporary, sink->path) < 0)
    return error != 0 ? error : errno;
  free (sink->temporary);
  sink->temporary = NULL;
  return 0;
}

static int
give_name (LsSink *sink)
{
  if (sink->overwrite)
    return replace (sink);
  if (sink->temporary == NULL)
    return link_as (sink, sink->path);
  /* A second link refuses a name that is taken, which rename would not; then the first is of no more use. */
  if (link (sink->temporary, sink->path) < 0) {
    struct stat info;
    bool no_links = errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS;
    if (!no_links)
      return errno;
    return lstat (sink->path, &info) == 0 ? EEXIST : replace (sink);
  }
  return 0;
}

bool
ls_sink_commit (LsSink *sink, const struct stat *like)
{
  int error = 0;
  if (sink->name != NULL && like != NULL) {
    struct timespec times[2] = { like->st_atim, like->st_mtim };
    fchmod (sink->fd, like->st_mode & 0777);
    futimens (sink->fd, times);
  }
  if (sink->name != NULL)
    error = give_name (sink);
  if (error != 0)
    cannot_write (sink, error);
  ls_sink_discard (sink);
  return error == 0;
}

void
ls_sink_discard (LsSink *sink)
{
  if (!sink->open)
    return;
  if (sink->fd >= 0)
    close (sink->fd);
  if (sink->temporary != NULL)
    unlink (sink->temporary);
  free (sink->temporary);
  free (sink->path);
  free (sink->name);
  *sink = (LsSink) { .fd = -1 };
}
