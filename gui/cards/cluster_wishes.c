/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/cards/cluster_wishes.h"

#include <glib/gi18n.h>

#include "gui/call.h"
#include "gui/model/format.h"
#include "gui/window.h"

#define UNDO_S 8

/* What a toast can take back. */
typedef struct {
  GWeakRef widget;
  LsStore *store;
  LsClusterItem *cluster;
  LsRange workers;
  void (*undo) (GtkWidget *widget, LsStore *store, LsClusterItem *cluster, LsRange workers);
} Undo;

static void
undo_free (gpointer data, GClosure *closure)
{
  Undo *undo = data;
  g_weak_ref_clear (&undo->widget);
  g_object_unref (undo->store);
  g_object_unref (undo->cluster);
  g_free (undo);
}

static void
undo_clicked (AdwToast *toast, Undo *undo)
{
  g_autoptr (GtkWidget) widget = g_weak_ref_get (&undo->widget);
  if (widget)
    undo->undo (widget, undo->store, undo->cluster, undo->workers);
}

static void
offer_undo (const char *title, GtkWidget *widget, LsStore *store, LsClusterItem *cluster,
            void (*how) (GtkWidget *widget, LsStore *store, LsClusterItem *cluster, LsRange workers))
{
  Undo *undo = g_new0 (Undo, 1);
  AdwToast *toast = adw_toast_new (title);
  g_weak_ref_init (&undo->widget, widget);
  undo->store = g_object_ref (store);
  undo->cluster = g_object_ref (cluster);
  undo->workers = ls_cluster_item_get (cluster)->spec.workers;
  undo->undo = how;
  adw_toast_set_button_label (toast, _("Undo"));
  adw_toast_set_timeout (toast, UNDO_S);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_clicked), undo, undo_free, 0);
  ls_window_toast (widget, toast);
}

static void
call (GtkWidget *widget, LsStore *store, LsClusterItem *cluster, const char *verb, const char *refused_format)
{
  const char *name = ls_cluster_item_name (cluster);
  g_autofree char *path = g_strdup_printf ("/v1/clusters/%s/%s", name, verb);
  g_autoptr (GString) refused = g_string_new (refused_format);
  g_string_replace (refused, "%s", name, 1);
  ls_call (widget, ls_store_client (store), "POST", path, NULL, refused->str, NULL, NULL);
}

void
ls_cluster_reload (GtkWidget *widget, LsStore *store, LsClusterItem *cluster)
{
  call (widget, store, cluster, "reload", _("%s was not reloaded"));
}

void
ls_cluster_start (GtkWidget *widget, LsStore *store, LsClusterItem *cluster)
{
  call (widget, store, cluster, "start", _("%s was not started"));
}

static void
undo_stop (GtkWidget *widget, LsStore *store, LsClusterItem *cluster, LsRange workers)
{
  ls_cluster_start (widget, store, cluster);
}

void
ls_cluster_stop (GtkWidget *widget, LsStore *store, LsClusterItem *cluster)
{
  g_autofree char *title = g_strdup_printf (_("%s stops"), ls_cluster_item_name (cluster));
  offer_undo (title, widget, store, cluster, undo_stop);
  call (widget, store, cluster, "stop", _("%s was not stopped"));
}

/* --- more or fewer workers --- */

static void
scaled (GtkWidget *widget, json_t *answer, gpointer unused)
{
  if (!answer)
    ls_scaler_refused (LS_SCALER (widget));
}

static void
scale_to (GtkWidget *scaler, LsStore *store, LsClusterItem *cluster, LsRange workers)
{
  const char *name = ls_cluster_item_name (cluster);
  g_autofree char *path = g_strconcat ("/v1/clusters/", name, NULL), *refused = g_strdup_printf (_("%s was not scaled"), name);
  ls_call (scaler, ls_store_client (store), "PATCH", path,
           json_pack ("{s:{s:i,s:i}}", "workers", "min", (int) workers.min, "max", (int) workers.max), refused, scaled, NULL);
}

/* Fewer workers, or no longer by itself: that can be taken back. */
void
ls_cluster_scale (LsScaler *scaler, LsStore *store, LsClusterItem *cluster, guint from, guint target)
{
  const LsRange *range = &ls_cluster_item_get (cluster)->spec.workers;
  if (target < from || range->min != range->max) {
    g_autofree char *before = ls_text_range (range->min, range->max);
    g_autofree char *title = g_strdup_printf (ngettext ("%s: %s → %u worker", "%s: %s → %u workers", target), ls_cluster_item_name (cluster),
                                              before, target);
    offer_undo (title, GTK_WIDGET (scaler), store, cluster, scale_to);
  }
  scale_to (GTK_WIDGET (scaler), store, cluster, (LsRange) { target, target });
}
