/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The command line of lineshaft-agent. */

#include "logs/log.h"

#include <glib.h>

typedef struct {
  char *config_path;       /* NULL: the default one, if there is one */
  gboolean config_given;
  char **sockets;          /* NULL: the default */
  char *app_id;            /* NULL: none */
  LsLogLevel log_level;
  gboolean show_version;
  char **argv;             /* as it was given, for a restart */
} LsOptions;

void ls_options_clear (LsOptions *options);
/* --help is answered and ends the program. FALSE with a sentence. */
gboolean ls_options_parse (int argc, char **argv, LsOptions *ret, GError **error);
