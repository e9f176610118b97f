/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From a config to what runs: the difference, and nothing but the difference.
 *
 * Clusters, pools and schedules that the config made and no longer names are removed; what the API made is left alone, unless the config names it too. A task
 * of the config is started once. Either everything is done or, when a step is refused, all that was done before it is undone. */

#include "config/config.h"
#include "core/supervisor.h"

typedef struct LsApplier LsApplier;

LsApplier *ls_applier_new (LsSupervisor *supervisor);
void ls_applier_free (LsApplier *applier);
/* The name under which a config asked for the task; NULL: none did. (transfer none) */
const char *ls_applier_name_of_task (const LsApplier *applier, const char *id);
/* Starts a task as if a config had asked for it. */
gboolean ls_applier_run_task (LsApplier *applier, const char *name, const LsTaskSpec *spec, GError **error);
/* *@ret_changes: [{"op":"create|change|remove","kind":"cluster","name":"web"}…] (transfer full). With @dry_run that is all. */
gboolean ls_applier_apply (LsApplier *applier, const LsConfig *config, gboolean dry_run, json_t **ret_changes, GError **error);
