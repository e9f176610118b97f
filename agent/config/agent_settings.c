/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The group [agent]. */

#include "config/reading.h"

static gboolean
check_agent (const LsAgentSettings *agent, const char *key, const char **ret_rule)
{
  static const struct { const char *key, *rule; } rules[] = {
    { "interval", "it can be from 200ms to 1min" },
    { "history-memory", "it can be from 256KiB to 1GiB" },
    { "log-memory", "it can be from 64KiB to 1GiB" },
    { "log-disk", "it can be from 1MiB to 1TiB" },
    { "sampling-budget", "it can be from 0.1% to 100%" },
    { "allow-group", "it is the name of a group" },
    { "tasks-max", "it can be from 1 to 65536" },
  };
  const gboolean holds[] = {
    agent->interval_ms >= 200 && agent->interval_ms <= 60000,
    agent->history_memory >= 256 << 10 && agent->history_memory <= 1 << 30,
    agent->log_memory >= 64 << 10 && agent->log_memory <= 1 << 30,
    agent->log_disk >= 1 << 20 && agent->log_disk <= (guint64) 1 << 40,
    agent->sampling_budget >= 0.001 && agent->sampling_budget <= 1,
    agent->allow_group == NULL || agent->allow_group[0] != '\0',
    agent->tasks_max >= 1 && agent->tasks_max <= 65536,
  };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (g_str_equal (rules[i].key, key) && !holds[i])
      {
        *ret_rule = rules[i].rule;
        return FALSE;
      }
  return TRUE;
}

gboolean
ls_config_read_agent (LsConfigReading *reading, GError **error)
{
  LsAgentSettings *agent = &reading->config->agent;
  g_autofree char *containment = NULL;
  guint64 tasks_max = agent->tasks_max;
  g_autoptr (json_t) json = ls_config_group_to_json (reading, LS_KIND_AGENT, error);

  if (json == NULL)
    return FALSE;
  if (!ls_json_get_int (json, "interval_ms", &agent->interval_ms, error)
      || !ls_json_get_uint (json, "history_memory", 0, G_MAXINT64, &agent->history_memory, error)
      || !ls_json_get_uint (json, "log_memory", 0, G_MAXINT64, &agent->log_memory, error)
      || !ls_json_get_uint (json, "log_disk", 0, G_MAXINT64, &agent->log_disk, error)
      || !ls_json_get_real (json, "sampling_budget", &agent->sampling_budget, error)
      || !ls_json_get_uint (json, "tasks_max", 0, G_MAXINT64, &tasks_max, error)
      || !ls_json_get_string (json, "containment", &containment, error)
      || !ls_json_get_string (json, "allow_group", &agent->allow_group, error))
    {
      g_prefix_error (error, "%s:%u: ", reading->file_name, reading->group->line);
      return FALSE;
    }
  agent->tasks_max = (guint) MIN (tasks_max, G_MAXUINT);
  if (containment != NULL)
    agent->containment = g_str_equal (containment, "ancestry") ? LS_CONTAINMENT_ANCESTRY : LS_CONTAINMENT_CGROUP;
  for (guint i = 0; i < reading->group->keys->len; i++)
    {
      const LsConfigKey *key = reading->group->keys->pdata[i];
      const char *rule;

      if (check_agent (agent, key->key, &rule))
        continue;
      ls_config_set_error (error, reading->file_name, key->line, "%s = %s is not possible: %s", key->key, key->value, rule);
      return FALSE;
    }
  return TRUE;
}
