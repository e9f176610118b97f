/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/verbs.h"

#include <stdio.h>

static void
print_options (const LsOption *options, const char *title)
{
  if (!options)
    return;
  printf ("\n%s:\n", title);
  for (; options->name; options++)
    {
      g_autofree char *letter = options->letter ? g_strdup_printf ("-%c, ", options->letter) : g_strdup ("    ");
      g_autofree char *name = g_strconcat (letter, "--", options->name, options->argument ? " " : NULL, options->argument, NULL);
      if (ls_text_width (name) > 26)
        printf ("  %s\n  %26s  %s\n", name, "", options->help);
      else
        printf ("  %-26s  %s\n", name, options->help);
    }
}

static void
print_all (void)
{
  puts ("Usage: lineshaft [OPTION…] VERB …\n\nRuns, watches and scales the workers of this computer; talks to lineshaft-agent.\n");
  for (const LsVerb *verb = ls_verbs; verb->name; verb++)
    {
      if (verb->hidden)
        continue;
      g_autofree char *usage = g_strconcat (verb->name, " ", verb->usage, NULL);
      guint width = ls_text_width (usage);
      if (width > 36)
        printf ("  %s\n  %36s  %s\n", usage, "", verb->help);
      else
        printf ("  %s%*s  %s\n", usage, (int) (36 - width), "", verb->help);
    }
  print_options (ls_common_options, "Everywhere");
  puts ("\nTARGET: web is a cluster, a pool or a schedule, web.3 a worker, t42 a task, j17 a job.\n"
        "Exit status: 0 done, 1 failed, 2 usage, 3 unwell, 4 not found, 5 no agent, 6 refused; run passes the command's own.");
}

static void
print_one (const LsVerb *verb)
{
  printf ("Usage: lineshaft %s%s%s\n\n%s%s%s%s\n", verb->name, *verb->usage ? " " : "", verb->usage, verb->help, verb->alias ? " (short: " : "", verb->alias ? verb->alias : "",
          verb->alias ? ")" : "");
  print_options (verb->options, "Options");
  print_options (ls_common_options, "Everywhere");
}

int
ls_verb_help (LsCli *cli)
{
  const LsVerb *verb = ls_arguments_verb (cli->arguments);
  const char *word = ls_cli_word (cli, 0);
  /* "help scale", or "scale --help" */
  if (verb && verb->run == ls_verb_help)
    {
      g_autoptr (GError) error = NULL;
      verb = word ? ls_verb_find (ls_verbs, word, &error) : NULL;
      if (error)
        return ls_cli_fail (cli, error);
    }
  if (verb)
    print_one (verb);
  else
    print_all ();
  return LS_EXIT_OK;
}
