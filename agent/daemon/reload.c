/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/parts.h"

#include "base/error.h"
#include "logs/log.h"

#include <string.h>

char *
ls_daemon_config_path (const LsOptions *options)
{
  g_autofree char *path = options->config_given ? g_strdup (options->config_path) : ls_config_default_path ();

  return path != NULL ? g_canonicalize_filename (path, NULL) : NULL;
}

LsConfig *
ls_daemon_load_config (LsDaemon *daemon, GError **error)
{
  g_autofree char *path = daemon->options->config_given ? g_strdup (daemon->options->config_path) : ls_config_default_path ();

  if (path == NULL)
    return ls_config_new ();
  return ls_config_load (path, error);
}

void
ls_daemon_reset_warnings (LsDaemon *daemon, const LsConfig *config)
{
  g_autofree char *unreachable = ls_manager_socket_complaint (daemon->manager, config->agent.allow_group);

  g_ptr_array_set_size (daemon->facts.warnings, 0);
  if (daemon->disk_warning != NULL)
    g_ptr_array_add (daemon->facts.warnings, g_strdup (daemon->disk_warning));
  if (unreachable != NULL)
    {
      ls_log (LS_LOG_WARNING, "%s", unreachable);
      g_ptr_array_add (daemon->facts.warnings, g_steal_pointer (&unreachable));
    }
  for (guint i = 0; i < daemon->book_warnings->len; i++)
    g_ptr_array_add (daemon->facts.warnings, g_strdup (g_ptr_array_index (daemon->book_warnings, i)));
}

static void
warn_of_restart (LsDaemon *daemon, gboolean changed, const char *key)
{
  g_autofree char *warning = NULL;

  if (!changed)
    return;
  warning = g_strdup_printf ("The new value of “%s” in [agent] holds from the agent's next start on.", key);
  ls_log (LS_LOG_WARNING, "%s", warning);
  g_ptr_array_add (daemon->facts.warnings, g_steal_pointer (&warning));
}

static void
apply_settings (LsDaemon *daemon, const LsAgentSettings *before, const LsAgentSettings *after)
{
  LsSampler *sampler = ls_sampling_sampler (daemon->sampling);

  if (after->interval_ms != before->interval_ms)
    ls_sampler_set_interval_ms (sampler, after->interval_ms);
  ls_sampler_set_budget (sampler, after->sampling_budget);
  daemon->facts.interval_ms = after->interval_ms;
  daemon->facts.sampling_budget = after->sampling_budget;
  warn_of_restart (daemon, after->history_memory != before->history_memory, "history-memory");
  warn_of_restart (daemon, after->log_memory != before->log_memory, "log-memory");
  warn_of_restart (daemon, after->log_disk != before->log_disk, "log-disk");
  ls_supervisor_set_tasks_max (daemon->supervisor, after->tasks_max);
  warn_of_restart (daemon, after->containment != before->containment, "containment");
  warn_of_restart (daemon, g_strcmp0 (after->allow_group, before->allow_group) != 0, "allow-group");
}

gboolean
ls_daemon_apply (void *self, const char *text, gboolean dry_run, json_t **ret_changes, GError **error)
{
  LsDaemon *daemon = self;
  g_autoptr (LsConfig) config = text != NULL ? ls_config_parse (text, strlen (text), "config", error) : ls_daemon_load_config (daemon, error);

  if (config == NULL || !ls_applier_apply (daemon->applier, config, dry_run, ret_changes, error))
    return FALSE;
  if (dry_run)
    return TRUE;
  daemon->text_applied = text != NULL;
  ls_daemon_reset_warnings (daemon, config);
  apply_settings (daemon, &daemon->config->agent, &config->agent);
  ls_config_free (daemon->config);
  daemon->config = g_steal_pointer (&config);
  return TRUE;
}
