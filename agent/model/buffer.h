/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A shared buffer: named memory of a pool that its jobs, whoever submits them and any other process of the same user map without a copy. */

#include "model/json.h"

typedef enum { LS_BUFFER_ALLOCATING, LS_BUFFER_READY } LsBufferState;

typedef struct {
  char *name;              /* "compute.frame": the pool's name and its own */
  char *pool;
  guint64 size;
  char *path;              /* to mmap; NULL: shared memory has no path on this system */
  char *shm;               /* for shm_open: "/lineshaft-0-4711-compute.frame" */
  LsBufferState state;     /* all of its memory is taken before it is ready */
  guint64 revision;
  gint64 created_at;       /* Unix ms */
} LsSharedBuffer;

#define LS_BUFFER_SIZE_MAX (G_GUINT64_CONSTANT (1) << 40)

LsSharedBuffer *ls_shared_buffer_new (const char *pool, const char *own_name, guint64 size);
void ls_shared_buffer_free (LsSharedBuffer *buffer);
json_t *ls_shared_buffer_to_json (const LsSharedBuffer *buffer);
LsSharedBuffer *ls_shared_buffer_from_json (json_t *json, GError **error);
/* {"size":67108864}: what a client asks for. */
gboolean ls_shared_buffer_request_from_json (json_t *json, guint64 *ret_size, GError **error);
const char *ls_buffer_state_name (LsBufferState state);
const char *ls_shared_buffer_own_name (const LsSharedBuffer *buffer);      /* "frame" */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LsSharedBuffer, ls_shared_buffer_free)
