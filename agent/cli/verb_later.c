/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs that are named already and come in a later version. */

#include "cli/cli.h"
#include "cli/verbs.h"

int
ls_verb_later (LsCli *cli)
{
  const char *verb = ls_arguments_verb (cli->arguments)->name;
  ls_cli_complain (cli, "%s comes in a later version: use \"lineshaft submit\" and \"lineshaft run\" until then", verb);
  return LS_EXIT_REFUSED;
}
