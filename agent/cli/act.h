/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Verbs that do the same to each of their targets: find it, ask the agent, wait. */

#include "cli/cli.h"

/* Does it to one. @resource is how it is, @path where. *@ret_answer is the agent's (transfer full). */
typedef gboolean (*LsAct) (LsCli *cli, const char *word, json_t *resource, const char *path, json_t **ret_answer, GError **error);

/* To every word of the command line in turn; goes on after one that failed, and returns the first failure's exit status. @done: "is stopped", said of each; NULL: nothing. */
int ls_act_on_each (LsCli *cli, LsAct act, const char *done);
/* What follows each: waits until it has settled, says @done (nullable), and prints how it is then. For an act that says something else of some of its
 * targets: it does this itself, leaves no answer, and gives ls_act_on_each no @done. */
gboolean ls_act_finish (LsCli *cli, const char *word, const char *path, json_t *answer, const char *done, GError **error);
/* POST to @path + @verb, with the resource's instance when it is a process. (transfer full) */
json_t *ls_act_post (LsCli *cli, json_t *resource, const char *path, const char *verb, GError **error);
/* {"instance":…} of a worker, task or pool, an empty object when none runs. (transfer full) */
json_t *ls_act_instance (json_t *resource);
/* @each of the workers of @cluster, with where it is and @user, up to the first error. */
gboolean ls_act_on_workers (LsCli *cli, const char *cluster, gboolean (*each) (LsCli *cli, json_t *worker, const char *path, const char *user, GError **error),
                            const char *user, GError **error);
/* An error that says that @what cannot be done to it. */
void ls_act_refuse (json_t *resource, const char *what, const char *instead, GError **error);
