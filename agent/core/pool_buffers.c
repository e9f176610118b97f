/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Shared buffers: files of shared memory that are the pool's, not its process's, so a crash leaves them as they are.
 *
 * All of a buffer's memory is taken before anybody hears of it: running out of memory is then a sentence here and not a fault in whoever
 * writes. Taking it costs time (the system clears each page), so a large one is filled bit by bit between other work. */

#include "abi/channel.h"
#include "base/error.h"
#include "base/text.h"
#include "core/pool.h"

#include <string.h>

#define FILL_BYTES (G_GUINT64_CONSTANT (16) * 1024 * 1024)      /* some milliseconds */
#define BUFFERS_MAX 256u

typedef struct {
  LsSharedBuffer *noun;
  LsPoolUnit *pool;
  guint64 filled;
  LsTimer next;
  LsOperation *operation;      /* while it is filled */
} LsPoolBuffer;

static const LsWorkshop *
workshop (LsPoolUnit *pool)
{
  return &ls_supervisor_ports (pool->unit.supervisor)->workshop;
}

static void
announce (LsPoolBuffer *buffer, LsChangeOp op)
{
  LsSupervisor *supervisor = buffer->pool->unit.supervisor;

  if (op != LS_CHANGE_REMOVED)
    buffer->noun->revision = ls_supervisor_next_revision (supervisor);
  ls_supervisor_changed (supervisor, LS_NOUN_BUFFER, op, buffer->noun);
}

/* --- the host --- */

static void
tell (LsPoolBuffer *buffer, gboolean there)
{
  LsPoolUnit *pool = buffer->pool;

  if (ls_pool_has_process (pool) && !pool->leaving)
    ls_pool_tell (pool,
                  json_pack ("{s:s,s:s,s:o,s:I}", "cmd", LS_POOL_BUFFER, "name", ls_shared_buffer_own_name (buffer->noun), "shm",
                             there ? json_string (buffer->noun->shm) : json_null (), "size", (json_int_t) buffer->noun->size),
                  NULL);
}

void
ls_pool_tell_buffers (LsPoolUnit *pool)
{
  for (guint i = 0; i < pool->buffers->len; i++)
    {
      LsPoolBuffer *buffer = pool->buffers->pdata[i];

      if (buffer->noun->state == LS_BUFFER_READY)
        tell (buffer, TRUE);
    }
}

/* --- finding --- */

static LsPoolBuffer *
find (LsPoolUnit *pool, const char *name)
{
  for (guint i = 0; i < pool->buffers->len; i++)
    {
      LsPoolBuffer *buffer = pool->buffers->pdata[i];

      if (g_str_equal (buffer->noun->name, name) || g_str_equal (ls_shared_buffer_own_name (buffer->noun), name))
        return buffer;
    }
  return NULL;
}

const LsSharedBuffer *
ls_pool_find_buffer (LsPoolUnit *pool, const char *name)
{
  LsPoolBuffer *buffer = find (pool, name);

  return buffer ? buffer->noun : NULL;
}

void
ls_pool_foreach_buffer (LsPoolUnit *pool, void (*each) (void *user, gconstpointer resource), void *user)
{
  for (guint i = 0; i < pool->buffers->len; i++)
    each (user, ((LsPoolBuffer *) pool->buffers->pdata[i])->noun);
}

/* --- its end --- */

static void
end_operation (LsPoolBuffer *buffer, const char *failure)
{
  LsOperation *operation = g_steal_pointer (&buffer->operation);

  if (operation)
    ls_supervisor_end_operation (buffer->pool->unit.supervisor, operation, failure);
}

static void
remove_buffer (LsPoolBuffer *buffer, gboolean say, const char *failure)
{
  LsPoolUnit *pool = buffer->pool;

  ls_pool_disarm (pool, &buffer->next);
  if (buffer->noun->shm)
    workshop (pool)->remove_buffer (workshop (pool)->self, buffer->noun->shm);
  if (say)
    {
      tell (buffer, FALSE);
      end_operation (buffer, failure);
      announce (buffer, LS_CHANGE_REMOVED);
    }
  g_ptr_array_remove (pool->buffers, buffer);
  ls_shared_buffer_free (buffer->noun);
  g_free (buffer);
}

void
ls_pool_remove_buffers (LsPoolUnit *pool, gboolean say)
{
  while (pool->buffers->len > 0)
    remove_buffer (pool->buffers->pdata[pool->buffers->len - 1], say, "the pool was removed");
}

/* --- its beginning --- */

static void
become_ready (LsPoolBuffer *buffer)
{
  buffer->noun->state = LS_BUFFER_READY;
  tell (buffer, TRUE);
}

static gboolean
fill_some (LsPoolBuffer *buffer, GError **error)
{
  LsPoolUnit *pool = buffer->pool;
  guint64 length = MIN (FILL_BYTES, buffer->noun->size - buffer->filled);

  if (!workshop (pool)->fill_buffer (workshop (pool)->self, buffer->noun->shm, buffer->filled, length, error))
    return FALSE;
  buffer->filled += length;
  return TRUE;
}

static void
fill_on (void *user)
{
  LsPoolBuffer *buffer = user;
  LsPoolUnit *pool = buffer->pool;
  g_autoptr (GError) error = NULL;

  if (!fill_some (buffer, &error))
    {
      remove_buffer (buffer, TRUE, error->message);
      return;
    }
  ls_supervisor_step_operation (pool->unit.supervisor, buffer->operation, (guint) (buffer->filled / FILL_BYTES));
  if (buffer->filled < buffer->noun->size)
    {
      ls_pool_arm_for (pool, &buffer->next, 0, fill_on, buffer);
      return;
    }
  become_ready (buffer);
  announce (buffer, LS_CHANGE_CHANGED);
  end_operation (buffer, NULL);
}

static gboolean
create (LsPoolUnit *pool, const char *name, guint64 size, const LsOperation **ret_operation, GError **error)
{
  LsPoolBuffer *buffer = g_new0 (LsPoolBuffer, 1);

  buffer->pool = pool;
  buffer->noun = ls_shared_buffer_new (pool->unit.name, name, size);
  buffer->noun->created_at = ls_supervisor_wall_ms (pool->unit.supervisor);
  g_ptr_array_add (pool->buffers, buffer);
  if (!workshop (pool)->create_buffer (workshop (pool)->self, buffer->noun->name, size, &buffer->noun->shm, &buffer->noun->path, error)
      || !fill_some (buffer, error))
    {
      remove_buffer (buffer, FALSE, NULL);
      return FALSE;
    }
  if (buffer->filled == size)
    become_ready (buffer);
  announce (buffer, LS_CHANGE_ADDED);
  if (buffer->filled < size)
    {
      buffer->operation = ls_supervisor_begin_operation (pool->unit.supervisor, "create", buffer->noun->name, (guint) ((size + FILL_BYTES - 1) / FILL_BYTES));
      ls_pool_arm_for (pool, &buffer->next, 0, fill_on, buffer);
    }
  *ret_operation = buffer->operation;
  return TRUE;
}

/* --- wishes --- */

static LsPoolUnit *
pool_of (LsSupervisor *supervisor, const char *name, GError **error)
{
  LsPoolUnit *pool = (LsPoolUnit *) ls_supervisor_find_unit (supervisor, LS_NOUN_POOL, name);

  if (!pool)
    g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no pool %s", name);
  return pool;
}

gboolean
ls_supervisor_put_buffer (LsSupervisor *supervisor, const char *pool_name, const char *name, guint64 size, const LsOperation **ret_operation,
                          GError **error)
{
  LsPoolUnit *pool = pool_of (supervisor, pool_name, error);
  LsPoolBuffer *before = pool ? find (pool, name) : NULL;
  gboolean created;

  *ret_operation = NULL;
  if (!pool || ls_supervisor_refuse_when_stopping (supervisor, error))
    return FALSE;
  if (!ls_name_is_valid (name))
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s cannot be the name of a buffer: a small letter, then up to 31 small letters, digits and hyphens",
                 name);
  else if (pool->goal == LS_POOL_GOAL_REMOVE)
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s is being removed: wait until it has gone", pool_name);
  else if (before && before->noun->size != size)
    g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "%s has %" G_GUINT64_FORMAT " bytes already: remove it first to have another size", before->noun->name,
                 before->noun->size);
  else if (!before && pool->buffers->len >= BUFFERS_MAX)
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s has %u buffers already and may have no more: remove one first", pool_name, BUFFERS_MAX);
  else if (before)
    {
      *ret_operation = before->operation;
      return TRUE;
    }
  else
    {
      ls_supervisor_enter (supervisor);
      created = create (pool, name, size, ret_operation, error);
      ls_supervisor_leave (supervisor);
      return created;
    }
  return FALSE;
}

gboolean
ls_supervisor_remove_buffer (LsSupervisor *supervisor, const char *pool_name, const char *name, GError **error)
{
  LsPoolUnit *pool = pool_of (supervisor, pool_name, error);
  LsPoolBuffer *buffer = pool ? find (pool, name) : NULL;

  if (!pool)
    return FALSE;
  if (!buffer)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_UNKNOWN, "there is no buffer %s.%s", pool_name, name);
      return FALSE;
    }
  ls_supervisor_enter (supervisor);
  remove_buffer (buffer, TRUE, "it was removed");
  ls_supervisor_leave (supervisor);
  return TRUE;
}
