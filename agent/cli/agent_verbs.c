/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/agent_verbs.h"

#include "base/error.h"
#include "base/version.h"
#include "cli/describe.h"
#include "config.h"

#include <stdio.h>

#define RETURN_MS 10000      /* from the end of a run to the next one's first answer */

const LsOption ls_agent_options[] = {
  { '\0', "agent", NULL, "instead of a target: the agent itself, with all that it runs" },
  { 0 },
};

gboolean
ls_cli_means_agent (LsCli *cli, int *ret_status)
{
  gboolean agent = ls_arguments_has (cli->arguments, "agent");
  gboolean words = ls_arguments_count (cli->arguments) > 0;

  *ret_status = -1;
  if (agent != words)
    return agent;
  ls_cli_complain (cli, agent ? "--agent stands for itself: name no target beside it" : "name a target, or say --agent for the agent itself");
  *ret_status = LS_EXIT_USAGE;
  return FALSE;
}

static json_t *
ask (LsCli *cli, GError **error)
{
  return ls_cli_call (cli, "GET", "/v1/agent", NULL, error);
}

static const char *
member (json_t *agent, const char *name)
{
  const char *text = json_string_value (json_object_get (agent, name));

  return text ? text : "?";
}

/* --- a run that ends: its event stream ends with it --- */

typedef struct {
  gboolean done, more;
} Read;

static void
was_read (GObject *source, GAsyncResult *result, gpointer user)
{
  Read *chunk = user;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);

  chunk->more = bytes && g_bytes_get_size (bytes) > 0;
  chunk->done = TRUE;
}

static gboolean
wait_for_end (LsCli *cli, GInputStream *events, GError **error)
{
  Read chunk = { .more = TRUE };

  while (chunk.more)
    {
      chunk.done = FALSE;
      g_input_stream_read_bytes_async (events, 4096, G_PRIORITY_DEFAULT, cli->deadline, was_read, &chunk);
      while (!chunk.done)
        g_main_context_iteration (NULL, TRUE);
    }
  if (!cli->deadline || !g_cancellable_is_cancelled (cli->deadline))
    return TRUE;
  ls_cli_deadline_error (cli, error);
  return FALSE;
}

/* The sockets stay open: a call waits rather than fails. One that just missed it is made again, for a while. */
static json_t *
wait_for_next (LsCli *cli, GError **error)
{
  for (gint64 end = g_get_monotonic_time () + RETURN_MS * 1000;;)
    {
      g_autoptr (GError) why = NULL;
      json_t *agent = ask (cli, &why);

      if (agent)
        return agent;
      if (g_get_monotonic_time () > end || !g_error_matches (why, LS_ERROR, LS_ERROR_NO_AGENT))
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&why), "the agent did not come back: ");
          return NULL;
        }
      if (!ls_cli_pause (cli, 50, error))
        return NULL;
    }
}

/* Asks it to, and waits for the end of what runs unless --no-wait. */
static json_t *
take_down (LsCli *cli, const char *path, GError **error)
{
  g_autoptr (GInputStream) events = cli->wait ? ls_cli_open (cli, "GET", "/v1/events?topics=change", NULL, error) : NULL;
  g_autoptr (json_t) going = events || !cli->wait ? ls_cli_call (cli, "POST", path, NULL, error) : NULL;

  if (!going)
    return NULL;
  if (cli->wait)
    ls_cli_progress (cli, "the agent: taking everything down …");
  return !cli->wait || wait_for_end (cli, events, error) ? g_steal_pointer (&going) : NULL;
}

/* --- verbs --- */

int
ls_agent_restart (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) before = take_down (cli, "/v1/agent/restart", &error);
  g_autoptr (json_t) after = before && cli->wait ? wait_for_next (cli, &error) : NULL;

  ls_cli_end_progress (cli);
  if (error)
    return ls_cli_fail (cli, error);
  ls_cli_print_resource (cli, after ? after : before);
  if (after)
    ls_cli_say (cli, "the agent is restarted: version %s", member (after, "version"));
  else
    ls_cli_say (cli, "the agent is being restarted");
  return LS_EXIT_OK;
}

int
ls_agent_stop (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) agent = take_down (cli, "/v1/agent/stop", &error);

  ls_cli_end_progress (cli);
  if (!agent)
    return ls_cli_fail (cli, error);
  ls_cli_print_resource (cli, agent);
  ls_cli_say (cli, cli->wait ? "the agent is stopped" : "the agent is being stopped");
  return LS_EXIT_OK;
}

int
ls_agent_show (LsCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) agent = ask (cli, &error);

  if (!agent)
    return ls_cli_fail (cli, error);
  if (cli->format == LS_FORMAT_TABLE)
    {
      g_autofree char *text = ls_describe (agent, g_get_real_time () / 1000, cli->color);

      fputs (text, stdout);
    }
  else
    ls_cli_print_resource (cli, agent);
  return LS_EXIT_OK;
}

void
ls_agent_tell_difference (LsCli *cli)
{
  g_autoptr (json_t) agent = ask (cli, NULL);
  int age = agent ? ls_version_compare (member (agent, "version"), LS_VERSION) : 0;

  if (age < 0)
    ls_cli_complain (cli, "the agent is older (%s) than this command (%s): \"lineshaft restart --agent\" starts the one that is installed now",
                     member (agent, "version"), LS_VERSION);
  else if (age > 0)
    ls_cli_complain (cli, "the agent is newer (%s) than this command (%s)", member (agent, "version"), LS_VERSION);
  if (json_is_string (json_object_get (agent, "sandbox")))
    ls_cli_complain (cli, "the agent runs in a sandbox: it manages only what is in there, with the host's CPU and memory figures");
}
