/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/linux/cgroup_place.h"

#include <string.h>

void
ls_cgroup_place_clear (LsCgroupPlace *place)
{
  g_clear_pointer (&place->folder, g_free);
}

/* Spaces and the like stand as \ooo in mountinfo. */
static char *
unescaped (const char *text)
{
  GString *plain = g_string_new (NULL);
  for (; *text; text++) {
    if (text[0] == '\\' && g_ascii_isdigit (text[1]) && g_ascii_isdigit (text[2]) && g_ascii_isdigit (text[3])) {
      g_string_append_c (plain, (char) ((text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0')));
      text += 3;
    } else {
      g_string_append_c (plain, *text);
    }
  }
  return g_string_free (plain, FALSE);
}

/* The path within the mount of a group whose path in the hierarchy is @group; NULL if the mount does not show it. */
static const char *
within (const char *group, const char *root)
{
  gsize length = strlen (root);
  if (g_str_equal (root, "/"))
    return group;
  if (strncmp (group, root, length) == 0 && (group[length] == '/' || group[length] == '\0'))
    return group + length;
  return NULL;
}

typedef struct {
  const char *type;          /* of the file system */
  const char *option;        /* that its mount has; NULL: any */
} Hierarchy;

static gboolean
has_option (const char *options, const char *option)
{
  g_auto (GStrv) words = g_strsplit (options, ",", -1);
  return !option || g_strv_contains ((const char *const *) words, option);
}

/* "36 35 98:0 /root /point opts shared:1 - cgroup2 source options" */
static char *
folder_in_mount (const char *line, const Hierarchy *hierarchy, const char *group)
{
  g_auto (GStrv) halves = g_strsplit (line, " - ", 2);
  if (!halves[0] || !halves[1])
    return NULL;
  g_auto (GStrv) before = g_strsplit (halves[0], " ", -1);
  g_auto (GStrv) after = g_strsplit (halves[1], " ", -1);
  if (g_strv_length (before) < 6 || g_strv_length (after) < 3 || !g_str_equal (after[0], hierarchy->type)
      || !has_option (after[2], hierarchy->option))
    return NULL;
  g_autofree char *root = unescaped (before[3]), *point = unescaped (before[4]);
  const char *rest = within (group, root);
  return rest ? g_build_filename (point, rest, NULL) : NULL;
}

static char *
find_folder (char **mounts, const Hierarchy *hierarchy, const char *group)
{
  for (char **line = mounts; *line; line++) {
    char *folder = folder_in_mount (*line, hierarchy, group);
    if (folder)
      return folder;
  }
  return NULL;
}

/* Our group in the hierarchy that has @controllers ("": the unified one): a line "8:pids:/path". NULL: none. */
static const char *
own_group (char **lines, const char *controller)
{
  for (char **line = lines; *line; line++) {
    char *colon = strchr (*line, ':'), *second = colon ? strchr (colon + 1, ':') : NULL;
    if (!second)
      continue;
    g_autofree char *controllers = g_strndup (colon + 1, (gsize) (second - colon - 1));
    if (*controller ? has_option (controllers, controller) : *controllers == '\0')
      return second + 1;
  }
  return NULL;
}

static void
place_clear (gpointer data)
{
  ls_cgroup_place_clear (data);
}

GArray *
ls_cgroup_places (const char *own_groups, const char *mounts)
{
  static const struct {
    guint version;
    const char *controller;
    Hierarchy hierarchy;
  } kinds[] = {
    { 2, "", { "cgroup2", NULL } },
    { 1, "pids", { "cgroup", "pids" } },
    { 1, "name=systemd", { "cgroup", "name=systemd" } },
  };
  g_auto (GStrv) groups = g_strsplit (own_groups, "\n", -1);
  g_auto (GStrv) lines = g_strsplit (mounts, "\n", -1);
  GArray *places = g_array_new (FALSE, FALSE, sizeof (LsCgroupPlace));
  g_array_set_clear_func (places, place_clear);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    const char *group = own_group (groups, kinds[i].controller);
    LsCgroupPlace place = { kinds[i].version, group ? find_folder (lines, &kinds[i].hierarchy, group) : NULL };
    if (place.folder)
      g_array_append_val (places, place);
  }
  return places;
}

gboolean
ls_cgroup_owner_parse (const char *name, guint64 *ret_pid, guint64 *ret_start_time)
{
  char *end;
  if (!g_str_has_prefix (name, "lineshaft-") || !g_ascii_isdigit (name[strlen ("lineshaft-")]))
    return FALSE;
  guint64 pid = g_ascii_strtoull (name + strlen ("lineshaft-"), &end, 10);
  if (*end != '-' || !g_ascii_isdigit (end[1]))
    return FALSE;
  guint64 start_time = g_ascii_strtoull (end + 1, &end, 10);
  if (*end != '\0')
    return FALSE;
  *ret_pid = pid;
  *ret_start_time = start_time;
  return TRUE;
}
