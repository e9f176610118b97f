/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/support/check.h"

#include "screen_inner.h"

#include <string.h>

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
  g_autofree char *windows = output_of ("xdotool search --onlyvisible --pid %d", screen_pid), *name = screen_name_of_window (what);
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
point_and_click (AtspiAccessible *what)
{
  AtspiRect extents = settled_extents (what);
  int x, y;

  window_origin (what, &x, &y);
  /* A hand rests before it clicks; a click in the very moment in which the pointer leaves a tooltip is lost. Not --sync: it waits long
   * where the pointer is there already, and X keeps the order of what one program asks of it. */
  run ("xdotool mousemove %d %d sleep 0.1 click 1", x + extents.x + extents.width / 2, y + extents.y + extents.height / 2);
}

/* GTK 4.8 does not say what is showing. */
static gboolean
is_written_in (AtspiAccessible *node, const char *name, gpointer user)
{
  return screen_is_in_state (node, ATSPI_STATE_EDITABLE) && screen_is_in_state (node, ATSPI_STATE_FOCUSABLE)
         && (screen_is_in_state (node, ATSPI_STATE_SHOWING) || screen_extents_are_true (node));
}

static gboolean
gets_focus (AtspiAccessible *field)
{
  for (guint i = 0; i < 20; i++) {
    if (screen_is_in_state (field, ATSPI_STATE_FOCUSED))
      return TRUE;
    g_usleep (50 * 1000);
  }
  return FALSE;
}

/* Who wants to write looks for the cursor first: what slid away under the pointer, as below a heading that unfolds, is clicked once more.
 * Of a row that is written in GTK 4.8 does not tell where the cursor is. */
static void
click_with_pointer (AtspiAccessible *what)
{
  gboolean tells_focus = is_written_in (what, NULL, NULL) && atspi_accessible_get_child_count (what, NULL) == 0;
  for (guint tries = 0; tries < 5; tries++) {
    point_and_click (what);
    if (!tells_focus || gets_focus (what))
      return;
  }
  fail_msg ("a field that is clicked on does not get the focus");
}

/* A button that is activated so stays down for 250 ms and is deaf meanwhile. */
#define STAYS_DOWN_US (300 * 1000)

/* What a click on it does comes first and has a bare name ("click", "toggle", "activate"); what stands in its menu has a dot in it. That
 * of a field is what Enter does in it. FALSE: it offers no such thing. */
static gboolean
do_its_action (AtspiAccessible *what)
{
  UNREF AtspiAction *action = screen_is_in_state (what, ATSPI_STATE_EDITABLE) ? NULL : atspi_accessible_get_action_iface (what);
  g_autofree char *name = action != NULL && atspi_action_get_n_actions (action, NULL) > 0 ? atspi_action_get_action_name (action, 0, NULL) : NULL;
  if (name == NULL || strchr (name, '.') != NULL || !atspi_action_do_action (action, 0, NULL))
    return FALSE;
  g_usleep (STAYS_DOWN_US);
  return TRUE;
}

/* GTK gives nobody the focus who asks over AT-SPI, but whoever presses Tab often enough. */
#define TABS_AT_MOST 60

static gboolean
tab_to (AtspiAccessible *field)
{
  for (guint i = 0; i < TABS_AT_MOST; i++) {
    if (screen_is_in_state (field, ATSPI_STATE_FOCUSED))
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
  UNREF AtspiAccessible *field = screen_walk (what, is_written_in, NULL, 0);
  if (field == NULL && parent != NULL)
    field = screen_walk (parent, is_written_in, NULL, 0);
  return field != NULL && tab_to (field);
}

void
screen_click (AtspiAccessible *what)
{
  if (screen_extents_are_true (what) || (!do_its_action (what) && !enter_field (what)))
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
