/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"
#include "cli/complete.h"
#include "cli/verbs.h"

#include <stdio.h>
#include <string.h>

/* Somebody waits with a finger on the key. */
#define PATIENCE_MS 500

static gboolean
give_up (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

/* An agent on another computer is not asked: that takes long, and ssh may want a password. */
static gboolean
is_far (const char *address)
{
  return strstr (address, "://") != NULL;
}

static json_t *
ask_agent (const char *host, gpointer data)
{
  LsCli *cli = data;
  if (host)
    {
      g_object_unref (cli->client);
      cli->client = ls_client_new (host);
    }
  if (is_far (ls_client_address (cli->client)))
    return NULL;
  g_autoptr (GError) nobody = NULL;
  guint timer = g_timeout_add (PATIENCE_MS, give_up, cli->deadline);
  json_t *snapshot = ls_cli_snapshot (cli, &nobody);
  g_source_remove (timer);
  return snapshot;
}

int
ls_verb_complete (LsCli *cli)
{
  g_autoptr (GPtrArray) found = ls_complete (ls_arguments_words (cli->arguments), ls_common_options, ls_verbs, ask_agent, cli);
  for (guint i = 0; i < found->len; i++)
    {
      const LsCandidate *candidate = g_ptr_array_index (found, i);
      printf ("%s\t%s\n", candidate->text, candidate->help);
    }
  return LS_EXIT_OK;
}
