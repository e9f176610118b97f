/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The shared buffers that the agent told of, by name. They are the agent's: here they are only mapped. */

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

typedef struct LsBuffer LsBuffer;

typedef struct {
  uv_mutex_t lock;
  LsBuffer *first;
} LsBuffers;

typedef struct LsMapping LsMapping;
struct LsMapping {
  LsMapping *next;
  void *memory;
  size_t size;
  char name[];
};

void ls_buffers_init (LsBuffers *buffers);
void ls_buffers_deinit (LsBuffers *buffers);
void ls_buffers_set (LsBuffers *buffers, const char *name, const char *shm, size_t size);      /* @shm NULL: it is gone; who has it mapped keeps it */

/* From any thread. One that is mapped already in the list is not mapped again. NULL: there is none of that name, or it cannot be mapped. */
void *ls_buffers_map (LsBuffers *buffers, const char *name, LsMapping **mappings, size_t *ret_size);
void ls_mappings_free (LsMapping **mappings);
