/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/agent_notice.h"

#include <glib/gi18n.h>

#include "base/version.h"

LsAgentNotice
ls_agent_notice (const char *version, const char *own, const char *sandbox)
{
  if (!version)
    return LS_AGENT_FINE;
  int age = ls_version_compare (version, own);
  if (age < 0)
    return LS_AGENT_OLDER;
  if (sandbox)
    return LS_AGENT_CONFINED;
  return age > 0 ? LS_AGENT_NEWER : LS_AGENT_FINE;
}

char *
ls_agent_notice_text (LsAgentNotice notice, const char *version, const char *own, gboolean restarted)
{
  switch (notice) {
  case LS_AGENT_OLDER:
    if (restarted)
      /* Translators: a version. */
      return g_strdup_printf (_("The agent was restarted and is still %s: its program is to be updated where it is installed"), version);
    return g_strdup_printf (_("An older agent (%s) is running"), version);
  case LS_AGENT_CONFINED: return g_strdup (_("Only what runs in the sandbox is managed"));
  /* Translators: two versions. */
  case LS_AGENT_NEWER: return g_strdup_printf (_("The agent (%s) is newer than this window (%s)"), version, own);
  case LS_AGENT_FINE:
  default: return NULL;
  }
}

/* Takes @text. */
static void
add_if (GPtrArray *parts, gboolean wanted, char *text)
{
  if (wanted)
    g_ptr_array_add (parts, text);
  else
    g_free (text);
}

char *
ls_agent_restart_text (guint workers, guint jobs, guint tasks)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  if (workers + jobs + tasks == 0)
    return g_strdup (_("Nothing runs now. The agent begins anew as the version that is installed."));
  g_ptr_array_add (parts, g_strdup (_("Everything is taken down in order, and the agent begins anew as the version that is installed.")));
  add_if (parts, workers > 0, g_strdup_printf (ngettext ("%u worker ends and is started anew; until it is ready, requests are not answered.",
                                                        "%u workers end and are started anew; until they are ready, requests are not answered.",
                                                        workers), workers));
  add_if (parts, jobs > 0, g_strdup_printf (ngettext ("%u job of the pools is cancelled.", "%u jobs of the pools are cancelled.", jobs), jobs));
  add_if (parts, tasks > 0, g_strdup_printf (ngettext ("%u running task is stopped.", "%u running tasks are stopped.", tasks), tasks));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" ", (char **) parts->pdata);
}

char *
ls_agent_confined_text (const char *host_failure)
{
  const char *text = _("The agent runs inside of this application’s sandbox. It manages only the programs that it starts in there; the CPU and memory "
                       "figures are those of the whole computer.\n\n"
                       "An agent that is installed on the computer is found without any permission. To let this window start one there by itself, run "
                       "this command once, stop everything, and open the window again:");
  if (!host_failure)
    return g_strdup (text);
  /* Translators: a sentence of the computer follows. */
  return g_strdup_printf (_("%s\n\nThe computer was asked already, and could not: %s"), text, host_failure);
}

char *
ls_agent_permit_command (const char *app_id)
{
  return g_strdup_printf ("flatpak override --user --talk-name=org.freedesktop.Flatpak %s", app_id);
}
