/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/output.h"
#include "abi/channel.h"
#include "pool/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
part_of (const char *path, const char *id)
{
  const char *base = strrchr (path, '/');
  int folder = base != NULL ? (int) (base - path) : 1;
  base = base != NULL ? base + 1 : path;
  const char *start = base != path ? path : ".";
  size_t size = strlen (path) + strlen (id) + 16;
  char *part = ls_new0 (char, size);
  snprintf (part, size, LS_JOB_PART_FORMAT, folder, start, base, id);
  return part;
}

int
ls_output_open (LsOutput *output, const char *path, const char *id)
{
  struct stat there;
  *output = (LsOutput) { .fd = -1 };
  if (stat (path, &there) == 0 && !S_ISREG (there.st_mode))
    return -EEXIST;
  char *part = part_of (path, id);
  int fd = open (part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (fd < 0) {
    int error = -errno;
    free (part);
    return error;
  }
  output->path = ls_copy_text (path);
  output->part = part;
  output->fd = fd;
  return 0;
}

int
ls_output_write (LsOutput *output, const void *bytes, size_t length)
{
  const char *at = bytes;
  if (output->path == NULL)
    return -EBADF;
  while (length > 0 && output->error == 0) {
    ssize_t n = write (output->fd, at, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      output->error = -errno;
      break;
    }
    at += n;
    length -= (size_t) n;
    output->bytes += (uint64_t) n;
  }
  return output->error;
}

int
ls_output_keep (LsOutput *output)
{
  if (output->path == NULL)
    return 0;
  if (output->error == 0 && close (output->fd) < 0) /* a network file system says only now that it is full */
    output->error = -errno;
  else if (output->error != 0)
    close (output->fd);
  output->fd = -1;
  if (output->error == 0 && rename (output->part, output->path) < 0)
    output->error = -errno;
  if (output->error != 0)
    return output->error;
  free (output->part);
  output->part = NULL;
  return 0;
}

void
ls_output_drop (LsOutput *output)
{
  if (output->path == NULL)
    return;
  if (output->fd >= 0)
    close (output->fd);
  if (output->part != NULL)
    unlink (output->part);
  free (output->part);
  free (output->path);
  *output = (LsOutput) { .fd = -1 };
}
