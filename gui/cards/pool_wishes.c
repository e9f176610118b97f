/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/cards/pool_wishes.h"

#include <glib/gi18n.h>

#include "gui/call.h"

#define THREADS_MOST 256

/* A ready pool says how much of it works. */
char *
ls_pool_state_text (const LsPool *pool)
{
  switch (pool->state) {
  case LS_POOL_STARTING: return g_strdup (_("Starting"));
  case LS_POOL_DRAINING: return g_strdup (_("Draining"));
  case LS_POOL_FAILING: return g_strdup (_("Failing"));
  case LS_POOL_STOPPED: return g_strdup (_("Stopped"));
  default: return g_strdup_printf (_("%u of %u busy"), MIN (pool->running, pool->threads->len), pool->threads->len);
  }
}

void
ls_pool_show_scale (LsScaler *scaler, const LsPool *pool)
{
  ls_scaler_set_wanted (scaler, pool->spec.threads.max, 1, THREADS_MOST, pool->spec.threads.min, pool->spec.threads.max);
}

static void
scaled (GtkWidget *widget, json_t *answer, gpointer unused)
{
  if (!answer)
    ls_scaler_refused (LS_SCALER (widget));
}

void
ls_pool_scale (LsScaler *scaler, LsStore *store, LsPoolItem *pool, guint target)
{
  const char *name = ls_pool_item_get (pool)->name;
  g_autofree char *path = g_strdup_printf ("/v1/pools/%s", name);
  g_autofree char *refused = g_strdup_printf (_("%s was not scaled"), name);
  ls_call (GTK_WIDGET (scaler), ls_store_client (store), "PATCH", path,
           json_pack ("{s:{s:i,s:i}}", "threads", "min", (int) target, "max", (int) target), refused, scaled, NULL);
}

void
ls_pool_restart (GtkWidget *widget, LsStore *store, LsPoolItem *pool)
{
  const char *name = ls_pool_item_get (pool)->name;
  g_autofree char *path = g_strdup_printf ("/v1/pools/%s/restart", name);
  g_autofree char *refused = g_strdup_printf (_("%s was not restarted"), name);
  ls_call (widget, ls_store_client (store), "POST", path, NULL, refused, NULL, NULL);
}
