/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a person should know of the agent that answers, as long as it is so; and the words for it. Pure. */

#include <glib.h>

typedef enum {
  LS_AGENT_FINE,
  LS_AGENT_OLDER,       /* than the window: an update has come while it ran */
  LS_AGENT_CONFINED,    /* to a sandbox: it reaches nothing else */
  LS_AGENT_NEWER,
} LsAgentNotice;

/* The one that matters most. @version NULL: not known yet. */
LsAgentNotice ls_agent_notice (const char *version, const char *own, const char *sandbox);
/* One line. @restarted: it has just begun anew, and is what it was. (transfer full); NULL for LS_AGENT_FINE. */
char *ls_agent_notice_text (LsAgentNotice notice, const char *version, const char *own, gboolean restarted);
/* What a restart means for what runs now. (transfer full) */
char *ls_agent_restart_text (guint workers, guint jobs, guint tasks);
/* What to be confined means, and what can be done; @host_failure: why the host did not run it though it was asked, or NULL. (transfer full) */
char *ls_agent_confined_text (const char *host_failure);
/* The command that lets this window ask the host. (transfer full) */
char *ls_agent_permit_command (const char *app_id);
