/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What --agent means for verbs that else take a target: the agent itself. */

#include "cli/cli.h"

extern const LsOption ls_agent_options[];      /* --agent */

/* Whether the command line says --agent. *@ret_status is set where the verb is over, since what it says cannot be: both or neither of
 * --agent and a target; then FALSE, too. */
gboolean ls_cli_means_agent (LsCli *cli, int *ret_status);
/* -1: the command line was fine. */
int ls_agent_restart (LsCli *cli);
int ls_agent_stop (LsCli *cli);
int ls_agent_show (LsCli *cli);
/* Says so on stderr if the agent is of another version, or sees a sandbox only. */
void ls_agent_tell_difference (LsCli *cli);
