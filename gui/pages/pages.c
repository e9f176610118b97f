/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/pages.h"

#include <glib/gi18n.h>

#include "gui/pages/clusters_page.h"
#include "gui/pages/logs_page.h"
#include "gui/pages/overview_page.h"
#include "gui/pages/pools_page.h"
#include "gui/pages/tasks_page.h"

const LsPageInfo ls_pages[] = {
  { "overview", N_("Overview"), "view-grid-symbolic", ls_overview_page_get_type },
  { "clusters", N_("Clusters"), "network-server-symbolic", ls_clusters_page_get_type },
  { "pools", N_("Pools"), "emblem-system-symbolic", ls_pools_page_get_type },
  { "tasks", N_("Tasks"), "system-run-symbolic", ls_tasks_page_get_type },
  { "logs", N_("Logs"), "utilities-terminal-symbolic", ls_logs_page_get_type },
  { NULL, NULL, NULL, NULL },
};
