/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/hand_over.h"

#include "logs/log.h"
#include "platform/shared_memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define VARIABLE "LINESHAFT_HAND_OVER"

/* --- what runs beyond the config --- */

typedef struct {
  const LsConfig *said;
  json_t *list;
  const LsApplier *applier;      /* tasks */
} Gathering;

static const char *
origin_name (LsOrigin origin)
{
  return origin == LS_ORIGIN_CONFIG ? "config" : "api";
}

static LsOrigin
origin_of (json_t *each)
{
  const char *name = json_string_value (json_object_get (each, "origin"));

  return g_strcmp0 (name, "config") == 0 ? LS_ORIGIN_CONFIG : LS_ORIGIN_API;
}

static void
gather (Gathering *gathering, const char *name, LsOrigin origin, json_t *spec, json_t *said, gboolean stopped)
{
  gboolean as_said = origin == LS_ORIGIN_CONFIG && !stopped && said != NULL && json_equal (spec, said);

  json_decref (said);
  if (as_said)
    json_decref (spec);
  else
    json_array_append_new (gathering->list, json_pack ("{s:s, s:s, s:o, s:b}", "name", name, "origin", origin_name (origin), "spec", spec, "stopped",
                                                       stopped));
}

static void
gather_cluster (void *user, gconstpointer resource)
{
  Gathering *gathering = user;
  const LsCluster *cluster = resource;
  const LsConfigCluster *said = ls_config_find (gathering->said->clusters, cluster->name);

  gather (gathering, cluster->name, cluster->origin, ls_cluster_spec_to_json (&cluster->spec), said != NULL ? ls_cluster_spec_to_json (&said->spec) : NULL,
          cluster->status.state == LS_CLUSTER_STOPPED);
}

static void
gather_pool (void *user, gconstpointer resource)
{
  Gathering *gathering = user;
  const LsPool *pool = resource;
  const LsConfigPool *said = ls_config_find (gathering->said->pools, pool->name);

  gather (gathering, pool->name, pool->origin, ls_pool_spec_to_json (&pool->spec), said != NULL ? ls_pool_spec_to_json (&said->spec) : NULL, FALSE);
}

static void
gather_schedule (void *user, gconstpointer resource)
{
  Gathering *gathering = user;
  const LsSchedule *schedule = resource;
  const LsConfigSchedule *said = ls_config_find (gathering->said->schedules, schedule->name);

  gather (gathering, schedule->name, schedule->origin, ls_schedule_spec_to_json (&schedule->spec),
          said != NULL ? ls_schedule_spec_to_json (&said->spec) : NULL, FALSE);
}

/* A command that ran once is not run again behind anybody's back, and those of schedules have a rule of their own for what is missed. */
static void
gather_task (void *user, gconstpointer resource)
{
  Gathering *gathering = user;
  const LsTask *task = resource;
  const char *applied = ls_applier_name_of_task (gathering->applier, task->id);

  if (ls_task_state_is_final (task->state) || task->schedule != NULL || (applied == NULL && task->spec.restart != LS_RESTART_ALWAYS)
      || (applied != NULL && ls_config_find (gathering->said->tasks, applied) != NULL))
    return;
  json_array_append_new (gathering->list, json_pack ("{s:s, s:o, s:b}", "name", applied != NULL ? applied : task->name, "spec",
                                                     ls_task_spec_to_json (&task->spec), "applied", applied != NULL));
}

json_t *
ls_hand_over_new (LsSupervisor *supervisor, const LsApplier *applier, const LsConfig *said)
{
  Gathering clusters = { said, json_array (), NULL }, pools = { said, json_array (), NULL }, schedules = { said, json_array (), NULL },
            tasks = { said, json_array (), applier };

  ls_supervisor_foreach (supervisor, LS_NOUN_CLUSTER, gather_cluster, &clusters);
  ls_supervisor_foreach (supervisor, LS_NOUN_POOL, gather_pool, &pools);
  ls_supervisor_foreach (supervisor, LS_NOUN_SCHEDULE, gather_schedule, &schedules);
  ls_supervisor_foreach (supervisor, LS_NOUN_TASK, gather_task, &tasks);
  return json_pack ("{s:i, s:[], s:o, s:o, s:o, s:o}", "pid", (int) getpid (), "sockets", "clusters", clusters.list, "pools", pools.list, "schedules",
                    schedules.list, "tasks", tasks.list);
}

typedef struct {
  LsSupervisor *supervisor;
  LsApplier *applier;
} Restoring;

static gboolean
restore_cluster (const Restoring *to, const char *name, json_t *each, GError **error)
{
  LsClusterSpec spec;
  gboolean done;

  ls_cluster_spec_init (&spec);
  done = ls_cluster_spec_from_json (json_object_get (each, "spec"), &spec, error)
         && ls_supervisor_put_cluster (to->supervisor, name, &spec, origin_of (each), NULL, error)
         && (!json_is_true (json_object_get (each, "stopped")) || ls_supervisor_stop_cluster (to->supervisor, name, NULL, error));
  ls_cluster_spec_clear (&spec);
  return done;
}

static gboolean
restore_pool (const Restoring *to, const char *name, json_t *each, GError **error)
{
  LsPoolSpec spec;
  gboolean done;

  ls_pool_spec_init (&spec);
  done = ls_pool_spec_from_json (json_object_get (each, "spec"), &spec, error)
         && ls_supervisor_put_pool (to->supervisor, name, &spec, origin_of (each), NULL, error);
  ls_pool_spec_clear (&spec);
  return done;
}

static gboolean
restore_schedule (const Restoring *to, const char *name, json_t *each, GError **error)
{
  LsScheduleSpec spec;
  gboolean done;

  ls_schedule_spec_init (&spec);
  done = ls_schedule_spec_from_json (json_object_get (each, "spec"), &spec, error)
         && ls_supervisor_put_schedule (to->supervisor, name, &spec, origin_of (each), error);
  ls_schedule_spec_clear (&spec);
  return done;
}

static gboolean
restore_task (const Restoring *to, const char *name, json_t *each, GError **error)
{
  LsTaskSpec spec;
  gboolean done;

  ls_task_spec_init (&spec);
  done = ls_task_spec_from_json (json_object_get (each, "spec"), &spec, error)
         && (json_is_true (json_object_get (each, "applied")) ? ls_applier_run_task (to->applier, name, &spec, error)
                                                              : ls_supervisor_run_task (to->supervisor, name, &spec, NULL, error));
  ls_task_spec_clear (&spec);
  return done;
}

void
ls_hand_over_restore (json_t *hand_over, LsSupervisor *supervisor, LsApplier *applier)
{
  const Restoring to = { supervisor, applier };
  static const struct {
    const char *member;
    gboolean (*restore) (const Restoring *to, const char *name, json_t *each, GError **error);
  } kinds[] = { { "clusters", restore_cluster }, { "pools", restore_pool }, { "schedules", restore_schedule }, { "tasks", restore_task } };
  json_t *each;
  gsize at;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    json_array_foreach (json_object_get (hand_over, kinds[i].member), at, each)
      {
        const char *name = json_string_value (json_object_get (each, "name"));
        g_autoptr (GError) error = NULL;

        if (name != NULL && !kinds[i].restore (&to, name, each, &error))
          ls_log (LS_LOG_ERROR, "“%s” ran before the restart and cannot now: %s", name, error->message);
      }
}

/* --- sockets --- */

void
ls_hand_over_add_socket (json_t *hand_over, const char *path, int fd, int lock)
{
  json_array_append_new (json_object_get (hand_over, "sockets"), json_pack ("{s:o, s:i, s:i}", "path", ls_json_string_or_null (path), "fd", fd, "lock", lock));
}

void
ls_hand_over_each_socket (json_t *hand_over, void (*each) (void *user, const char *path, int fd, int lock), void *user)
{
  json_t *socket;
  gsize at;

  json_array_foreach (json_object_get (hand_over, "sockets"), at, socket)
    each (user, json_string_value (json_object_get (socket, "path")), (int) json_integer_value (json_object_get (socket, "fd")),
          (int) json_integer_value (json_object_get (socket, "lock")));
}

static void
keep_open (void *unused, const char *path, int fd, int lock)
{
  fcntl (fd, F_SETFD, 0);
  if (lock >= 0)
    fcntl (lock, F_SETFD, 0);
}

static void
close_on_exec (void *unused, const char *path, int fd, int lock)
{
  fcntl (fd, F_SETFD, FD_CLOEXEC);
  if (lock >= 0)
    fcntl (lock, F_SETFD, FD_CLOEXEC);
}

/* --- over the exec --- */

gboolean
ls_hand_over_leave (json_t *hand_over, GError **error)
{
  g_autofree char *text = ls_json_to_text (hand_over), *value = NULL;
  gsize length = strlen (text);
  int fd;
  void *memory = ls_shared_memory_new ("lineshaft-hand-over", length, &fd, error);

  if (memory == NULL)
    return FALSE;
  memcpy (memory, text, length);
  ls_shared_memory_free (memory, length, -1);      /* the descriptor stays */
  fcntl (fd, F_SETFD, 0);
  ls_hand_over_each_socket (hand_over, keep_open, NULL);
  value = g_strdup_printf ("%d:%d", (int) getpid (), fd);
  g_setenv (VARIABLE, value, TRUE);
  return TRUE;
}

json_t *
ls_hand_over_take (void)
{
  const char *value = g_getenv (VARIABLE);
  json_t *hand_over = NULL;
  int pid = 0, fd = -1;

  /* One that a child inherited is not meant for it. */
  if (value != NULL && sscanf (value, "%d:%d", &pid, &fd) == 2 && pid == (int) getpid ())
    {
      hand_over = json_loadfd (fd, 0, NULL);
      close (fd);
    }
  g_unsetenv (VARIABLE);
  if (hand_over != NULL)
    ls_hand_over_each_socket (hand_over, close_on_exec, NULL);
  return hand_over;
}
