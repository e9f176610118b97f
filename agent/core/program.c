/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "core/program.h"

#include "base/error.h"

#include <string.h>

static void
group_unref (gpointer data)
{
  LsGroup *group = data;

  if (!group || --group->refs > 0)
    return;
  g_ptr_array_remove (group->registry, group);
  group->sockets->close (group->sockets->self, group->listening);
  g_ptr_array_unref (group->registry);
  g_array_unref (group->shares);
  g_free (group->lent);
  g_free (group->address);
  g_free (group);
}

static LsGroup *
group_new (const LsPorts *ports, GPtrArray *registry, const char *address, LsBalance balance, guint rows, GError **error)
{
  const char *const listen[] = { address, NULL };
  LsListening *listening = ports->sockets.open (ports->sockets.self, listen, balance, rows, error);
  LsGroup *group;

  if (!listening)
    return NULL;
  group = g_new0 (LsGroup, 1);
  group->refs = 1;
  group->sockets = &ports->sockets;
  group->registry = g_ptr_array_ref (registry);
  group->address = g_strdup (address);
  group->balance = balance;
  group->listening = listening;
  group->rows = rows;
  group->lent = g_new0 (gboolean, rows);
  group->shares = g_array_new (FALSE, FALSE, sizeof (LsShare));
  g_ptr_array_add (registry, group);
  return group;
}

/* One that is open in the cluster and not in @program yet: the same address may stand twice only to be refused by the port. */
static LsGroup *
open_group (GPtrArray *registry, const LsProgram *program, const char *address)
{
  for (guint i = 0; i < registry->len; i++)
    {
      LsGroup *group = registry->pdata[i];

      if (g_str_equal (group->address, address) && !ls_program_has (program, group))
        return group;
    }
  return NULL;
}

static LsGroup *
group_for (const LsPorts *ports, GPtrArray *registry, LsProgram *program, const char *address, guint rows, GError **error)
{
  LsGroup *group = open_group (registry, program, address);

  if (!group)
    return group_new (ports, registry, address, program->spec.balance, rows, error);
  if (group->balance != program->spec.balance)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE,
                   "the balance on %s cannot change from %s to %s while workers run: stop the cluster, change it, and start it again",
                   address, ls_balance_name (group->balance), ls_balance_name (program->spec.balance));
      return NULL;
    }
  group->refs++;
  return group;
}

LsProgram *
ls_program_new (const LsPorts *ports, GPtrArray *registry, const LsClusterSpec *spec, guint generation, guint rows, GError **error)
{
  LsProgram *program = g_new0 (LsProgram, 1);

  program->refs = 1;
  program->generation = generation;
  program->groups = g_ptr_array_new_with_free_func (group_unref);
  ls_cluster_spec_init (&program->spec);
  ls_cluster_spec_copy (&program->spec, spec);
  for (guint i = 0; spec->listen && spec->listen[i]; i++)
    {
      LsGroup *group = group_for (ports, registry, program, spec->listen[i], rows, error);

      if (!group)
        {
          ls_program_unref (program);
          return NULL;
        }
      g_ptr_array_add (program->groups, group);
    }
  return program;
}

LsProgram *
ls_program_ref (LsProgram *program)
{
  program->refs++;
  return program;
}

void
ls_program_unref (LsProgram *program)
{
  if (!program || --program->refs > 0)
    return;
  g_ptr_array_unref (program->groups);
  ls_cluster_spec_clear (&program->spec);
  g_free (program);
}

gboolean
ls_program_has (const LsProgram *program, const LsGroup *group)
{
  return g_ptr_array_find (program->groups, group, NULL);
}

gboolean
ls_program_is_steered (const LsProgram *program)
{
  return program->groups->len > 0 && program->spec.balance == LS_BALANCE_STEERED;
}

gboolean
ls_program_lend (LsProgram *program, guint row, GArray *fds, GError **error)
{
  for (guint i = 0; i < program->groups->len; i++)
    {
      LsGroup *group = program->groups->pdata[i];
      const int *lent = NULL;
      guint n = 0;

      if (!group->sockets->lend (group->sockets->self, group->listening, row, &lent, &n, error))
        return FALSE;
      group->lent[row] = TRUE;
      g_array_append_vals (fds, lent, n);
    }
  return TRUE;
}

void
ls_program_addresses (LsProgram *program, GPtrArray *addresses)
{
  for (guint i = 0; i < program->groups->len; i++)
    {
      LsGroup *group = program->groups->pdata[i];
      const char *const *bound = group->sockets->addresses (group->sockets->self, group->listening);

      for (; bound && *bound; bound++)
        g_ptr_array_add (addresses, (gpointer) *bound);
    }
}

guint
ls_program_waiting (LsProgram *program, guint row)
{
  guint waiting = 0;

  for (guint i = 0; i < program->groups->len; i++)
    {
      LsGroup *group = program->groups->pdata[i];

      if (group->lent[row])
        waiting += group->sockets->waiting (group->sockets->self, group->listening, row);
    }
  return waiting;
}

void
ls_program_retire (LsProgram *program, guint row, const LsProgram *unless)
{
  for (guint i = 0; i < program->groups->len; i++)
    {
      LsGroup *group = program->groups->pdata[i];

      if (!group->lent[row] || (unless && ls_program_has (unless, group)))
        continue;
      group->lent[row] = FALSE;
      group->sockets->retire (group->sockets->self, group->listening, row);
    }
}

static gboolean
same_shares (const GArray *a, const GArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      const LsShare *x = &g_array_index (a, LsShare, i), *y = &g_array_index (b, LsShare, i);

      if (x->row != y->row || x->weight != y->weight)
        return FALSE;
    }
  return TRUE;
}

void
ls_group_steer (LsGroup *group, const GArray *shares)
{
  if (same_shares (group->shares, shares))
    return;
  g_array_set_size (group->shares, 0);
  g_array_append_vals (group->shares, shares->data, shares->len);
  group->sockets->steer (group->sockets->self, group->listening, (const LsShare *) shares->data, shares->len);
}
