/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "daemon/daemon.h"

#include "base/error.h"
#include "daemon/hand_over.h"
#include "daemon/parts.h"
#include "daemon/paths.h"
#include "daemon/scoreboards.h"
#include "logs/log.h"
#include "platform/host_figures.h"
#include "platform/process_figures.h"
#include "platform/system.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* --- what comes from the children goes to the supervisor and the logs --- */

static void
on_started (void *self, const char *id, LsInstance instance, const GError *error)
{
  ls_supervisor_child_started (((LsDaemon *) self)->supervisor, id, instance, error);
}

static void
on_notify (void *self, LsInstance instance, LsNotifyKind kind, const char *text)
{
  ls_supervisor_child_notify (((LsDaemon *) self)->supervisor, instance, kind, text);
}

static gboolean
on_line (void *self, LsInstance instance, const char *line, gsize length)
{
  return ls_supervisor_child_line (((LsDaemon *) self)->supervisor, instance, line, length);
}

static void
on_message (void *self, LsInstance instance, json_t *message)
{
  ls_supervisor_child_message (((LsDaemon *) self)->supervisor, instance, message);
}

static void
on_output (void *self, LsInstance instance, const char *id, gboolean is_stderr, const char *data, gsize length)
{
  LsDaemon *daemon = self;
  gsize dropped = ls_log_store_append (daemon->logs, id, is_stderr ? LS_LOG_STDERR : LS_LOG_STDOUT, data, length, g_get_real_time () / 1000);

  ls_supervisor_child_output (daemon->supervisor, instance, is_stderr, length, dropped);
}

static void
on_exited (void *self, LsInstance instance, const char *id, const LsExit *how)
{
  LsDaemon *daemon = self;

  ls_log_store_end (daemon->logs, id);
  ls_supervisor_child_exited (daemon->supervisor, instance, how);
}

/* --- what the supervisor tells goes to the readers --- */

static void
write_down (LsDaemon *daemon, LsChangeOp op, const LsSchedule *schedule)
{
  g_autofree char *problem = NULL;

  if (daemon->book == NULL)
    return;
  ls_schedule_book_changed (daemon->book, op, schedule);
  problem = ls_schedule_book_take_problem (daemon->book);
  if (problem != NULL)
    ls_log (LS_LOG_WARNING, "%s", problem);
}

static void
on_changed (void *self, LsNoun noun, LsChangeOp op, gconstpointer resource)
{
  LsDaemon *daemon = self;

  ls_journal_changed (daemon->journal, noun, op, resource);
  if (daemon->service != NULL)
    ls_service_changed (daemon->service, noun, op, resource);
  if (noun == LS_NOUN_TASK && op == LS_CHANGE_REMOVED)
    ls_log_store_forget (daemon->logs, ((const LsTask *) resource)->id);
  if (noun == LS_NOUN_SCHEDULE)
    write_down (daemon, op, resource);
}

static void
on_user_message (void *self, LsNoun noun, const char *id, json_t *message)
{
  LsDaemon *daemon = self;

  if (daemon->service != NULL)
    ls_service_message (daemon->service, noun, id, message);
}

static char **
log_tail (void *self, const char *id, guint n)
{
  return ls_log_store_tail (((LsDaemon *) self)->logs, id, n);
}

static void
on_sample (void *self, const LsSample *sample)
{
  LsDaemon *daemon = self;

  ls_history_add (daemon->history, sample);
  ls_service_sample (daemon->service, sample);
  ls_children_rest (daemon->children);
}

/* --- the parts, in the order in which they need each other --- */

static gboolean
make_logs (LsDaemon *daemon, GError **error)
{
  const LsAgentSettings *settings = &daemon->config->agent;
  const char *given = ls_manager_logs (daemon->manager);
  g_autofree char *folder = given != NULL ? g_strdup (given) : ls_paths_logs ((const char *const *) daemon->options->sockets);
  g_autoptr (GError) no_disk = NULL;

  daemon->logs = ls_log_store_new (folder, settings->log_memory, settings->log_disk, &no_disk);
  /* A full or read-only disk is no reason not to serve. */
  if (daemon->logs == NULL)
    {
      daemon->logs = ls_log_store_new (NULL, settings->log_memory, 0, error);
      daemon->disk_warning = g_strdup_printf ("Output is kept in memory only: %s", no_disk->message);
    }
  if (daemon->logs == NULL)
    return FALSE;
  ls_log_init (daemon->options->log_level, daemon->logs);
  return TRUE;
}

/* A disk that cannot be written to is no reason not to run anything. */
static void
make_book (LsDaemon *daemon)
{
  g_autofree char *folder = ls_paths_schedules ((const char *const *) daemon->options->sockets);
  g_autoptr (GError) error = NULL;

  daemon->book = ls_schedule_book_new (folder, &error);
  if (daemon->book != NULL)
    ls_schedule_book_read (daemon->book, daemon->supervisor, daemon->book_warnings);
  else
    g_ptr_array_add (daemon->book_warnings, g_strdup (error->message));
  for (guint i = 0; i < daemon->book_warnings->len; i++)
    ls_log (LS_LOG_WARNING, "%s", (const char *) g_ptr_array_index (daemon->book_warnings, i));
}

static gboolean
make_supervisor (LsDaemon *daemon, GError **error)
{
  const LsChildEvents events = { on_started, on_notify, on_line, on_message, on_output, on_exited, daemon };
  g_autofree char *containment = NULL;
  const LsObserver observer = { on_changed, on_user_message, log_tail, daemon };
  LsPorts ports = { .worker_program = daemon->worker_program, .pool_program = daemon->pool_program, .cores = ls_host_cores () };

  daemon->children = ls_children_new (&daemon->loop, &events, daemon->config->agent.containment == LS_CONTAINMENT_CGROUP, error);
  if (daemon->children == NULL)
    return FALSE;
  containment = ls_children_containment (daemon->children);
  ls_log (LS_LOG_DEBUG, "%s", containment);
  daemon->sockets = ls_socket_host_new ();
  ports.clock = ls_loop_clock_port (&daemon->clock);
  ports.spawner = ls_children_spawner (daemon->children);
  ports.sockets = ls_socket_host_port (daemon->sockets);
  ports.scoreboards = ls_scoreboards_port ();
  daemon->workshop = ls_workshop_host_new ();
  ports.workshop = ls_workshop_host_port (daemon->workshop);
  daemon->supervisor = ls_supervisor_new (&ports, &observer);
  daemon->clock.supervisor = daemon->supervisor;
  ls_supervisor_set_tasks_max (daemon->supervisor, daemon->config->agent.tasks_max);
  daemon->applier = ls_applier_new (daemon->supervisor);
  return TRUE;
}

static void
hold (void *self, LsInstance instance, gboolean hold_it)
{
  LsDaemon *daemon = self;

  if (daemon->children != NULL)
    ls_children_hold (daemon->children, instance, hold_it);
}

/* Of the same clock as schedules have. */
static char *
time_zone (void *self)
{
  LsClock clock = ls_loop_clock_port (&((LsDaemon *) self)->clock);
  g_autoptr (GTimeZone) zone = clock.time_zone (clock.self);

  return g_strdup (g_time_zone_get_identifier (zone));
}

static void
adopt_socket (void *user, const char *path, int fd, int lock)
{
  const LsAdoptedSocket socket = { path, fd, lock };

  if (path != NULL)
    g_array_append_val ((GArray *) user, socket);
}

static gboolean
make_service (LsDaemon *daemon, GError **error)
{
  g_autoptr (GArray) adopted = g_array_new (FALSE, FALSE, sizeof (LsAdoptedSocket));
  LsServiceParts parts = {
    .loop = &daemon->loop,
    .supervisor = daemon->supervisor,
    .sampler = ls_sampling_sampler (daemon->sampling),
    .history = daemon->history,
    .logs = daemon->logs,
    .epoch = daemon->epoch,
    .sockets = (const char *const *) daemon->socket_paths,
    .spare_socket = daemon->spare_socket,
    .allow_group = daemon->config->agent.allow_group,
    .facts = &daemon->facts,
    .peer = ls_peer_credentials,
    .open_fds = ls_process_open_fds,
    .time_zone = time_zone,
    .hold = hold,
    .apply = ls_daemon_apply,
    .restart = ls_daemon_restart,
    .stop = ls_daemon_stop_by_wish,
    .self = daemon,
  };

  ls_hand_over_each_socket (daemon->handed_over, adopt_socket, adopted);
  parts.adopted = (const LsAdoptedSocket *) (void *) adopted->data;
  parts.n_adopted = adopted->len;
  parts.listen_fds = ls_manager_sockets (daemon->manager, &parts.n_listen_fds);
  daemon->service = ls_service_new (&parts, error);
  return daemon->service != NULL;
}

static void
learn_facts (LsDaemon *daemon)
{
  LsAgentFacts *facts = &daemon->facts;
  LsHostReader *reader = ls_host_reader_new ();
  LsHostFigures figures = { 0 };

  facts->instance = (LsInstance) { getpid (), ls_process_start_time (getpid ()) };
  facts->started_at = g_get_real_time () / 1000;
  facts->platform = ls_platform_name ();
  facts->sandbox = ls_paths_in_flatpak () ? "flatpak" : NULL;
  facts->config_path = daemon->config_path = ls_daemon_config_path (daemon->options);
  facts->host_name = daemon->host_name = ls_host_name ();
  facts->host_system = daemon->host_system = ls_host_system ();
  facts->compare_program = daemon->compare_program = ls_paths_program ("lineshaft-compare", NULL);
  facts->cores = ls_host_cores ();
  if (ls_host_reader_read (reader, &figures) && figures.uptime_ms > 0)
    facts->booted_at = facts->started_at - figures.uptime_ms;
  ls_host_figures_clear (&figures);
  ls_host_reader_free (reader);
}

/* Everything that runs without a child yet. Nothing is started before the socket is ours: a second agent must not touch what the first runs. */
static gboolean
make_parts (LsDaemon *daemon, GError **error)
{
  const LsAgentSettings *settings = &daemon->config->agent;

  learn_facts (daemon);
  daemon->facts.interval_ms = settings->interval_ms;
  daemon->facts.sampling_budget = settings->sampling_budget;
  daemon->worker_program = ls_paths_program ("lineshaft-worker", error);
  if (daemon->worker_program == NULL)
    return FALSE;
  daemon->pool_program = ls_paths_program ("lineshaft-pool", error);
  if (daemon->pool_program == NULL || !make_supervisor (daemon, error))
    return FALSE;
  daemon->history = ls_history_new (settings->history_memory);
  daemon->sampling = ls_sampling_new (&daemon->loop, daemon->supervisor, daemon->epoch, settings->interval_ms, settings->sampling_budget,
                                      on_sample, daemon);
  return make_service (daemon, error);
}

/* --- a life --- */

static void
on_watchdog (uv_timer_t *timer)
{
  ls_manager_notify (((LsDaemon *) timer->data)->manager, "WATCHDOG=1");
}

static int
complain (int status, const GError *error)
{
  fprintf (stderr, "lineshaft-agent: %s\n", error->message);
  return status;
}

/* Applies the config for the first time. What it says is to run; if it cannot, neither does the agent. */
static void
begin (LsDaemon *daemon)
{
  g_autoptr (GError) error = NULL;
  gint64 watchdog_ms = ls_manager_watchdog_ms (daemon->manager);
  json_t *changes = NULL;

  ls_daemon_watch_signals (daemon);
  make_book (daemon);
  if (!ls_applier_apply (daemon->applier, daemon->config, FALSE, &changes, &error))
    {
      daemon->status = complain (1, error);
      ls_daemon_stop (daemon);
      return;
    }
  json_decref (changes);
  ls_hand_over_restore (daemon->handed_over, daemon->supervisor, daemon->applier);
  ls_daemon_reset_warnings (daemon, daemon->config);
  ls_sampling_start (daemon->sampling);
  if (watchdog_ms > 0)
    uv_timer_start (&daemon->watchdog, on_watchdog, 0, (guint64) watchdog_ms);
  ls_manager_notify (daemon->manager, "READY=1");
  ls_log (LS_LOG_INFO, "lineshaft-agent %s answers on %s", LS_VERSION,
          daemon->socket_paths[0] != NULL ? daemon->socket_paths[0] : "the socket of the service manager");
}

static void
free_parts (LsDaemon *daemon)
{
  ls_applier_free (daemon->applier);
  ls_supervisor_free (daemon->supervisor);
  ls_loop_clock_clear (&daemon->clock);
  ls_schedule_book_free (daemon->book);
  g_ptr_array_unref (daemon->book_warnings);
  g_clear_pointer (&daemon->sockets, ls_socket_host_free);
  g_clear_pointer (&daemon->workshop, ls_workshop_host_free);
  g_clear_pointer (&daemon->history, ls_history_free);
  ls_log_init (daemon->options->log_level, NULL);
  ls_log_store_free (daemon->logs);
  ls_journal_free (daemon->journal);
  g_clear_pointer (&daemon->config, ls_config_free);
  ls_manager_free (daemon->manager);
  g_ptr_array_unref (daemon->facts.warnings);
  g_strfreev (daemon->socket_paths);
  g_free (daemon->spare_socket);
  json_decref (daemon->handed_over);
  g_free (daemon->worker_program);
  g_free (daemon->pool_program);
  g_free (daemon->compare_program);
  g_free (daemon->config_path);
  g_free (daemon->host_name);
  g_free (daemon->host_system);
  g_free (daemon->epoch);
  g_free (daemon->disk_warning);
}

static void
add_manager_socket (void *user, const char *path, int fd, int lock)
{
  if (path == NULL)
    ls_manager_add_socket (user, fd);
}

static void
prepare_process (LsDaemon *daemon)
{
  g_autofree char *socket = NULL;
  guint n_handed_over;
  gboolean handed_over;

  signal (SIGPIPE, SIG_IGN);
  ls_name_process ("lineshaft-agent");      /* started through a loader, it would bear the loader's name */
  ls_raise_fd_limit ();
  ls_become_subreaper ();
  daemon->program = ls_paths_own_program ();
  daemon->handed_over = ls_hand_over_take ();
  daemon->manager = ls_manager_new ();
  ls_hand_over_each_socket (daemon->handed_over, add_manager_socket, daemon->manager);
  handed_over = ls_manager_sockets (daemon->manager, &n_handed_over) != NULL && daemon->options->sockets == NULL;
  daemon->socket_paths = handed_over ? g_new0 (char *, 1)
                                     : ls_paths_sockets ((const char *const *) daemon->options->sockets, daemon->options->app_id);
  if (!handed_over)
    daemon->spare_socket = ls_paths_spare_socket ((const char *const *) daemon->options->sockets, daemon->options->app_id);
  /* Children and theirs find this agent, not another. */
  socket = handed_over ? ls_manager_socket_path (daemon->manager, 0) : g_strdup (daemon->socket_paths[0]);
  if (socket != NULL)
    g_setenv ("LINESHAFT_SOCKET", socket, TRUE);
}

static void
init_handles (LsDaemon *daemon)
{
  uv_loop_init (&daemon->loop);
  ls_loop_clock_init (&daemon->clock, &daemon->loop);
  uv_timer_init (&daemon->loop, &daemon->watchdog);
  daemon->watchdog.data = daemon;
  for (guint i = 0; i < LS_DAEMON_SIGNALS; i++)
    uv_signal_init (&daemon->loop, &daemon->signals[i]);
}

/* FALSE: it said why and is to end; status is set. */
static gboolean
prepare (LsDaemon *daemon)
{
  g_autoptr (GError) error = NULL;

  prepare_process (daemon);
  daemon->config = ls_daemon_load_config (daemon, &error);
  if (daemon->config == NULL)
    daemon->status = complain (2, error);
  else if (!make_logs (daemon, &error) || !make_parts (daemon, &error))
    daemon->status = complain (1, error);
  return daemon->status == 0;
}

int
ls_daemon_run (const LsOptions *options)
{
  LsDaemon daemon = { .options = options };

  daemon.facts.warnings = g_ptr_array_new_with_free_func (g_free);
  daemon.book_warnings = g_ptr_array_new_with_free_func (g_free);
  daemon.epoch = g_strdup_printf ("%08x", g_random_int ());
  daemon.journal = ls_journal_new ();
  init_handles (&daemon);
  if (prepare (&daemon))
    begin (&daemon);
  else
    ls_daemon_close (&daemon);
  uv_run (&daemon.loop, UV_RUN_DEFAULT);
  if (daemon.hand_over != NULL)
    ls_manager_leave (daemon.manager);
  free_parts (&daemon);
  uv_loop_close (&daemon.loop);
  if (daemon.hand_over != NULL)
    daemon.status = ls_daemon_begin_anew (daemon.hand_over, daemon.program, options->argv);
  json_decref (daemon.hand_over);
  g_free (daemon.program);
  return daemon.status;
}
