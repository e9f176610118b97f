/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The clusters and their workers, one row a process. */

#include "gui/pages/page.h"

#define LS_TYPE_CLUSTERS_PAGE (ls_clusters_page_get_type ())
G_DECLARE_FINAL_TYPE (LsClustersPage, ls_clusters_page, LS, CLUSTERS_PAGE, LsPage)
