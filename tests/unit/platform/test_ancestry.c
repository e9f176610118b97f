/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Text in, decisions out: where control groups are, and whose mark an environment has. */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "platform/linux/ancestry.h"
#include "platform/linux/cgroup_place.h"

#include <string.h>

#define UNIFIED "30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
#define HYBRID \
  "31 25 0:27 / /sys/fs/cgroup ro shared:9 - tmpfs tmpfs ro\n" \
  "32 31 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n" \
  "33 31 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n" \
  "34 31 0:30 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"

static char *
places_of (const char *own, const char *mounts)
{
  g_autoptr (GArray) places = ls_cgroup_places (own, mounts);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < places->len; i++) {
    const LsCgroupPlace *place = &g_array_index (places, LsCgroupPlace, i);
    g_string_append_printf (text, "%u:%s ", place->version, place->folder);
  }
  return g_string_free (text, FALSE);
}

static void
groups_are_where_the_mounts_say (void **state)
{
  static const struct {
    const char *own, *mounts, *places;
  } cases[] = {
    { "0::/system.slice/lineshaft.service\n", UNIFIED, "2:/sys/fs/cgroup/system.slice/lineshaft.service " },
    { "0::/\n", UNIFIED, "2:/sys/fs/cgroup/ " },
    { "9:name=systemd:/a\n8:pids:/b\n0::/c\n", HYBRID,
      "2:/sys/fs/cgroup/unified/c 1:/sys/fs/cgroup/pids/b 1:/sys/fs/cgroup/systemd/a " },
    { "8:cpu,pids:/b\n", "34 31 0:30 / /cg rw - cgroup cgroup rw,cpu,pids\n", "1:/cg/b " },
    /* In a container only a part is shown. */
    { "0::/docker/abc/x\n", "30 25 0:26 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "2:/sys/fs/cgroup/x " },
    { "0::/docker/abcd\n", "30 25 0:26 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "" },
    { "0::/a\n", "30 25 0:26 / /odd\\040place rw - cgroup2 cgroup2 rw\n", "2:/odd place/a " },
    { "0::/a\n", "nonsense\n30 25 - cgroup2\n\n", "" },
    { "", UNIFIED, "" },
    { "0::/a\n", "", "" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *places = places_of (cases[i].own, cases[i].mounts);
    assert_string_equal (places, cases[i].places);
  }
}

static void
folders_of_agents_are_told_from_others (void **state)
{
  static const char *const others[] = { "lineshaft", "lineshaft-", "lineshaft-12", "lineshaft-12-", "lineshaft-x-1", "lineshaft-1-2x", "lineshaft.service" };
  guint64 pid = 0, start_time = 0;
  assert_true (ls_cgroup_owner_parse ("lineshaft-4711-889213", &pid, &start_time));
  assert_int_equal (pid, 4711);
  assert_int_equal (start_time, 889213);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    assert_false (ls_cgroup_owner_parse (others[i], &pid, &start_time));
}

static void
marks_are_found_among_others (void **state)
{
  static const struct {
    const char *block;
    gsize length;
    gboolean has_it, has_one_of_ours;
  } cases[] = {
#define BLOCK(text) text, sizeof text
    { BLOCK ("A=1\0LINESHAFT_FENCE=aa-1\0B=2"), TRUE, TRUE },
    { BLOCK ("LINESHAFT_FENCE=bb-7:aa-1"), TRUE, TRUE },
    { BLOCK ("LINESHAFT_FENCE=aa-1:cc-2"), TRUE, TRUE },
    { BLOCK ("LINESHAFT_FENCE=aa-12"), FALSE, TRUE },
    { BLOCK ("LINESHAFT_FENCE=bb-1"), FALSE, FALSE },
    { BLOCK ("XLINESHAFT_FENCE=aa-1"), FALSE, FALSE },
    { BLOCK ("LINESHAFT_FENCES=aa-1"), FALSE, FALSE },
    { BLOCK ("A=LINESHAFT_FENCE=aa-1"), FALSE, FALSE },
    { BLOCK (""), FALSE, FALSE },
    { "LINESHAFT_FENCE=aa-1", 20, FALSE, FALSE },      /* cut off: it could go on */
    { "", 0, FALSE, FALSE },
#undef BLOCK
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    assert_int_equal (ls_environment_has_mark (cases[i].block, cases[i].length, "aa-1"), cases[i].has_it);
    assert_int_equal (ls_environment_has_mark_of (cases[i].block, cases[i].length, "aa-"), cases[i].has_one_of_ours);
  }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (groups_are_where_the_mounts_say),
    cmocka_unit_test (folders_of_agents_are_told_from_others),
    cmocka_unit_test (marks_are_found_among_others),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
