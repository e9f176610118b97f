/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/support/check.h"

#include "reports.h"
#include "screen_inner.h"

#include "tests/support/processes.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define GONE_S 10

GPid screen_pid;
static const char *window_name;      /* NULL: it is known by its pid */

GPid
screen_open_window (char **argv)
{
  return screen_open_sandboxed_window (argv, NULL);
}

GPid
screen_open_sandboxed_window (char **argv, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) environment = reports_environment ();

  if (!g_spawn_async (NULL, argv, environment, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, NULL, NULL, &screen_pid, &error))
    fail_msg ("%s", error->message);
  window_name = name;
  atspi_init ();
  return screen_pid;
}

/* The window's own process: `flatpak run` and the sandbox around it would leave it alone if they were ended. */
static pid_t
innermost (GPid pid)
{
  pid_t found = window_name != NULL ? ls_test_find_descendant (pid, window_name) : pid;
  if (found == 0)
    fail_msg ("%s does not run below process %d", window_name, (int) pid);
  return found;
}

static AtspiAccessible *find_application (void);

/* What speaks for a sandbox on the buses ends a moment after it, and would be taken for the next window. */
static void
wait_until_gone (void)
{
  gint64 end = g_get_monotonic_time () + GONE_S * G_USEC_PER_SEC;

  for (;;) {
    UNREF AtspiAccessible *left = find_application ();
    if (left == NULL)
      return;
    if (g_get_monotonic_time () > end)
      fail_msg ("the window is still on the accessibility bus %d s after its end", GONE_S);
    g_usleep (20 * 1000);
  }
}

void
screen_close_window (GPid pid)
{
  int status = 0;

  kill (innermost (pid), SIGTERM);
  waitpid (pid, &status, 0);
  screen_pid = 0;
  if (window_name != NULL)
    wait_until_gone ();
  /* A sandbox says it as a shell would. */
  int how = WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status) > 128 ? WEXITSTATUS (status) - 128 : 0;
  if (!reports_judge () && how != SIGTERM && status != 0)
    fail_msg ("the window did not end in order: wait status %#x", status);
}

static gboolean
is_ours (AtspiAccessible *application)
{
  GPid pid = (GPid) atspi_accessible_get_process_id (application, NULL);
  if (window_name == NULL)
    return pid == screen_pid;
  /* The library still remembers one that has left the bus. */
  g_autofree char *name = pid > 0 && kill (pid, 0) == 0 ? atspi_accessible_get_name (application, NULL) : NULL;
  return g_strcmp0 (name, window_name) == 0;
}

/* The program under test on the accessibility bus, or NULL. */
static AtspiAccessible *
find_application (void)
{
  UNREF AtspiAccessible *desktop = atspi_get_desktop (0);
  int n = desktop != NULL ? atspi_accessible_get_child_count (desktop, NULL) : 0;

  for (int i = 0; i < n; i++) {
    UNREF AtspiAccessible *child = atspi_accessible_get_child_at_index (desktop, i, NULL);
    if (child != NULL && is_ours (child))
      return g_steal_pointer (&child);
  }
  return NULL;
}

/* Depth first over what the window tells of: GTK leaves out what is hidden, and pages that are not in view. The node for which @visit says TRUE, or NULL. */
AtspiAccessible *
screen_walk (AtspiAccessible *node, ScreenVisit visit, gpointer user, guint depth)
{
  if (depth > 60)
    return NULL;
  g_autofree char *name = atspi_accessible_get_name (node, NULL);
  if (visit (node, name != NULL ? name : "", user))
    return g_object_ref (node);
  int n = atspi_accessible_get_child_count (node, NULL);
  for (int i = 0; i < n; i++) {
    UNREF AtspiAccessible *child = atspi_accessible_get_child_at_index (node, i, NULL);
    if (child == NULL)
      continue;
    AtspiAccessible *found = screen_walk (child, visit, user, depth + 1);
    if (found != NULL)
      return found;
  }
  return NULL;
}

static AtspiAccessible *
search (ScreenVisit visit, gpointer user)
{
  UNREF AtspiAccessible *application = find_application ();
  return application != NULL ? screen_walk (application, visit, user, 0) : NULL;
}

typedef struct { AtspiRole role; const char *name; } Wanted;

static gboolean
is_wanted (AtspiAccessible *node, const char *name, gpointer user)
{
  const Wanted *wanted = user;
  return g_str_equal (name, wanted->name)
         && (wanted->role == ATSPI_ROLE_INVALID || atspi_accessible_get_role (node, NULL) == wanted->role);
}

static gboolean
contains_text (AtspiAccessible *node, const char *name, gpointer user)
{
  return strstr (name, user) != NULL;
}

static gboolean
add_line (AtspiAccessible *node, const char *name, gpointer user)
{
  if (*name != '\0') {
    g_autofree char *role = atspi_accessible_get_role_name (node, NULL);
    g_string_append_printf (user, "  %s \"%s\"\n", role, name);
  }
  return FALSE;
}

char *
screen_describe (void)
{
  GString *text = g_string_new (NULL);
  UNREF AtspiAccessible *none = search (add_line, text);
  return g_string_free (text, FALSE);
}

/* Asks again every 100 ms: AT-SPI tells of changes only for what is already known. */
static AtspiAccessible *
wait_until (ScreenVisit visit, gpointer user, const char *what, guint seconds)
{
  gint64 end = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;

  for (;;) {
    AtspiAccessible *found = search (visit, user);
    if (found != NULL)
      return found;
    if (waitpid (screen_pid, NULL, WNOHANG) == screen_pid)
      fail_msg ("the window's process ended while \"%s\" was waited for", what);
    if (g_get_monotonic_time () > end) {
      g_autofree char *shown = screen_describe ();
      fprintf (stderr, "what the window shows:\n%s", shown);      /* longer than what cmocka prints at once */
      fail_msg ("\"%s\" did not come in %u s", what, seconds);
    }
    g_usleep (100 * 1000);
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
}

AtspiAccessible *
screen_wait_for (AtspiRole role, const char *name, guint seconds)
{
  Wanted wanted = { role, name };
  return wait_until (is_wanted, &wanted, name, seconds);
}

/* The name of the window that @what is in; a dialog is another one. (transfer full) */
char *
screen_name_of_window (AtspiAccessible *what)
{
  UNREF AtspiAccessible *node = g_object_ref (what);
  for (;;) {
    AtspiAccessible *parent = atspi_accessible_get_parent (node, NULL);
    if (parent == NULL || atspi_accessible_get_role (parent, NULL) == ATSPI_ROLE_APPLICATION) {
      g_clear_object (&parent);
      return atspi_accessible_get_name (node, NULL);
    }
    g_object_unref (node);
    node = parent;
  }
}

/* From 4.10 on GTK leaves the borders around a widget's ancestors out of its extents, so they miss small buttons (seen with 4.18: by 22
 * pixels): there a button does what it offers to assistive programs, and a field is reached by the keyboard. */
gboolean
screen_extents_are_true (AtspiAccessible *what)
{
  UNREF AtspiAccessible *application = atspi_accessible_get_application (what, NULL);
  g_autofree char *version = application != NULL ? atspi_accessible_get_toolkit_version (application, NULL) : NULL;
  g_auto (GStrv) parts = g_strsplit (version != NULL ? version : "", ".", 3);

  return g_strv_length (parts) < 2 || g_ascii_strtoull (parts[1], NULL, 10) < 10;
}

gboolean
screen_is_in_state (AtspiAccessible *node, AtspiStateType state)
{
  UNREF AtspiStateSet *states = atspi_accessible_get_state_set (node);
  return states != NULL && atspi_state_set_contains (states, state);
}

/* GTK 4.8 says so by a window of its own, later ones by its role. */
static gboolean
is_in_dialog (AtspiAccessible *what)
{
  g_autofree char *window = screen_name_of_window (what);
  UNREF AtspiAccessible *node = g_object_ref (what);
  if (g_strcmp0 (window, MAIN_WINDOW) != 0)
    return TRUE;
  while (node != NULL) {
    AtspiRole role = atspi_accessible_get_role (node, NULL);
    if (role == ATSPI_ROLE_DIALOG || role == ATSPI_ROLE_ALERT)
      return TRUE;
    AtspiAccessible *parent = atspi_accessible_get_parent (node, NULL);
    g_object_unref (node);
    node = parent;
  }
  return FALSE;
}

/* GTK 4.8 names it "_Cancel Cancel", later ones "Cancel"; it is there twice, for a wide and for a narrow dialog, of which one has a place. */
static gboolean
is_response (AtspiAccessible *node, const char *name, gpointer label)
{
  if (!g_str_has_suffix (name, label) || atspi_accessible_get_role (node, NULL) != ATSPI_ROLE_PUSH_BUTTON || !is_in_dialog (node))
    return FALSE;
  if (!screen_extents_are_true (node))
    return screen_is_in_state (node, ATSPI_STATE_SHOWING);
  UNREF AtspiComponent *component = atspi_accessible_get_component_iface (node);
  g_autofree AtspiRect *extents = component != NULL ? atspi_component_get_extents (component, ATSPI_COORD_TYPE_WINDOW, NULL) : NULL;
  return extents != NULL && extents->width > 0 && extents->x >= 0;
}

AtspiAccessible *
screen_wait_for_response (const char *label, guint seconds)
{
  return wait_until (is_response, (gpointer) label, label, seconds);
}

gboolean
screen_shows (AtspiRole role, const char *name)
{
  Wanted wanted = { role, name };
  UNREF AtspiAccessible *found = search (is_wanted, &wanted);
  return found != NULL;
}

void
screen_wait_for_text (const char *text, guint seconds)
{
  UNREF AtspiAccessible *found = wait_until (contains_text, (gpointer) text, text, seconds);
}
