/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Processes that live in a list: as the supervisor starts and signals them, and what they do. */

#include "fakes.h"

#include "base/error.h"

#include <signal.h>
#include <string.h>

/* --- for the supervisor --- */

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
  world->now_ms += world->spawn_takes_ms;
  child = child_new (world, request);
  if (child->has_row)
    fake_boards_take_row (world, child, request->scoreboard_fd);
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

GPtrArray *
fake_children_new (void)
{
  return g_ptr_array_new_with_free_func (child_free);
}

LsSpawner
fake_spawner (FakeWorld *world)
{
  return (LsSpawner){ .check = spawner_check,
                      .spawn = spawner_spawn,
                      .signal = spawner_signal,
                      .send = spawner_send,
                      .send_lines = spawner_send_lines,
                      .input = spawner_input,
                      .resize = spawner_resize,
                      .self = world };
}

/* --- for the tests --- */

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

  how.at = world->ports.clock.wall_ms (world);
  fake_boards_leave_row (world, child);
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
