/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config/config.h"

#include "base/error.h"
#include "base/text.h"
#include "config/reading.h"

#include <string.h>

static const char *const kinds[] = { "agent", "cluster", "pool", "task", "schedule", NULL };

static void
cluster_free (gpointer data)
{
  LsConfigCluster *cluster = data;

  g_free (cluster->name);
  ls_cluster_spec_clear (&cluster->spec);
  g_free (cluster);
}

static void
pool_free (gpointer data)
{
  LsConfigPool *pool = data;

  g_free (pool->name);
  ls_pool_spec_clear (&pool->spec);
  g_free (pool);
}

static void
task_free (gpointer data)
{
  LsConfigTask *task = data;

  g_free (task->name);
  ls_task_spec_clear (&task->spec);
  g_free (task);
}

static void
schedule_free (gpointer data)
{
  LsConfigSchedule *schedule = data;

  g_free (schedule->name);
  ls_schedule_spec_clear (&schedule->spec);
  g_free (schedule);
}

LsConfig *
ls_config_new (void)
{
  LsConfig *config = g_new0 (LsConfig, 1);

  config->agent = (LsAgentSettings) { .interval_ms = 1000, .history_memory = 4 << 20, .log_memory = 2 << 20, .log_disk = 64 << 20, .containment = LS_CONTAINMENT_CGROUP, .tasks_max = 512,
                                      .sampling_budget = 0.02 };
  config->clusters = g_ptr_array_new_with_free_func (cluster_free);
  config->pools = g_ptr_array_new_with_free_func (pool_free);
  config->tasks = g_ptr_array_new_with_free_func (task_free);
  config->schedules = g_ptr_array_new_with_free_func (schedule_free);
  return config;
}

void
ls_config_free (LsConfig *config)
{
  if (config == NULL)
    return;
  g_ptr_array_unref (config->clusters);
  g_ptr_array_unref (config->pools);
  g_ptr_array_unref (config->tasks);
  g_ptr_array_unref (config->schedules);
  g_free (config->agent.allow_group);
  g_free (config);
}

gconstpointer
ls_config_find (const GPtrArray *list, const char *name)
{
  for (guint i = 0; i < list->len; i++)
    if (g_str_equal (*(char *const *) g_ptr_array_index (list, i), name))
      return g_ptr_array_index (list, i);
  return NULL;
}

/* --- one group to a spec --- */

/* A # inside these belongs to them, or is a comment to whoever splits them into words. */
static gboolean
takes_any_text (const char *key)
{
  return g_str_equal (key, "command") || g_str_equal (key, "env");
}

static gboolean
check_trailing_comment (const LsConfigReading *reading, const LsConfigKey *key, GError **error)
{
  const char *mark = takes_any_text (key->key) ? NULL : strstr (key->value, " #");

  if (mark == NULL)
    return TRUE;
  ls_config_set_error (error, reading->file_name, key->line, "the value of \"%s\" has a comment behind it, \"%s\": comments stand on lines of their own",
                       key->key, mark + 1);
  return FALSE;
}

json_t *
ls_config_group_to_json (const LsConfigReading *reading, LsKind kind, GError **error)
{
  g_autoptr (json_t) spec = json_object ();

  for (guint i = 0; i < reading->group->keys->len; i++)
    {
      const LsConfigKey *key = reading->group->keys->pdata[i];
      g_autoptr (GError) why = NULL;
      g_autoptr (json_t) patch = NULL;
      json_t *merged;

      if (!check_trailing_comment (reading, key, error))
        return NULL;
      patch = ls_spec_text_to_json (kind, key->key, key->value, &why);
      if (patch == NULL)
        {
          ls_config_set_error (error, reading->file_name, key->line, "%s", why->message);
          return NULL;
        }
      merged = ls_json_merge_patch (spec, patch);
      json_decref (spec);
      spec = merged;
    }
  return g_steal_pointer (&spec);
}

typedef gboolean (*SpecReader) (json_t *json, gpointer ret, GError **error);

static gboolean
read_cluster (json_t *json, gpointer ret, GError **error)
{
  return ls_cluster_spec_from_json (json, ret, error);
}

static gboolean
read_pool (json_t *json, gpointer ret, GError **error)
{
  return ls_pool_spec_from_json (json, ret, error);
}

static gboolean
read_task (json_t *json, gpointer ret, GError **error)
{
  return ls_task_spec_from_json (json, ret, error);
}

static gboolean
read_schedule (json_t *json, gpointer ret, GError **error)
{
  return ls_schedule_spec_from_json (json, ret, error);
}

/* Whether @json alone is refused with just this sentence. */
static gboolean
fails_alike (LsKind kind, json_t *json, const char *sentence)
{
  g_autoptr (GError) error = NULL;

  if (kind == LS_KIND_CLUSTER)
    {
      LsClusterSpec spec;
      ls_cluster_spec_init (&spec);
      read_cluster (json, &spec, &error);
      ls_cluster_spec_clear (&spec);
    }
  else if (kind == LS_KIND_POOL)
    {
      LsPoolSpec spec;
      ls_pool_spec_init (&spec);
      read_pool (json, &spec, &error);
      ls_pool_spec_clear (&spec);
    }
  else if (kind == LS_KIND_SCHEDULE)
    {
      LsScheduleSpec spec;
      ls_schedule_spec_init (&spec);
      read_schedule (json, &spec, &error);
      ls_schedule_spec_clear (&spec);
    }
  else
    {
      LsTaskSpec spec;
      ls_task_spec_init (&spec);
      read_task (json, &spec, &error);
      ls_task_spec_clear (&spec);
    }
  return error != NULL && strcmp (error->message, sentence) == 0;
}

/* A spec is judged as a whole. The line to name is that of the key which alone is refused in the same words; if there is none, or the
 * whole group lacks something, that of the group. */
static guint
line_to_blame (const LsConfigReading *reading, LsKind kind, const char *sentence)
{
  g_autoptr (json_t) nothing = json_object ();

  if (fails_alike (kind, nothing, sentence))
    return reading->group->line;
  for (guint i = 0; i < reading->group->keys->len; i++)
    {
      const LsConfigKey *key = reading->group->keys->pdata[i];
      g_autoptr (json_t) alone = ls_spec_text_to_json (kind, key->key, key->value, NULL);

      if (alone != NULL && fails_alike (kind, alone, sentence))
        return key->line;
    }
  return reading->group->line;
}

/* The codec names members of the JSON ("stop_timeout_ms"), the file has settings ("stop-timeout"). */
static char *
in_words_of_the_file (LsKind kind, const char *sentence)
{
  GString *words = g_string_new (sentence);

  for (const char *const *key = ls_spec_keys (kind); *key != NULL; key++)
    {
      g_autofree char *member = g_strdelimit (g_strdup (*key), "-", '_');
      g_autofree char *duration = g_strconcat (member, "_ms", NULL);

      g_string_replace (words, duration, *key, 0);
      if (strchr (*key, '-') != NULL)
        g_string_replace (words, member, *key, 0);
    }
  return g_string_free (words, FALSE);
}

static gboolean
read_spec (const LsConfigReading *reading, LsKind kind, SpecReader read, gpointer ret, GError **error)
{
  g_autoptr (json_t) json = ls_config_group_to_json (reading, kind, error);
  g_autoptr (GError) why = NULL;
  g_autofree char *sentence = NULL;

  if (json == NULL)
    return FALSE;
  if (read (json, ret, &why))
    return TRUE;
  sentence = in_words_of_the_file (kind, why->message);
  ls_config_set_error (error, reading->file_name, line_to_blame (reading, kind, why->message), "%s", sentence);
  return FALSE;
}

static gboolean
add_cluster (LsConfigReading *reading, GError **error)
{
  LsConfigCluster *cluster = g_new0 (LsConfigCluster, 1);

  cluster->name = g_strdup (reading->group->name);
  ls_cluster_spec_init (&cluster->spec);
  g_ptr_array_add (reading->config->clusters, cluster);
  return read_spec (reading, LS_KIND_CLUSTER, read_cluster, &cluster->spec, error);
}

static gboolean
add_pool (LsConfigReading *reading, GError **error)
{
  LsConfigPool *pool = g_new0 (LsConfigPool, 1);

  pool->name = g_strdup (reading->group->name);
  ls_pool_spec_init (&pool->spec);
  g_ptr_array_add (reading->config->pools, pool);
  return read_spec (reading, LS_KIND_POOL, read_pool, &pool->spec, error);
}

/* A key that is misspelt is not one that is missing. */
static gboolean
check_keys (const LsConfigReading *reading, LsKind kind, GError **error)
{
  g_autoptr (json_t) json = ls_config_group_to_json (reading, kind, error);

  return json != NULL;
}

static gboolean
check_has (const LsConfigReading *reading, const char *key, const char *what, const char *example, GError **error)
{
  for (guint i = 0; i < reading->group->keys->len; i++)
    if (g_str_equal (((LsConfigKey *) reading->group->keys->pdata[i])->key, key))
      return TRUE;
  ls_config_set_error (error, reading->file_name, reading->group->line, "[%s] needs %s, as in %s", reading->group->header, what, example);
  return FALSE;
}

static gboolean
add_task (LsConfigReading *reading, GError **error)
{
  LsConfigTask *task = g_new0 (LsConfigTask, 1);

  task->name = g_strdup (reading->group->name);
  ls_task_spec_init (&task->spec);
  g_ptr_array_add (reading->config->tasks, task);
  return check_keys (reading, LS_KIND_TASK, error) && check_has (reading, "command", "a command", "command = echo hello", error)
         && read_spec (reading, LS_KIND_TASK, read_task, &task->spec, error);
}

static gboolean
add_schedule (LsConfigReading *reading, GError **error)
{
  LsConfigSchedule *schedule = g_new0 (LsConfigSchedule, 1);

  schedule->name = g_strdup (reading->group->name);
  ls_schedule_spec_init (&schedule->spec);
  g_ptr_array_add (reading->config->schedules, schedule);
  return check_keys (reading, LS_KIND_SCHEDULE, error) && check_has (reading, "command", "a command", "command = /usr/local/bin/backup", error)
         && check_has (reading, "when", "a time", "when = daily 03:00", error)
         && read_spec (reading, LS_KIND_SCHEDULE, read_schedule, &schedule->spec, error);
}

/* --- groups --- */

static gboolean
check_name (LsConfigReading *reading, GError **error)
{
  const LsConfigGroup *group = reading->group;
  const LsConfigGroup *other;

  if (g_str_equal (group->kind, "agent"))
    {
      if (group->name == NULL)
        return TRUE;
      ls_config_set_error (error, reading->file_name, group->line, "the agent has no name: write [agent]");
      return FALSE;
    }
  if (group->name == NULL)
    {
      ls_config_set_error (error, reading->file_name, group->line, "[%s] needs a name: write [%s NAME]", group->kind, group->kind);
      return FALSE;
    }
  if (!ls_name_is_valid (group->name))
    {
      ls_config_set_error (error, reading->file_name, group->line,
                           "\"%s\" cannot be a name: a name begins with a lower-case letter and has at most 32 lower-case letters, digits and hyphens", group->name);
      return FALSE;
    }
  other = g_hash_table_lookup (reading->names, group->name);
  if (other != NULL)
    {
      ls_config_set_error (error, reading->file_name, group->line, "the name \"%s\" is taken by [%s] at line %u: names are unique over all kinds",
                           group->name, other->header, other->line);
      return FALSE;
    }
  g_hash_table_insert (reading->names, group->name, (gpointer) group);
  return TRUE;
}

static gboolean
check_kind (LsConfigReading *reading, GError **error)
{
  const LsConfigGroup *group = reading->group;
  const char *closest;

  if (g_strv_contains (kinds, group->kind))
    return TRUE;
  closest = ls_closest_word (group->kind, kinds);
  if (closest != NULL)
    ls_config_set_error (error, reading->file_name, group->line, "[%s] is not a group: did you mean [%s%s%s]?", group->header, closest,
                         group->name != NULL ? " " : "", group->name != NULL ? group->name : "");
  else
    ls_config_set_error (error, reading->file_name, group->line, "[%s] is not a group: there are [agent], [cluster NAME], [pool NAME], [task NAME] and [schedule NAME]",
                         group->header);
  return FALSE;
}

static gboolean
read_group (LsConfigReading *reading, GError **error)
{
  const char *kind = reading->group->kind;

  if (!check_kind (reading, error) || !check_name (reading, error))
    return FALSE;
  if (g_str_equal (kind, "agent"))
    return ls_config_read_agent (reading, error);
  if (g_str_equal (kind, "cluster"))
    return add_cluster (reading, error);
  if (g_str_equal (kind, "pool"))
    return add_pool (reading, error);
  if (g_str_equal (kind, "task"))
    return add_task (reading, error);
  return add_schedule (reading, error);
}

LsConfig *
ls_config_parse (const char *text, gsize length, const char *file_name, GError **error)
{
  g_autoptr (GPtrArray) groups = ls_config_lines_parse (text, length, file_name, error);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (LsConfig) config = ls_config_new ();
  LsConfigReading reading = { .file_name = file_name, .config = config, .names = names };

  if (groups == NULL)
    return NULL;
  for (guint i = 0; i < groups->len; i++)
    {
      reading.group = groups->pdata[i];
      if (!read_group (&reading, error))
        return NULL;
    }
  return g_steal_pointer (&config);
}
