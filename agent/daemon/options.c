/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/options.h"

#include "base/error.h"

void
ls_options_clear (LsOptions *options)
{
  g_clear_pointer (&options->config_path, g_free);
  g_clear_pointer (&options->sockets, g_strfreev);
  g_clear_pointer (&options->app_id, g_free);
  g_clear_pointer (&options->argv, g_strfreev);
}

static GOptionContext *
context_new (const GOptionEntry *entries)
{
  GOptionContext *context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, "Runs, watches and scales workers, and answers the API on a Unix socket.");
  g_option_context_set_description (context,
                                    "SIGTERM and SIGINT take everything down in order (SIGINT again: at once), SIGHUP applies the config.\n"
                                    "Look at it with “lineshaft status” or lineshaft-dashboard.");
  return context;
}

gboolean
ls_options_parse (int argc, char **argv, LsOptions *ret, GError **error)
{
  LsOptions options = { .log_level = LS_LOG_INFO };
  g_autofree char *level = NULL;
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &options.config_path, "Config file (default: lineshaft/lineshaft.conf of this user; of root, then of /etc)", "FILE" },
    { "socket", 's', 0, G_OPTION_ARG_FILENAME_ARRAY, &options.sockets, "Answer the API here (may be given more than once)", "PATH" },
    { "app-id", 0, 0, G_OPTION_ARG_STRING, &options.app_id, "Also answer where a Flatpak of this id looks (default: LINESHAFT_APP_ID, else the window's own)", "ID" },
    { "log-level", 'l', 0, G_OPTION_ARG_STRING, &level, "error, warning, info (the default) or debug", "LEVEL" },
    { "version", 'V', 0, G_OPTION_ARG_NONE, &options.show_version, "Print the version and exit", NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = context_new (entries);
  g_auto (GStrv) all = g_strdupv (argv);
  g_autoptr (GError) failure = NULL;

  if (!g_option_context_parse (context, &argc, &argv, &failure))
    g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "%s; see --help.", failure->message);
  else if (argc > 1)
    g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "“%s” is not understood; there are options only, see --help.", argv[1]);
  else if (level != NULL && !ls_log_level_parse (level, &options.log_level))
    g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "--log-level is “%s”; it takes error, warning, info or debug.", level);
  else
    {
      options.argv = g_steal_pointer (&all);
      options.config_given = options.config_path != NULL;
      if (options.app_id == NULL)
        options.app_id = g_strdup (g_getenv ("LINESHAFT_APP_ID"));
      *ret = options;
      return TRUE;
    }
  ls_options_clear (&options);
  return FALSE;
}
