/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/buffers.h"

#include "abi/channel.h"
#include "pool/memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct LsBuffer {
  LsBuffer *next;
  char *name;
  char *shm;
  size_t size;
};

static void
free_buffer (LsBuffer *buffer)
{
  free (buffer->name);
  free (buffer->shm);
  free (buffer);
}

void
ls_buffers_init (LsBuffers *buffers)
{
  buffers->first = NULL;
  uv_mutex_init (&buffers->lock);
}

void
ls_buffers_deinit (LsBuffers *buffers)
{
  while (buffers->first != NULL) {
    LsBuffer *buffer = buffers->first;
    buffers->first = buffer->next;
    free_buffer (buffer);
  }
  uv_mutex_destroy (&buffers->lock);
}

/* The place that points to it, or to the end of the list. */
static LsBuffer **
find (LsBuffers *buffers, const char *name)
{
  LsBuffer **at = &buffers->first;
  while (*at != NULL && strcmp ((*at)->name, name) != 0)
    at = &(*at)->next;
  return at;
}

void
ls_buffers_set (LsBuffers *buffers, const char *name, const char *shm, size_t size)
{
  uv_mutex_lock (&buffers->lock);
  LsBuffer **at = find (buffers, name);
  LsBuffer *old = *at;
  if (old != NULL) {
    *at = old->next;
    free_buffer (old);
  }
  if (shm != NULL) {
    LsBuffer *buffer = ls_new0 (LsBuffer, 1);
    *buffer = (LsBuffer) { buffers->first, ls_copy_text (name), ls_copy_text (shm), size };
    buffers->first = buffer;
  }
  uv_mutex_unlock (&buffers->lock);
}

static void *
map (const char *shm, size_t size)
{
  struct stat status;
  int fd = shm_open (shm, O_RDWR | O_CLOEXEC, 0);
  void *memory = MAP_FAILED;
  if (fd < 0)
    return NULL;
  if (fstat (fd, &status) == 0 && (size_t) status.st_size >= size) /* a shorter one would be a SIGBUS */
    memory = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close (fd);
  return memory != MAP_FAILED ? memory : NULL;
}

static void *
keep (LsMapping **mappings, const char *name, void *memory, size_t size)
{
  size_t length = strlen (name) + 1;
  LsMapping *mapping = ls_must (malloc (sizeof *mapping + length));
  mapping->next = *mappings;
  mapping->memory = memory;
  mapping->size = size;
  memcpy (mapping->name, name, length);
  *mappings = mapping;
  return memory;
}

/* Outside of its pool a buffer is called after that: compute.frame. */
static const char *
name_in_pool (const char *name)
{
  const char *pool = getenv (LS_ENV_ID);
  size_t length = pool != NULL ? strlen (pool) : 0;
  return length > 0 && strncmp (name, pool, length) == 0 && name[length] == '.' ? name + length + 1 : name;
}

void *
ls_buffers_map (LsBuffers *buffers, const char *name, LsMapping **mappings, size_t *ret_size)
{
  name = name_in_pool (name);
  for (LsMapping *mapping = *mappings; mapping != NULL; mapping = mapping->next)
    if (strcmp (mapping->name, name) == 0) {
      *ret_size = mapping->size;
      return mapping->memory;
    }
  uv_mutex_lock (&buffers->lock);
  const LsBuffer *buffer = *find (buffers, name);
  char *shm = buffer != NULL ? ls_copy_text (buffer->shm) : NULL;
  size_t size = buffer != NULL ? buffer->size : 0;
  uv_mutex_unlock (&buffers->lock);
  void *memory = shm != NULL ? map (shm, size) : NULL;
  free (shm);
  if (memory == NULL)
    return NULL;
  *ret_size = size;
  return keep (mappings, name, memory, size);
}

void
ls_mappings_free (LsMapping **mappings)
{
  while (*mappings != NULL) {
    LsMapping *mapping = *mappings;
    *mappings = mapping->next;
    munmap (mapping->memory, mapping->size);
    free (mapping);
  }
}
