/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The table of verbs; one file each. */

#include "cli/arguments.h"

extern const LsVerb ls_verbs[];               /* ends with a NULL name */
extern const LsOption ls_common_options[];

int ls_verb_apply (LsCli *cli);
int ls_verb_attach (LsCli *cli);
int ls_verb_complete (LsCli *cli);
int ls_verb_create (LsCli *cli);
int ls_verb_dial_stdio (LsCli *cli);
int ls_verb_events (LsCli *cli);
int ls_verb_help (LsCli *cli);
int ls_verb_kill (LsCli *cli);
int ls_verb_compare (LsCli *cli);
int ls_verb_list (LsCli *cli);
int ls_verb_logs (LsCli *cli);
int ls_verb_reload (LsCli *cli);
int ls_verb_remove (LsCli *cli);
int ls_verb_restart (LsCli *cli);
int ls_verb_run (LsCli *cli);
int ls_verb_scale (LsCli *cli);
int ls_verb_send (LsCli *cli);
int ls_verb_set (LsCli *cli);
int ls_verb_show (LsCli *cli);
int ls_verb_start (LsCli *cli);
int ls_verb_status (LsCli *cli);
int ls_verb_stop (LsCli *cli);
int ls_verb_submit (LsCli *cli);
int ls_verb_top (LsCli *cli);
