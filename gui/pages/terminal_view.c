/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/terminal_view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "config.h"
#include "gui/model/terminal_session.h"

#if LS_HAVE_VTE
#include <vte/vte.h>

#define SCROLLBACK_LINES 10000

/* The accelerators of one action, kept while they rest. */
typedef struct {
  char *action;
  char **keys;
} Resting;

struct _LsTerminalView {
  AdwBin parent_instance;
  VteTerminal *screen;
  LsClient *client;            /* both NULL: nothing is attached */
  char *task;
  LsTerminalSession *session;  /* NULL: out of view */
  LsTerminalSize told;
  GtkApplication *application; /* whose shortcuts rest; NULL: none */
  GPtrArray *resting;
};

G_DEFINE_FINAL_TYPE (LsTerminalView, ls_terminal_view, ADW_TYPE_BIN)

/* --- to the task --- */

static void
typed (LsTerminalView *self, const char *text, guint length)
{
  if (self->session && !ls_terminal_session_type (self->session, text, length))
    gtk_widget_error_bell (GTK_WIDGET (self));
}

static void
tell_size (LsTerminalView *self)
{
  LsTerminalSize size = { (guint16) CLAMP (vte_terminal_get_row_count (self->screen), 1, G_MAXUINT16),
                          (guint16) CLAMP (vte_terminal_get_column_count (self->screen), 1, G_MAXUINT16) };
  if (!self->session || (size.rows == self->told.rows && size.columns == self->told.columns))
    return;
  self->told = size;
  ls_terminal_session_resize (self->session, size);
}

/* --- from it --- */

static void
output_came (LsTerminalView *self, GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  vte_terminal_feed (self->screen, data, (gssize) length);
}

/* A line of ours below what the program wrote: in the middle of the line, dim, and without the program's cursor. */
static void
say (LsTerminalView *self, const char *sentence)
{
  g_autofree char *line = g_strdup_printf ("\033[0m\r\n\033[2m%s\033[0m\033[?25l", sentence);
  vte_terminal_feed (self->screen, line, -1);
}

static void
ended (LsTerminalView *self, const char *text)
{
  g_autoptr (json_t) json = ls_json_parse (text, strlen (text), NULL);
  json_t *how = json_object_get (json, "exit"), *code = json_object_get (how, "code");
  const char *reason = json_string_value (json_object_get (json, "reason")), *name = json_string_value (json_object_get (how, "signal"));
  g_autofree char *words = name ? g_strdup_printf (_("Ended by %s"), name)
                           : json_is_integer (code) ? g_strdup_printf (_("Ended with status %d"), (int) json_integer_value (code))
                                                    : g_strdup (reason ? reason : _("Ended"));
  say (self, words);
}

/* --- what is attached --- */

static void
disconnect (LsTerminalView *self)
{
  if (!self->session)
    return;
  g_signal_handlers_disconnect_by_data (self->session, self);
  ls_terminal_session_close (self->session);
  g_clear_object (&self->session);
}

/* Afresh, from the output that the agent kept. */
static void
connect_again (LsTerminalView *self)
{
  disconnect (self);
  vte_terminal_reset (self->screen, TRUE, TRUE);
  vte_terminal_feed (self->screen, "\033[?25h", -1);
  if (!self->client || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->session = ls_terminal_session_new (self->client, self->task);
  g_signal_connect_object (self->session, "output", G_CALLBACK (output_came), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "ended", G_CALLBACK (ended), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "failed", G_CALLBACK (say), self, G_CONNECT_SWAPPED);
  self->told = (LsTerminalSize) { 0 };
  tell_size (self);
}

void
ls_terminal_view_attach (LsTerminalView *view, LsClient *client, const char *task)
{
  g_set_object (&view->client, client);
  g_free (view->task);
  view->task = g_strdup (task);
  connect_again (view);
}

void
ls_terminal_view_detach (LsTerminalView *view)
{
  disconnect (view);
  g_clear_object (&view->client);
}

/* --- keys --- */

static void
resting_free (gpointer data)
{
  Resting *resting = data;
  g_free (resting->action);
  g_strfreev (resting->keys);
  g_free (resting);
}

static void
wake_shortcuts (LsTerminalView *self)
{
  for (guint i = 0; i < self->resting->len; i++) {
    const Resting *resting = self->resting->pdata[i];
    gtk_application_set_accels_for_action (self->application, resting->action, (const char *const *) resting->keys);
  }
  g_ptr_array_set_size (self->resting, 0);
  g_clear_object (&self->application);
}

static void
rest_shortcuts (LsTerminalView *self)
{
  static const char *const none[] = { NULL };
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkApplication *application = GTK_IS_WINDOW (root) ? gtk_window_get_application (GTK_WINDOW (root)) : NULL;
  if (!application || self->application)
    return;
  self->application = g_object_ref (application);
  g_auto (GStrv) actions = gtk_application_list_action_descriptions (application);
  for (char **action = actions; *action; action++) {
    Resting *resting = g_new0 (Resting, 1);
    resting->action = g_strdup (*action);
    resting->keys = gtk_application_get_accels_for_action (application, *action);
    g_ptr_array_add (self->resting, resting);
    gtk_application_set_accels_for_action (application, *action, none);
  }
}

static gboolean
key_pressed (LsTerminalView *self, guint key, guint code, GdkModifierType modifiers)
{
  if ((modifiers & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) != (GDK_CONTROL_MASK | GDK_SHIFT_MASK))
    return FALSE;
  switch (key) {
  case GDK_KEY_C: vte_terminal_copy_clipboard_format (self->screen, VTE_FORMAT_TEXT); return TRUE;
  case GDK_KEY_V: vte_terminal_paste_clipboard (self->screen); return TRUE;
  case GDK_KEY_Tab:
  case GDK_KEY_ISO_Left_Tab: return gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))), GTK_DIR_TAB_BACKWARD);
  default: return FALSE;
  }
}

/* --- looks --- */

static void
show_colors (LsTerminalView *self)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GdkRGBA ink, paper;
  gdk_rgba_parse (&ink, dark ? "#ffffff" : "#1e1e1e");
  gdk_rgba_parse (&paper, dark ? "#1e1e1e" : "#ffffff");
  vte_terminal_set_colors (self->screen, &ink, &paper, NULL, 0);
}

/* --- object --- */

static void
ls_terminal_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ls_terminal_view_parent_class)->map (widget);
  connect_again (LS_TERMINAL_VIEW (widget));
}

static void
ls_terminal_view_unmap (GtkWidget *widget)
{
  wake_shortcuts (LS_TERMINAL_VIEW (widget));
  disconnect (LS_TERMINAL_VIEW (widget));
  GTK_WIDGET_CLASS (ls_terminal_view_parent_class)->unmap (widget);
}

static void
ls_terminal_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *child = adw_bin_get_child (ADW_BIN (widget));
  if (child)
    gtk_widget_allocate (child, width, height, baseline, NULL);
  tell_size (LS_TERMINAL_VIEW (widget));
}

static void
ls_terminal_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                          int *natural_baseline)
{
  GtkWidget *child = adw_bin_get_child (ADW_BIN (widget));
  if (child)
    gtk_widget_measure (child, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
}

static void
ls_terminal_view_dispose (GObject *object)
{
  LsTerminalView *self = LS_TERMINAL_VIEW (object);
  ls_terminal_view_detach (self);
  g_clear_pointer (&self->task, g_free);
  g_clear_pointer (&self->resting, g_ptr_array_unref);
  G_OBJECT_CLASS (ls_terminal_view_parent_class)->dispose (object);
}

static void
ls_terminal_view_class_init (LsTerminalViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = ls_terminal_view_dispose;
  widget_class->map = ls_terminal_view_map;
  widget_class->unmap = ls_terminal_view_unmap;
  widget_class->measure = ls_terminal_view_measure;
  widget_class->size_allocate = ls_terminal_view_size_allocate;
}

static GtkWidget *
make_screen (LsTerminalView *self)
{
  GtkWidget *screen = vte_terminal_new ();
  GtkEventController *focus = gtk_event_controller_focus_new (), *keys = gtk_event_controller_key_new ();
  self->screen = VTE_TERMINAL (screen);
  vte_terminal_set_scrollback_lines (self->screen, SCROLLBACK_LINES);
  vte_terminal_set_mouse_autohide (self->screen, TRUE);
  gtk_widget_set_hexpand (screen, TRUE);
  gtk_widget_set_vexpand (screen, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (screen), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Terminal"), -1);
  g_signal_connect_object (screen, "commit", G_CALLBACK (typed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (screen, "char-size-changed", G_CALLBACK (tell_size), self, G_CONNECT_SWAPPED);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "enter", G_CALLBACK (rest_shortcuts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "leave", G_CALLBACK (wake_shortcuts), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (screen, keys);
  gtk_widget_add_controller (screen, focus);
  return screen;
}

static void
ls_terminal_view_init (LsTerminalView *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  self->resting = g_ptr_array_new_with_free_func (resting_free);
  gtk_widget_set_layout_manager (GTK_WIDGET (self), NULL);      /* sizes are given out here, to see them change */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), make_screen (self));
  adw_bin_set_child (ADW_BIN (self), scroller);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (show_colors), self, G_CONNECT_SWAPPED);
  show_colors (self);
}

#else

struct _LsTerminalView {
  AdwBin parent_instance;
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (LsTerminalView, ls_terminal_view, ADW_TYPE_BIN)

void
ls_terminal_view_attach (LsTerminalView *view, LsClient *client, const char *task)
{
  g_autofree char *text = g_strdup_printf (_("This window was built without terminals.\nIn one: lineshaft attach %s"), task);
  gtk_label_set_text (view->label, text);
}

void
ls_terminal_view_detach (LsTerminalView *view)
{
}

static void
ls_terminal_view_class_init (LsTerminalViewClass *klass)
{
}

static void
ls_terminal_view_init (LsTerminalView *self)
{
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_justify (self->label, GTK_JUSTIFY_CENTER);
  gtk_label_set_selectable (self->label, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "dim-label");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->label));
}

#endif
