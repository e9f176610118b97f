/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Who may include whom: the folders of ARCHITECTURE.md, held against every #include "…" of the tree. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <glib.h>
#include <string.h>

typedef struct {
  const char *folder;
  const char *allowed;      /* folders of agent/, space separated, besides its own */
} Layer;

static const Layer agent_layers[] = {
  { "abi", "" },
  { "http", "" },
  { "base", "" },
  { "model", "base" },
  { "client", "model base" },
  { "core", "model base abi" },
  { "platform", "core model base abi" },
  { "metrics", "model base abi" },
  { "logs", "base" },
  { "config", "model base" },
  { "service", "http core metrics logs model base" },
  { "worker", "http abi" },
  { "pool", "abi" },
  { "plugins", "abi" },
  { "compare", "abi" },
  { "load", "abi" },
  { "cli", "client model base" },
  { "daemon", "service config platform logs metrics core http model base abi" },
};

static const Layer gui_layer = { "gui", "client model base gui" };

static gboolean
may_include (const Layer *layer, const char *folder)
{
  if (g_str_equal (layer->folder, folder))
    return TRUE;
  g_auto (GStrv) allowed = g_strsplit (layer->allowed, " ", -1);
  return g_strv_contains ((const char *const *) allowed, folder);
}

/* The folder that an include line names ("model" for #include "model/task.h"), or NULL: a system header, or the file's own folder. */
static char *
included_folder (const char *line)
{
  if (!g_str_has_prefix (line, "#include \""))
    return NULL;
  const char *path = line + strlen ("#include \"");
  const char *slash = strchr (path, '/');
  return slash != NULL ? g_strndup (path, slash - path) : NULL;
}

static guint
count_violations (const Layer *layer, const char *path)
{
  g_autofree char *text = NULL;
  guint violations = 0;

  assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *folder = included_folder (lines[i]);
    if (folder != NULL && !may_include (layer, folder)) {
      print_error ("%s:%u: %s/ may not use %s/\n", path, i + 1, layer->folder, folder);
      violations++;
    }
  }
  return violations;
}

static guint
count_violations_below (const Layer *layer, const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  guint violations = 0;
  const char *name;

  if (dir == NULL)
    return 0;
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (directory, name, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      violations += count_violations_below (layer, path);
    else if (g_str_has_suffix (name, ".c") || g_str_has_suffix (name, ".h"))
      violations += count_violations (layer, path);
  }
  return violations;
}

static void
folders_include_only_what_the_architecture_allows (void **state)
{
  guint violations = 0;

  for (guint i = 0; i < G_N_ELEMENTS (agent_layers); i++) {
    g_autofree char *directory = g_build_filename (LS_SOURCE_DIR, "agent", agent_layers[i].folder, NULL);
    violations += count_violations_below (&agent_layers[i], directory);
  }
  g_autofree char *gui = g_build_filename (LS_SOURCE_DIR, "gui", NULL);
  violations += count_violations_below (&gui_layer, gui);
  assert_int_equal (violations, 0);
}

static void
every_folder_of_the_agent_has_a_rule (void **state)
{
  g_autofree char *agent = g_build_filename (LS_SOURCE_DIR, "agent", NULL);
  g_autoptr (GDir) dir = g_dir_open (agent, 0, NULL);
  const char *name;

  assert_non_null (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (agent, name, NULL);
    gboolean known = !g_file_test (path, G_FILE_TEST_IS_DIR);
    for (guint i = 0; i < G_N_ELEMENTS (agent_layers); i++)
      known = known || g_str_equal (agent_layers[i].folder, name);
    if (!known)
      print_error ("agent/%s has no rule in this test\n", name);
    assert_true (known);
  }
}

static void
an_include_names_its_folder (void **state)
{
  g_autofree char *folder = included_folder ("#include \"model/task.h\"");
  assert_string_equal (folder, "model");
  assert_null (included_folder ("#include <uv.h>"));
  assert_null (included_folder ("#include \"slot.h\""));
  assert_false (may_include (&agent_layers[2], "model"));
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (folders_include_only_what_the_architecture_allows),
    cmocka_unit_test (every_folder_of_the_agent_has_a_rule),
    cmocka_unit_test (an_include_names_its_folder),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
