/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/operations.h"

#define KEPT 100u

struct LsOperations {
  GPtrArray *all;          /* LsOperation, owned, oldest first */
  GHashTable *by_id;
  guint ended;
};

LsOperations *
ls_operations_new (void)
{
  LsOperations *operations = g_new0 (LsOperations, 1);

  operations->all = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_operation_free);
  operations->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  return operations;
}

void
ls_operations_free (LsOperations *operations)
{
  if (!operations)
    return;
  g_hash_table_unref (operations->by_id);
  g_ptr_array_unref (operations->all);
  g_free (operations);
}

LsOperation *
ls_operations_find (LsOperations *operations, const char *id)
{
  return g_hash_table_lookup (operations->by_id, id);
}

void
ls_operations_foreach (LsOperations *operations, void (*each) (void *user, gconstpointer resource), void *user)
{
  for (guint i = 0; i < operations->all->len; i++)
    each (user, operations->all->pdata[i]);
}

void
ls_operations_forget_old (LsOperations *operations, LsSupervisor *supervisor)
{
  for (guint i = 0; operations->ended > KEPT && i < operations->all->len;)
    {
      LsOperation *operation = operations->all->pdata[i];

      if (operation->state == LS_OPERATION_RUNNING)
        {
          i++;
          continue;
        }
      ls_supervisor_changed (supervisor, LS_NOUN_OPERATION, LS_CHANGE_REMOVED, operation);
      operations->ended--;
      g_hash_table_remove (operations->by_id, operation->id);
      g_ptr_array_remove_index (operations->all, i);
    }
}

/* --- given to the units --- */

LsOperation *
ls_supervisor_begin_operation (LsSupervisor *supervisor, const char *verb, const char *target, guint total)
{
  LsOperations *operations = ls_supervisor_operations (supervisor);
  g_autofree char *id = g_strdup_printf ("op-%" G_GUINT64_FORMAT, ls_supervisor_next_number (supervisor, LS_NOUN_OPERATION));
  LsOperation *operation = ls_operation_new (id, verb, target);

  operation->state = LS_OPERATION_RUNNING;
  operation->total = total;
  operation->started_at = ls_supervisor_wall_ms (supervisor);
  g_ptr_array_add (operations->all, operation);
  g_hash_table_insert (operations->by_id, operation->id, operation);
  ls_supervisor_changed (supervisor, LS_NOUN_OPERATION, LS_CHANGE_ADDED, operation);
  return operation;
}

void
ls_supervisor_step_operation (LsSupervisor *supervisor, LsOperation *operation, guint done)
{
  if (operation->done == done || operation->state != LS_OPERATION_RUNNING)
    return;
  operation->done = done;
  ls_supervisor_changed (supervisor, LS_NOUN_OPERATION, LS_CHANGE_CHANGED, operation);
}

void
ls_supervisor_end_operation (LsSupervisor *supervisor, LsOperation *operation, const char *failure)
{
  g_return_if_fail (operation->state == LS_OPERATION_RUNNING);
  operation->state = failure ? LS_OPERATION_FAILED : LS_OPERATION_DONE;
  operation->reason = g_strdup (failure);
  if (!failure)
    operation->done = operation->total;
  operation->ended_at = ls_supervisor_wall_ms (supervisor);
  ls_supervisor_operations (supervisor)->ended++;
  ls_supervisor_changed (supervisor, LS_NOUN_OPERATION, LS_CHANGE_CHANGED, operation);
}
