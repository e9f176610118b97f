/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fakes.h"

#include "base/error.h"

#include <signal.h>
#include <string.h>

#define ROW_KEY(row) GUINT_TO_POINTER ((row) + 1)

/* --- the clock --- */

static gint64
clock_monotonic_ms (void *self)
{
  return ((FakeWorld *) self)->now_ms;
}

static gint64
clock_wall_ms (void *self)
{
  return 1795400000000 + ((FakeWorld *) self)->now_ms + ((FakeWorld *) self)->wall_skew_ms;
}

static void
clock_wake_at (void *self, gint64 monotonic_ms)
{
  ((FakeWorld *) self)->wake_ms = monotonic_ms;
}

static double
clock_random (void *self)
{
  FakeWorld *world = self;

  return world->dice ? g_rand_double (world->dice) : world->random;
}

static GTimeZone *
clock_time_zone (void *self)
{
  FakeWorld *world = self;

  if (!world->zone_read || strcmp (g_time_zone_get_identifier (world->zone_read), world->zone) != 0)
    {
      g_clear_pointer (&world->zone_read, g_time_zone_unref);
      world->zone_read = g_time_zone_new_identifier (world->zone);
    }
  return g_time_zone_ref (world->zone_read);
}

/* --- the spawner --- */

static void
child_free (gpointer data)
{
  FakeChild *child = data;

  g_free (child->id);
  g_strfreev (child->argv);
  g_strfreev (child->env);
  g_strfreev (child->fd_names);
  g_array_unref (child->fds);
  g_array_unref (child->signals);
  g_ptr_array_unref (child->sent);
  g_string_free (child->input, TRUE);
  g_free (child);
}

static LsScoreboard *
board_of_fd (FakeWorld *world, int fd)
{
  for (guint i = 0; i < world->boards->len; i++)
    {
      LsScoreboard *board = world->boards->pdata[i];

      if (board->fd == fd)
        return board;
    }
  return NULL;
}

static void
take_row (FakeWorld *world, FakeChild *child, int fd)
{
  LsScoreboard *board = board_of_fd (world, fd);

  assert_non_null (board);
  assert_true (child->row < board->rows);
  assert_null (g_hash_table_lookup (board->living, ROW_KEY (child->row)));      /* never two processes in a row */
  assert_int_equal (board->unfolded[child->row], 0);                            /* folded before it is used again */
  g_hash_table_insert (board->living, ROW_KEY (child->row), child);
}

static FakeChild *
child_new (FakeWorld *world, const LsSpawnRequest *request)
{
  FakeChild *child = g_new0 (FakeChild, 1);

  if (world->dice)
    world->next_pid = g_rand_int_range (world->dice, 100, 120);      /* may be that of a child whose end is not reported yet */
  child->instance = (LsInstance){ world->next_pid++, 5000 + (guint64) world->spawned++ };
  child->id = g_strdup (request->id);
  child->argv = g_strdupv ((char **) request->argv);
  child->env = g_strdupv ((char **) request->env);
  child->fds = g_array_new (FALSE, FALSE, sizeof (int));
  child->fd_names = g_new0 (char *, request->n_listen_fds + 1);
  for (guint i = 0; i < request->n_listen_fds; i++)
    {
      assert_null (strchr (request->listen_names[i], ':'));      /* it parts the names in LISTEN_FDNAMES */
      child->fd_names[i] = g_strdup (request->listen_names[i]);
      g_array_append_val (child->fds, request->listen_fds[i]);
    }
  child->signals = g_array_new (FALSE, FALSE, sizeof (int));
  child->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) (void (*) (void)) json_decref);
  child->input = g_string_new (request->stdin_mode == LS_STDIN_TEXT ? request->stdin_text : NULL);
  child->stdin_mode = request->stdin_mode;
  child->pty = request->pty;
  child->window = request->window;
  child->spawned_ms = world->now_ms;
  child->has_row = request->scoreboard_fd >= 0;
  child->row = request->scoreboard_row;
  return child;
}

static gboolean
spawner_spawn (void *self, const LsSpawnRequest *request, LsInstance *ret_instance, GError **error)
{
  FakeWorld *world = self;
  FakeChild *child;

  assert_non_null (request->id);
  assert_non_null (request->argv[0]);
  if (world->spawn_error)
    {
      g_set_error_literal (error, LS_ERROR, world->spawn_error_code ? world->spawn_error_code : LS_ERROR_FAILED, world->spawn_error);
      return FALSE;
    }
  child = child_new (world, request);
  if (child->has_row)
    take_row (world, child, request->scoreboard_fd);
  g_ptr_array_add (world->children, child);
  *ret_instance = child->instance;
  return TRUE;
}

static FakeChild *
child_of_instance (FakeWorld *world, LsInstance instance)
{
  for (guint i = 0; i < world->children->len; i++)
    {
      FakeChild *child = world->children->pdata[i];

      if (child->instance.pid == instance.pid && child->instance.start_time == instance.start_time)
        return child;
    }
  return NULL;
}

static gboolean
refuse (GError **error, FakeChild *child)
{
  if (!child)
    g_set_error_literal (error, LS_ERROR, LS_ERROR_CONFLICT, "The process has ended.");
  return child == NULL;
}

static gboolean
spawner_check (void *self, const LsSpawnRequest *request, GError **error)
{
  FakeWorld *world = self;

  if (!world->check_error)
    return TRUE;
  g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, world->check_error);
  return FALSE;
}

static gboolean
spawner_resize (void *self, LsInstance instance, LsTerminalSize window, GError **error)
{
  FakeChild *child = child_of_instance (self, instance);

  assert_non_null (child);
  child->window = window;
  return TRUE;
}

static gboolean
spawner_signal (void *self, LsInstance instance, int signal_number, gboolean group, GError **error)
{
  FakeWorld *world = self;
  FakeChild *child = world->refuse_signals ? NULL : child_of_instance (world, instance);

  if (refuse (error, child))
    return FALSE;
  g_array_append_val (child->signals, signal_number);
  return TRUE;
}

static gboolean
spawner_send (void *self, LsInstance instance, json_t *message, GError **error)
{
  FakeChild *child = child_of_instance (self, instance);

  if (refuse (error, child))
    return FALSE;
  g_ptr_array_add (child->sent, json_incref (message));
  return TRUE;
}

/* Each line as the JSON that it is. */
static gboolean
spawner_send_lines (void *self, LsInstance instance, const char *lines, gsize length, GError **error)
{
  FakeWorld *world = self;
  FakeChild *child = world->channel_full ? NULL : child_of_instance (world, instance);
  const char *end = lines + length;

  if (refuse (error, child))
    return FALSE;
  while (lines < end)
    {
      const char *line_end = memchr (lines, '\n', (gsize) (end - lines));
      json_t *message;

      assert_non_null (line_end);
      message = ls_json_parse (lines, (gsize) (line_end - lines), NULL);
      assert_non_null (message);
      g_ptr_array_add (child->sent, message);
      lines = line_end + 1;
    }
  return TRUE;
}

static gboolean
spawner_input (void *self, LsInstance instance, const char *data, gsize length, gboolean close, GError **error)
{
  FakeChild *child = child_of_instance (self, instance);

  if (refuse (error, child))
    return FALSE;
  assert_false (child->input_closed);
  g_string_append_len (child->input, data, (gssize) length);
  child->input_closed = close && !child->pty;
  return TRUE;
}

/* --- listening sockets --- */

static LsListening *
sockets_open (void *self, const char *const *listen, LsBalance balance, guint rows, GError **error)
{
  FakeWorld *world = self;
  LsListening *listening;

  for (guint i = 0; listen && listen[i]; i++)
    if (g_hash_table_contains (world->taken, listen[i]) || fake_listening (world, listen[i]))
      {
        g_set_error (error, LS_ERROR, LS_ERROR_CONFLICT, "The address %s is in use by another program.", listen[i]);
        return NULL;
      }
  listening = g_new0 (LsListening, 1);
  listening->addresses = listen ? g_strdupv ((char **) listen) : g_new0 (char *, 1);
  listening->balance = balance;
  listening->rows = rows;
  listening->open = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  listening->waiting = g_hash_table_new (NULL, NULL);
  listening->shares = g_array_new (FALSE, FALSE, sizeof (LsShare));
  g_ptr_array_add (world->listenings, listening);
  return listening;
}

static const char *const *
sockets_addresses (void *self, LsListening *listening)
{
  return (const char *const *) listening->addresses;
}

static gboolean
sockets_lend (void *self, LsListening *listening, guint row, const int **ret_fds, guint *ret_n, GError **error)
{
  FakeWorld *world = self;
  int *fds = g_hash_table_lookup (listening->open, ROW_KEY (row));
  guint n = g_strv_length (listening->addresses);

  assert_true (row < listening->rows);
  if (world->lend_error)
    {
      g_set_error_literal (error, LS_ERROR, LS_ERROR_FAILED, world->lend_error);
      return FALSE;
    }
  if (!fds)
    {
      fds = g_new0 (int, MAX (n, 1));
      for (guint i = 0; i < n; i++)
        fds[i] = 1000 + (int) world->spawned_fd++;
      g_hash_table_insert (listening->open, ROW_KEY (row), fds);
    }
  *ret_fds = fds;
  *ret_n = n;
  return TRUE;
}

static void
sockets_steer (void *self, LsListening *listening, const LsShare *shares, guint n_shares)
{
  g_array_set_size (listening->shares, 0);
  for (guint i = 0; i < n_shares; i++)
    {
      assert_true (g_hash_table_contains (listening->open, ROW_KEY (shares[i].row)));
      assert_true (shares[i].weight > 0);
      assert_false (fake_steers_to (listening, shares[i].row));
      g_array_append_val (listening->shares, shares[i]);
    }
}

static guint
sockets_waiting (void *self, LsListening *listening, guint row)
{
  if (listening->balance == LS_BALANCE_SHARED)
    return 0;
  return GPOINTER_TO_UINT (g_hash_table_lookup (listening->waiting, ROW_KEY (row)));
}

static void
sockets_retire (void *self, LsListening *listening, guint row)
{
  assert_true (g_hash_table_contains (listening->open, ROW_KEY (row)));
  assert_false (fake_steers_to (listening, row));      /* steered away first */
  g_hash_table_remove (listening->open, ROW_KEY (row));
  g_hash_table_remove (listening->waiting, ROW_KEY (row));
}

static void
listening_free (LsListening *listening)
{
  g_strfreev (listening->addresses);
  g_hash_table_unref (listening->open);
  g_hash_table_unref (listening->waiting);
  g_array_unref (listening->shares);
  g_free (listening);
}

static void
sockets_close (void *self, LsListening *listening)
{
  assert_true (g_ptr_array_remove (((FakeWorld *) self)->listenings, listening));
  listening_free (listening);
}

/* --- scoreboards --- */

static LsScoreboard *
boards_create (void *self, const char *cluster, guint rows, GError **error)
{
  FakeWorld *world = self;
  LsScoreboard *board = g_new0 (LsScoreboard, 1);

  board->cluster = g_strdup (cluster);
  board->rows = rows;
  board->living = g_hash_table_new (NULL, NULL);
  board->unfolded = g_new0 (guint, rows);
  board->fd = 500 + (int) world->spawned_fd++;
  g_ptr_array_add (world->boards, board);
  return board;
}

static int
boards_fd (void *self, LsScoreboard *board)
{
  return board->fd;
}

static void
boards_fold (void *self, LsScoreboard *board, guint row)
{
  assert_int_equal (board->unfolded[row], 1);      /* once an ended process, and never a living one */
  board->unfolded[row] = 0;
  board->folds++;
}

static void
boards_destroy (void *self, LsScoreboard *board)
{
  assert_true (g_ptr_array_remove (((FakeWorld *) self)->boards, board));
  assert_int_equal (g_hash_table_size (board->living), 0);
  g_hash_table_unref (board->living);
  g_free (board->unfolded);
  g_free (board->cluster);
  g_free (board);
}

/* --- the observer --- */

static char *
resource_key (LsNoun noun, gconstpointer resource, const char **ret_state, guint64 *ret_revision)
{
  static const char *const operation_states[] = { "running", "done", "failed" };

  *ret_revision = 0;
  switch (noun)
    {
    case LS_NOUN_CLUSTER:
      *ret_state = ls_cluster_state_name (((const LsCluster *) resource)->status.state);
      *ret_revision = ((const LsCluster *) resource)->revision;
      return g_strdup_printf ("cluster %s", ((const LsCluster *) resource)->name);
    case LS_NOUN_WORKER:
      {
        g_autofree char *key = ls_worker_key (resource);

        *ret_state = ls_worker_state_name (((const LsWorker *) resource)->state);
        *ret_revision = ((const LsWorker *) resource)->revision;
        return g_strdup_printf ("worker %s", key);
      }
    case LS_NOUN_POOL:
      *ret_state = ls_pool_state_name (((const LsPool *) resource)->state);
      *ret_revision = ((const LsPool *) resource)->revision;
      return g_strdup_printf ("pool %s", ((const LsPool *) resource)->name);
    case LS_NOUN_JOB:
      *ret_state = ls_job_state_name (((const LsJob *) resource)->state);
      *ret_revision = ((const LsJob *) resource)->revision;
      return g_strdup_printf ("job %s", ((const LsJob *) resource)->id);
    case LS_NOUN_TASK:
      *ret_state = ls_task_state_name (((const LsTask *) resource)->state);
      *ret_revision = ((const LsTask *) resource)->revision;
      return g_strdup_printf ("task %s", ((const LsTask *) resource)->id);
    case LS_NOUN_SCHEDULE:
      *ret_state = ls_schedule_state_name (((const LsSchedule *) resource)->state);
      *ret_revision = ((const LsSchedule *) resource)->revision;
      return g_strdup_printf ("schedule %s", ((const LsSchedule *) resource)->name);
    case LS_NOUN_BUFFER:
      *ret_state = ls_buffer_state_name (((const LsSharedBuffer *) resource)->state);
      *ret_revision = ((const LsSharedBuffer *) resource)->revision;
      return g_strdup_printf ("buffer %s", ((const LsSharedBuffer *) resource)->name);
    case LS_NOUN_OPERATION:
      *ret_state = operation_states[((const LsOperation *) resource)->state];
      return g_strdup_printf ("operation %s", ((const LsOperation *) resource)->id);
    }
  return NULL;
}

static void
observer_changed (void *self, LsNoun noun, LsChangeOp op, gconstpointer resource)
{
  static const char *const ops[] = { "added", "changed", "removed" };
  FakeWorld *world = self;
  const char *state = NULL;
  guint64 revision;
  g_autofree char *key = resource_key (noun, resource, &state, &revision);
  guint64 *known = g_hash_table_lookup (world->resources, key);

  g_ptr_array_add (world->changes, g_strdup_printf ("%s %s %s", ops[op], key, state));
  if ((op == LS_CHANGE_ADDED) != (known == NULL))
    fail_msg ("%s %s: it is %s", ops[op], key, known ? "known already" : "not known");
  if (op == LS_CHANGE_CHANGED && noun != LS_NOUN_OPERATION && revision <= *known)
    fail_msg ("changed %s: its revision stayed at %" G_GUINT64_FORMAT, key, revision);
  if (op == LS_CHANGE_REMOVED)
    g_hash_table_remove (world->resources, key);
  else
    g_hash_table_insert (world->resources, g_steal_pointer (&key), g_memdup2 (&revision, sizeof revision));
}

static void
observer_message (void *self, LsNoun noun, const char *id, json_t *message)
{
  FakeWorld *world = self;
  char *text = json_dumps (message, JSON_COMPACT | JSON_ENCODE_ANY);

  g_ptr_array_add (world->messages, g_strdup_printf ("%s %s", id, text));
  free (text);
}

static char **
observer_log_tail (void *self, const char *id, guint n)
{
  return g_strdupv (((FakeWorld *) self)->log_tail);
}

/* --- the world --- */

FakeWorld *
fake_world_new (void)
{
  FakeWorld *world = g_new0 (FakeWorld, 1);
  LsObserver observer = { observer_changed, observer_message, observer_log_tail, world };

  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  world->now_ms = 1000;
  world->wake_ms = G_MAXINT64;
  world->random = 0.5;
  world->zone = "UTC";
  world->next_pid = 100;
  world->children = g_ptr_array_new_with_free_func (child_free);
  world->taken = g_hash_table_new (g_str_hash, g_str_equal);
  world->listenings = g_ptr_array_new ();
  world->boards = g_ptr_array_new ();
  world->resources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  world->changes = g_ptr_array_new_with_free_func (g_free);
  world->messages = g_ptr_array_new_with_free_func (g_free);
  world->ports = (LsPorts){
    .clock = { clock_monotonic_ms, clock_wall_ms, clock_wake_at, clock_random, clock_time_zone, world },
    .spawner = { .check = spawner_check,
                 .spawn = spawner_spawn,
                 .signal = spawner_signal,
                 .send = spawner_send,
                 .send_lines = spawner_send_lines,
                 .input = spawner_input,
                 .resize = spawner_resize,
                 .self = world },
    .sockets = { sockets_open, sockets_addresses, sockets_lend, sockets_steer, sockets_waiting, sockets_retire, sockets_close, world },
    .scoreboards = { boards_create, boards_fd, boards_fold, boards_destroy, world },
    .workshop = fake_workshop (world),
    .worker_program = "/libexec/lineshaft-worker",
    .pool_program = "/libexec/lineshaft-pool",
    .cores = 4,
  };
  world->job_boards = g_ptr_array_new ();
  world->shared_memory = G_MAXUINT64;
  world->shared_files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  world->removed_parts = g_ptr_array_new_with_free_func (g_free);
  world->supervisor = ls_supervisor_new (&world->ports, &observer);
  return world;
}

void
fake_world_free (FakeWorld *world)
{
  g_ptr_array_set_size (world->children, 0);
  for (guint i = 0; i < world->boards->len; i++)
    g_hash_table_remove_all (((LsScoreboard *) world->boards->pdata[i])->living);
  ls_supervisor_free (world->supervisor);
  assert_int_equal (world->listenings->len, 0);
  assert_int_equal (world->boards->len, 0);
  assert_int_equal (world->job_boards->len, 0);
  assert_int_equal (g_hash_table_size (world->shared_files), 0);
  assert_true (world->wake_ms == G_MAXINT64);      /* every timer is disarmed */
  g_clear_pointer (&world->zone_read, g_time_zone_unref);
  g_ptr_array_unref (world->children);
  g_hash_table_unref (world->taken);
  g_ptr_array_unref (world->listenings);
  g_ptr_array_unref (world->boards);
  g_ptr_array_unref (world->job_boards);
  g_hash_table_unref (world->shared_files);
  g_ptr_array_unref (world->removed_parts);
  g_hash_table_unref (world->resources);
  g_ptr_array_unref (world->changes);
  g_ptr_array_unref (world->messages);
  g_strfreev (world->log_tail);
  g_free (world->spawn_error);
  g_free (world->lend_error);
  g_free (world);
}

void
fake_settle (FakeWorld *world)
{
  for (guint turns = 0; world->wake_ms <= world->now_ms; turns++)
    {
      assert_true (turns < 100);      /* a hot loop */
      ls_supervisor_run_timers (world->supervisor);
    }
}

void
fake_advance (FakeWorld *world, gint64 ms)
{
  gint64 until = world->now_ms + ms;

  fake_settle (world);
  while (world->wake_ms <= until)
    {
      world->now_ms = MAX (world->now_ms, world->wake_ms);
      fake_settle (world);
    }
  world->now_ms = until;
}

/* --- children --- */

FakeChild *
fake_child (FakeWorld *world, const char *id)
{
  for (guint i = world->children->len; i-- > 0;)
    if (g_str_equal (((FakeChild *) world->children->pdata[i])->id, id))
      return world->children->pdata[i];
  return NULL;
}

FakeChild *
fake_oldest_child (FakeWorld *world, const char *id)
{
  for (guint i = 0; i < world->children->len; i++)
    if (g_str_equal (((FakeChild *) world->children->pdata[i])->id, id))
      return world->children->pdata[i];
  return NULL;
}

guint
fake_count (FakeWorld *world, const char *id_prefix)
{
  guint n = 0;

  for (guint i = 0; i < world->children->len; i++)
    n += g_str_has_prefix (((FakeChild *) world->children->pdata[i])->id, id_prefix);
  return n;
}

const char *
fake_env (const FakeChild *child, const char *name)
{
  return g_environ_getenv (child->env, name);
}

guint
fake_signals (const FakeChild *child, int signal_number)
{
  guint n = 0;

  for (guint i = 0; i < child->signals->len; i++)
    n += g_array_index (child->signals, int, i) == signal_number;
  return n;
}

gboolean
fake_got_signal (const FakeChild *child, int signal_number)
{
  return fake_signals (child, signal_number) > 0;
}

void
fake_notify (FakeWorld *world, FakeChild *child, LsNotifyKind kind, const char *text)
{
  ls_supervisor_child_notify (world->supervisor, child->instance, kind, text);
}

void
fake_ready (FakeWorld *world, FakeChild *child)
{
  fake_notify (world, child, LS_NOTIFY_READY, NULL);
}

void
fake_ready_all (FakeWorld *world)
{
  for (guint i = 0; i < world->children->len; i++)
    fake_ready (world, world->children->pdata[i]);
}

static void
end_child (FakeWorld *world, FakeChild *child, LsExit how)
{
  LsInstance instance = child->instance;

  how.at = clock_wall_ms (world);
  for (guint i = 0; child->has_row && i < world->boards->len; i++)
    {
      LsScoreboard *board = world->boards->pdata[i];

      if (g_hash_table_lookup (board->living, ROW_KEY (child->row)) != child)
        continue;
      g_hash_table_remove (board->living, ROW_KEY (child->row));
      board->unfolded[child->row]++;
    }
  assert_true (g_ptr_array_remove (world->children, child));
  world->ended = instance;
  ls_supervisor_child_exited (world->supervisor, instance, &how);
}

void
fake_exit (FakeWorld *world, FakeChild *child, int code)
{
  end_child (world, child, (LsExit){ .code = code });
}

void
fake_killed (FakeWorld *world, FakeChild *child, int signal_number)
{
  end_child (world, child, (LsExit){ .code = -1, .signal = signal_number });
}

void
fake_obey_signals (FakeWorld *world)
{
  for (guint i = 0; i < world->children->len;)
    {
      FakeChild *child = world->children->pdata[i];

      if (fake_got_signal (child, SIGKILL))
        fake_killed (world, child, SIGKILL);
      else if (fake_got_signal (child, SIGTERM) || fake_got_signal (child, SIGINT))
        fake_exit (world, child, 0);
      else
        {
          i++;
          continue;
        }
      i = 0;
    }
}

void
fake_say (FakeWorld *world, FakeChild *child, const char *json)
{
  g_autoptr (json_t) message = json_loads (json, JSON_DECODE_ANY, NULL);

  assert_non_null (message);
  if (!world->whole_lines && ls_supervisor_child_line (world->supervisor, child->instance, json, strlen (json)))
    return;
  ls_supervisor_child_message (world->supervisor, child->instance, message);
}

/* --- sockets and changes --- */

LsListening *
fake_listening (FakeWorld *world, const char *address)
{
  for (guint i = 0; i < world->listenings->len; i++)
    {
      LsListening *listening = world->listenings->pdata[i];

      if (g_strv_contains ((const char *const *) listening->addresses, address))
        return listening;
    }
  return NULL;
}

gboolean
fake_steers_to (LsListening *listening, guint row)
{
  for (guint i = 0; i < listening->shares->len; i++)
    if (g_array_index (listening->shares, LsShare, i).row == row)
      return TRUE;
  return FALSE;
}

void
fake_set_waiting (LsListening *listening, guint row, guint connections)
{
  g_hash_table_insert (listening->waiting, ROW_KEY (row), GUINT_TO_POINTER (connections));
}

void
fake_forget_changes (FakeWorld *world)
{
  g_ptr_array_set_size (world->changes, 0);
}

guint
fake_changes (FakeWorld *world, const char *prefix)
{
  guint n = 0;

  for (guint i = 0; i < world->changes->len; i++)
    n += g_str_has_prefix (world->changes->pdata[i], prefix);
  return n;
}
