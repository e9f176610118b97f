/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A cluster and how it settles. */

#include "core/cluster.h"

#define FAILING_STARTS 5u
#define FAILING_WINDOW_MS 60000
#define PROBE_MS 30000
#define STARTS_A_TURN 32u      /* about 20 ms of the loop's time */

LsClusterUnit *
ls_cluster_unit_new (LsSupervisor *supervisor, const char *name, guint slots_max)
{
  LsClusterUnit *cluster = g_new0 (LsClusterUnit, 1);

  cluster->unit = (LsUnit){ &ls_cluster_class, supervisor, LS_NOUN_CLUSTER, g_strdup (name) };
  cluster->noun = ls_cluster_new (name);
  cluster->rows = 2 * slots_max;
  cluster->row_taken = g_new0 (gboolean, cluster->rows);
  cluster->groups = g_ptr_array_new ();
  cluster->addresses = g_ptr_array_new ();
  g_ptr_array_add (cluster->addresses, NULL);
  cluster->slots = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_slot_free);
  cluster->processes = g_hash_table_new (ls_instance_key_hash, ls_instance_key_equal);
  cluster->rolls = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_roll_free);
  cluster->goals = g_ptr_array_new_with_free_func ((GDestroyNotify) ls_goal_free);
  cluster->stopped = TRUE;
  return cluster;
}

/* --- rows --- */

gboolean
ls_cluster_take_row (LsClusterUnit *cluster, guint *ret_row)
{
  for (guint row = 0; row < cluster->rows; row++)
    if (!cluster->row_taken[row])
      {
        cluster->row_taken[row] = TRUE;
        *ret_row = row;
        return TRUE;
      }
  return FALSE;
}

gboolean
ls_cluster_has_free_row (LsClusterUnit *cluster)
{
  for (guint row = 0; row < cluster->rows; row++)
    if (!cluster->row_taken[row])
      return TRUE;
  return FALSE;
}

void
ls_cluster_free_row (LsClusterUnit *cluster, guint row)
{
  g_return_if_fail (cluster->row_taken[row]);
  cluster->row_taken[row] = FALSE;
}

/* --- slots --- */

void
ls_cluster_set_program (LsClusterUnit *cluster, LsProgram *program)
{
  LsProgram *before = cluster->program;

  cluster->program = program ? ls_program_ref (program) : NULL;
  g_ptr_array_set_size (cluster->addresses, 0);
  if (program)
    ls_program_addresses (program, cluster->addresses);
  g_ptr_array_add (cluster->addresses, NULL);
  ls_program_unref (before);
}

const char *const *
ls_cluster_addresses (LsClusterUnit *cluster)
{
  return (const char *const *) cluster->addresses->pdata;
}

static LsSlot *
slot_at (LsClusterUnit *cluster, guint i)
{
  return cluster->slots->pdata[i];
}

LsSlot *
ls_cluster_slot (LsClusterUnit *cluster, guint number)
{
  for (guint i = 0; i < cluster->slots->len; i++)
    if (slot_at (cluster, i)->number == number)
      return slot_at (cluster, i);
  return NULL;
}

/* Slots are kept by number, so the first that is not where it would be without gaps marks the lowest free one. */
static void
want_lowest_free (LsClusterUnit *cluster)
{
  guint i = 0;

  while (i < cluster->slots->len && slot_at (cluster, i)->number == i + 1 && slot_at (cluster, i)->wanted)
    i++;
  if (i == cluster->slots->len || slot_at (cluster, i)->number != i + 1)
    g_ptr_array_insert (cluster->slots, (int) i, ls_slot_new (cluster, i + 1));
  ls_slot_wanted (slot_at (cluster, i), cluster->program);
}

void
ls_cluster_unwant_slot (LsClusterUnit *cluster, LsSlot *slot)
{
  cluster->wanted--;
  cluster->dirty = TRUE;
  ls_slot_unwanted (slot);
}

static LsSlot *
highest_wanted (LsClusterUnit *cluster)
{
  for (guint i = cluster->slots->len; i-- > 0;)
    if (slot_at (cluster, i)->wanted)
      return slot_at (cluster, i);
  return NULL;
}

void
ls_cluster_want (LsClusterUnit *cluster, guint wanted)
{
  while (cluster->wanted > wanted)
    ls_cluster_unwant_slot (cluster, highest_wanted (cluster));
  for (; cluster->wanted < wanted; cluster->wanted++)
    want_lowest_free (cluster);
  cluster->dirty = TRUE;
}

/* --- failing --- */

static void
stop_failing (LsClusterUnit *cluster)
{
  g_clear_pointer (&cluster->failing, g_free);
  cluster->n_failed_starts = 0;
  cluster->dirty = TRUE;
  ls_timers_disarm (ls_supervisor_timers (cluster->unit.supervisor), &cluster->probe);
  for (guint i = 0; i < cluster->slots->len; i++)
    ls_slot_retry_now (slot_at (cluster, i));
  cluster->unsettled = TRUE;
}

static void arm_probe (LsClusterUnit *cluster);

/* One slot at a time is tried while the cluster fails. */
static void
probe (void *user)
{
  LsClusterUnit *cluster = user;

  arm_probe (cluster);
  for (guint i = 0; i < cluster->slots->len; i++)
    {
      LsSlot *slot = slot_at (cluster, i);

      if (!slot->on_probation)
        continue;
      ls_slot_retry_now (slot);
      break;
    }
  ls_cluster_settle (cluster);
}

static void
arm_probe (LsClusterUnit *cluster)
{
  LsSupervisor *supervisor = cluster->unit.supervisor;

  ls_timers_arm (ls_supervisor_timers (supervisor), &cluster->probe, ls_supervisor_now_ms (supervisor) + PROBE_MS, probe, cluster);
}

static void
begin_failing (LsClusterUnit *cluster)
{
  arm_probe (cluster);
  for (guint i = 0; i < cluster->slots->len; i++)
    {
      LsSlot *slot = slot_at (cluster, i);

      if (slot->failures > 0 && !slot->main && slot->wanted)
        ls_slot_put_on_probation (slot);
    }
}

/* The last five starts that failed lie within a minute. */
static gboolean
fails_fast (LsClusterUnit *cluster)
{
  gint64 now = ls_supervisor_now_ms (cluster->unit.supervisor);

  cluster->failed_starts[cluster->n_failed_starts++ % FAILING_STARTS] = now;
  return cluster->n_failed_starts >= FAILING_STARTS
         && now - cluster->failed_starts[cluster->n_failed_starts % FAILING_STARTS] <= FAILING_WINDOW_MS;
}

void
ls_cluster_start_failed (LsClusterUnit *cluster, LsSlot *slot)
{
  gboolean fast = fails_fast (cluster);
  gboolean was_failing = cluster->failing != NULL;
  g_autofree char *failure = NULL;

  if (!was_failing && !fast && slot->failures < FAILING_STARTS)
    return;
  failure = ls_slot_failure (slot);
  g_free (cluster->failing);
  cluster->failing = g_strdup_printf ("starting fails again and again: %s; tried again every 30 s", failure);
  cluster->dirty = TRUE;
  if (was_failing)
    ls_slot_put_on_probation (slot);
  else
    begin_failing (cluster);
}

void
ls_cluster_start_succeeded (LsClusterUnit *cluster, gboolean after_failures)
{
  if (cluster->failing && after_failures)
    stop_failing (cluster);
}

static gboolean
still_fails (LsClusterUnit *cluster)
{
  for (guint i = 0; i < cluster->slots->len; i++)
    {
      LsSlot *slot = slot_at (cluster, i);

      if (slot->wanted && slot->failures > 0)
        return TRUE;
    }
  return FALSE;
}

/* --- steering --- */

typedef struct {
  const LsGroup *group;
  GArray *shares;
} Steering;

static void
add_share (LsProcess *process, void *user)
{
  Steering *steering = user;
  LsShare share = { process->row, 1.0 };

  if (ls_process_serves (process) && ls_program_has (process->program, steering->group))
    g_array_append_val (steering->shares, share);
}

/* Every group to the processes that are ready and have it. */
void
ls_cluster_steer (LsClusterUnit *cluster)
{
  g_autoptr (GArray) shares = g_array_new (FALSE, FALSE, sizeof (LsShare));

  for (guint g = 0; g < cluster->groups->len; g++)
    {
      Steering steering = { cluster->groups->pdata[g], shares };

      g_array_set_size (shares, 0);
      for (guint i = 0; i < cluster->slots->len; i++)
        ls_slot_foreach_process (slot_at (cluster, i), add_share, &steering);
      ls_group_steer (cluster->groups->pdata[g], shares);
    }
}

static void
go_on_draining (LsProcess *process, void *user)
{
  ls_process_steered_away (process);
}

/* --- settling --- */

static void
draw_breath (void *user)
{
  ls_cluster_settle (user);
}

gboolean
ls_cluster_may_start (LsClusterUnit *cluster)
{
  LsSupervisor *supervisor = cluster->unit.supervisor;

  if (cluster->started++ < STARTS_A_TURN)
    return TRUE;
  if (!cluster->breath.where)
    ls_timers_arm (ls_supervisor_timers (supervisor), &cluster->breath, ls_supervisor_now_ms (supervisor), draw_breath, cluster);
  return FALSE;
}

static void
settle_slots (LsClusterUnit *cluster)
{
  for (guint i = 0; i < cluster->slots->len;)
    {
      LsSlot *slot = slot_at (cluster, i);

      if (!slot->wanted && ls_slot_is_empty (slot))
        {
          g_ptr_array_remove_index (cluster->slots, i);      /* frees it */
          continue;
        }
      ls_slot_settle (slot);
      i++;
    }
}

static void
settle_rolls (LsClusterUnit *cluster)
{
  for (guint i = cluster->rolls->len; i-- > 0;)
    ls_roll_settle (cluster->rolls->pdata[i]);      /* ends at most itself */
}

static void
settle_once (LsClusterUnit *cluster)
{
  cluster->unsettled = FALSE;
  settle_slots (cluster);
  settle_rolls (cluster);
  if (cluster->failing && !still_fails (cluster))
    stop_failing (cluster);
}

static void
go (LsClusterUnit *cluster)
{
  ls_supervisor_changed (cluster->unit.supervisor, LS_NOUN_CLUSTER, LS_CHANGE_REMOVED, cluster->noun);
  ls_supervisor_drop_unit (cluster->unit.supervisor, &cluster->unit);
}

void
ls_cluster_settle (LsClusterUnit *cluster)
{
  cluster->started = 0;
  do
    settle_once (cluster);
  while (cluster->unsettled);
  ls_cluster_steer (cluster);
  for (guint i = 0; i < cluster->slots->len; i++)
    ls_slot_foreach_process (slot_at (cluster, i), go_on_draining, NULL);
  if (cluster->stopped && cluster->slots->len == 0)
    {
      ls_cluster_set_program (cluster, NULL);
      ls_timers_disarm (ls_supervisor_timers (cluster->unit.supervisor), &cluster->breath);
    }
  ls_goals_settle (cluster);
  ls_cluster_tell (cluster);
  if (cluster->removing && cluster->slots->len == 0)
    go (cluster);
}
