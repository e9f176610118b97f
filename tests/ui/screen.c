/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/support/check.h"

#include "reports.h"
#include "screen.h"

#include "tests/support/processes.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* libatspi has no cleanup functions of its own before 2.50. */
static void
unref_object (gpointer where)
{
  g_clear_object ((GObject **) where);
}
#define UNREF __attribute__ ((cleanup (unref_object)))

#define GONE_S 10

static GPid window_pid;
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

  if (!g_spawn_async (NULL, argv, environment, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, NULL, NULL, &window_pid, &error))
    fail_msg ("%s", error->message);
  window_name = name;
  atspi_init ();
  return window_pid;
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
  window_pid = 0;
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
    return pid == window_pid;
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

typedef gboolean (*Visit) (AtspiAccessible *node, const char *name, gpointer user);

/* Depth first over what the window tells of: GTK leaves out what is hidden, and pages that are not in view. The node for which @visit says TRUE, or NULL. */
static AtspiAccessible *
walk (AtspiAccessible *node, Visit visit, gpointer user, guint depth)
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
    AtspiAccessible *found = walk (child, visit, user, depth + 1);
    if (found != NULL)
      return found;
  }
  return NULL;
}

static AtspiAccessible *
search (Visit visit, gpointer user)
{
  UNREF AtspiAccessible *application = find_application ();
  return application != NULL ? walk (application, visit, user, 0) : NULL;
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
wait_until (Visit visit, gpointer user, const char *what, guint seconds)
{
  gint64 end = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;

  for (;;) {
    AtspiAccessible *found = search (visit, user);
    if (found != NULL)
      return found;
    if (waitpid (window_pid, NULL, WNOHANG) == window_pid)
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

#define MAIN_WINDOW "Lineshaft"

/* The name of the window that @what is in; a dialog is another one. (transfer full) */
static char *
name_of_window (AtspiAccessible *what)
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
static gboolean
extents_are_true (AtspiAccessible *what)
{
  UNREF AtspiAccessible *application = atspi_accessible_get_application (what, NULL);
  g_autofree char *version = application != NULL ? atspi_accessible_get_toolkit_version (application, NULL) : NULL;
  g_auto (GStrv) parts = g_strsplit (version != NULL ? version : "", ".", 3);

  return g_strv_length (parts) < 2 || g_ascii_strtoull (parts[1], NULL, 10) < 10;
}

static gboolean
is_in_state (AtspiAccessible *node, AtspiStateType state)
{
  UNREF AtspiStateSet *states = atspi_accessible_get_state_set (node);
  return states != NULL && atspi_state_set_contains (states, state);
}

/* GTK 4.8 says so by a window of its own, later ones by its role. */
static gboolean
is_in_dialog (AtspiAccessible *what)
{
  g_autofree char *window = name_of_window (what);
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
  if (!extents_are_true (node))
    return is_in_state (node, ATSPI_STATE_SHOWING);
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

G_GNUC_PRINTF (1, 2) static void
run (const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  va_list args;
  int status = 0;

  va_start (args, format);
  g_autofree char *command = g_strdup_vprintf (format, args);
  va_end (args);
  if (!g_spawn_command_line_sync (command, NULL, NULL, &status, &error) || !g_spawn_check_wait_status (status, &error))
    fail_msg ("%s: %s", command, error->message);
}

/* What @format prints when run as a command. (transfer full) */
G_GNUC_PRINTF (1, 2) static char *
output_of (const char *format, ...)
{
  char *output = NULL;
  va_list args;

  va_start (args, format);
  g_autofree char *command = g_strdup_vprintf (format, args);
  va_end (args);
  assert_true (g_spawn_command_line_sync (command, &output, NULL, NULL, NULL));
  return output;
}

/* The X window of the program under test that @what is in: the main one is the first, a dialog the last. (transfer full) */
static char *
window_id (AtspiAccessible *what)
{
  g_autofree char *windows = output_of ("xdotool search --onlyvisible --pid %d", window_pid), *name = name_of_window (what);
  g_auto (GStrv) ids = g_strsplit (g_strchomp (windows), "\n", -1);

  assert_non_null (ids[0]);
  return g_strdup (g_strcmp0 (name, MAIN_WINDOW) == 0 ? ids[0] : ids[g_strv_length (ids) - 1]);
}

/* Where the window's surface begins on the screen: without a window manager it stands where X put it. */
static void
window_origin (AtspiAccessible *what, int *ret_x, int *ret_y)
{
  g_autofree char *id = window_id (what);
  g_autofree char *geometry = output_of ("xdotool getwindowgeometry --shell %s", id);
  const char *x = strstr (geometry, "X="), *y = strstr (geometry, "Y=");

  assert_non_null (x);
  assert_non_null (y);
  *ret_x = (int) g_ascii_strtoll (x + 2, NULL, 10);
  *ret_y = (int) g_ascii_strtoll (y + 2, NULL, 10);
}

/* Where @what is in its window, once it stands still: a page that has just come moves until its sizes are settled. */
static AtspiRect
settled_extents (AtspiAccessible *what)
{
  UNREF AtspiComponent *component = atspi_accessible_get_component_iface (what);
  AtspiRect last = { 0 };

  assert_non_null (component);
  for (guint tries = 0; tries < 50; tries++) {
    g_autofree AtspiRect *now = atspi_component_get_extents (component, ATSPI_COORD_TYPE_WINDOW, NULL);
    if (now != NULL && now->width > 0 && now->height > 0 && memcmp (now, &last, sizeof last) == 0)
      return last;
    if (now != NULL)
      last = *now;
    g_usleep (100 * 1000);
  }
  fail_msg ("what is to be clicked on does not stand still: %d × %d at %d, %d", last.width, last.height, last.x, last.y);
  return last;
}

static void
click_with_pointer (AtspiAccessible *what)
{
  AtspiRect extents = settled_extents (what);
  int x, y;

  window_origin (what, &x, &y);
  /* A hand rests before it clicks; a click in the very moment in which the pointer leaves a tooltip is lost. Not --sync: it waits long
   * where the pointer is there already, and X keeps the order of what one program asks of it. */
  run ("xdotool mousemove %d %d sleep 0.1 click 1", x + extents.x + extents.width / 2, y + extents.y + extents.height / 2);
}

/* A button that is activated so stays down for 250 ms and is deaf meanwhile. */
#define STAYS_DOWN_US (300 * 1000)

/* What a click on it does comes first and has a bare name ("click", "toggle", "activate"); what stands in its menu has a dot in it. That
 * of a field is what Enter does in it. FALSE: it offers no such thing. */
static gboolean
do_its_action (AtspiAccessible *what)
{
  UNREF AtspiAction *action = is_in_state (what, ATSPI_STATE_EDITABLE) ? NULL : atspi_accessible_get_action_iface (what);
  g_autofree char *name = action != NULL && atspi_action_get_n_actions (action, NULL) > 0 ? atspi_action_get_action_name (action, 0, NULL) : NULL;
  if (name == NULL || strchr (name, '.') != NULL || !atspi_action_do_action (action, 0, NULL))
    return FALSE;
  g_usleep (STAYS_DOWN_US);
  return TRUE;
}

static gboolean
is_written_in (AtspiAccessible *node, const char *name, gpointer user)
{
  return is_in_state (node, ATSPI_STATE_EDITABLE) && is_in_state (node, ATSPI_STATE_FOCUSABLE) && is_in_state (node, ATSPI_STATE_SHOWING);
}

/* GTK gives nobody the focus who asks over AT-SPI, but whoever presses Tab often enough. */
#define TABS_AT_MOST 60

static gboolean
tab_to (AtspiAccessible *field)
{
  for (guint i = 0; i < TABS_AT_MOST; i++) {
    if (is_in_state (field, ATSPI_STATE_FOCUSED))
      return TRUE;
    screen_key ("Tab");
    g_usleep (50 * 1000);
  }
  return FALSE;
}

/* @what is a field, or the label beside one. */
static gboolean
enter_field (AtspiAccessible *what)
{
  UNREF AtspiAccessible *parent = atspi_accessible_get_parent (what, NULL);
  UNREF AtspiAccessible *field = walk (what, is_written_in, NULL, 0);
  if (field == NULL && parent != NULL)
    field = walk (parent, is_written_in, NULL, 0);
  return field != NULL && tab_to (field);
}

void
screen_click (AtspiAccessible *what)
{
  if (extents_are_true (what) || (!do_its_action (what) && !enter_field (what)))
    click_with_pointer (what);
}

void
screen_shoot (const char *path)
{
  run ("scrot --overwrite %s", path);
}

void
screen_key (const char *key)
{
  run ("xdotool key %s", key);
}

void
screen_type (const char *text)
{
  g_autofree char *quoted = g_shell_quote (text);
  run ("xdotool type --delay 20 -- %s", quoted);
}
