/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A page of the window: what it shows when all is well, and the states around it.
 *
 * It shows a spinner while nothing has come (after 300 ms), one sentence and one button when there is nothing to show, the reason when no agent
 * was ever reached, and else its content; when the agent is lost the content stays, at half strength, under a line that says since when.
 *
 * A subclass gives "content" and the words for "nothing" in its template and overrides what it needs. */

#include <adwaita.h>

#include "gui/model/store.h"

#define LS_TYPE_PAGE (ls_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (LsPage, ls_page, LS, PAGE, AdwBin)

struct _LsPageClass {
  AdwBinClass parent_class;

  /* Once, when the page has its store: bind to its lists here. */
  void (*bind) (LsPage *page, LsStore *store);
  /* Once a sample, and when the page comes into view; never while it is out of view. */
  void (*sampled) (LsPage *page);
  /* TRUE: there is nothing to show. NULL: there always is. Call ls_page_refresh when the answer may have changed. */
  gboolean (*is_empty) (LsPage *page);
  /* Only what contains @text, "" for all. */
  void (*search) (LsPage *page, const char *text);
  /* The page was opened for one thing: "web", "web.3", "t42"; NULL for nothing special. */
  void (*show_target) (LsPage *page, const char *target);
};

LsStore *ls_page_store (LsPage *page);           /* borrowed */
LsClient *ls_page_client (LsPage *page);         /* borrowed; NULL in tests */
void ls_page_refresh (LsPage *page);             /* decides again which state to show */
void ls_page_search (LsPage *page, const char *text);
void ls_page_show_target (LsPage *page, const char *target);
