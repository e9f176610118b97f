/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "logs/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

static char *folder;

static int
set_up (void **state)
{
  folder = g_dir_make_tmp ("lineshaft-logs-XXXXXX", NULL);
  return folder == NULL;
}

static int
tear_down (void **state)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
  return 0;
}

static LsLogStore *
store_new (gsize disk_budget)
{
  LsLogStore *store = ls_log_store_new (folder, MIB, disk_budget, NULL);

  assert_non_null (store);
  return store;
}

static void
put (LsLogStore *store, const char *source, const char *text)
{
  ls_log_store_append (store, source, LS_LOG_STDOUT, text, strlen (text), 1);
}

static char *
contents (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
assert_contents (const char *name, const char *expected)
{
  g_autofree char *text = contents (name);

  if (expected == NULL)
    assert_null (text);
  else
    assert_string_equal (text, expected);
}

/* Bytes and files of the folder. */
static gsize
size_on_disk (guint *ret_files)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);
  const char *name;
  gsize size = 0;

  *ret_files = 0;
  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf info;

      assert_int_equal (g_stat (path, &info), 0);
      size += (gsize) info.st_size;
      (*ret_files)++;
    }
  return size;
}

static guint
open_descriptors (void)
{
  guint count = 0;

  for (int fd = 0; fd < 1024; fd++)
    count += lseek (fd, 0, SEEK_CUR) >= 0;
  return count;
}

static void
files_have_the_bytes_as_they_came (void **state)
{
  LsLogStore *store = store_new (MIB);
  GStatBuf info;

  put (store, "web.1", "one\ntw");
  ls_log_store_append (store, "web.1", LS_LOG_STDERR, "err\n", 4, 1);
  put (store, "web.1", "o\n");
  put (store, "t1", "task\n");
  ls_log_store_flush (store);
  assert_contents ("web.1.log", "one\ntwerr\no\n");
  assert_contents ("t1.log", "task\n");
  g_autofree char *path = g_build_filename (folder, "t1.log", NULL);
  assert_int_equal (g_stat (path, &info), 0);
  assert_int_equal (info.st_mode & 0777, 0600);
  ls_log_store_free (store);
}

static void
everything_is_written_when_the_store_is_freed (void **state)
{
  LsLogStore *store = store_new (MIB);

  put (store, "a", "last words");
  ls_log_store_free (store);
  assert_contents ("a.log", "last words");
}

static void
a_new_run_begins_a_new_part (void **state)
{
  for (guint run = 0; run < 6; run++)
    {
      LsLogStore *store = store_new (MIB);
      g_autofree char *text = g_strdup_printf ("run %u\n", run);

      put (store, "a", text);
      put (store, "a", text);
      ls_log_store_free (store);
    }
  assert_contents ("a.log", "run 5\nrun 5\n");
  assert_contents ("a.log.1", "run 4\nrun 4\n");
  assert_contents ("a.log.3", "run 2\nrun 2\n");
  assert_contents ("a.log.4", NULL);
}

static void
one_noisy_source_stays_within_a_quarter (void **state)
{
  LsLogStore *store = store_new (MIB);
  g_autofree char *block = g_strnfill (64 * 1024, 'x');
  guint files;

  put (store, "quiet", "still here\n");
  for (guint i = 0; i < 160; i++)
    {
      ls_log_store_append (store, "noisy", LS_LOG_STDOUT, block, 64 * 1024, 1);
      if (i % 8 == 7)
        ls_log_store_flush (store);
    }
  ls_log_store_flush (store);
  assert_in_range (size_on_disk (&files), 128 * 1024, MIB / 4 + 100);
  assert_int_equal (files, 5);
  assert_contents ("quiet.log", "still here\n");
  ls_log_store_free (store);
}

static void
many_sources_stay_within_the_budget_and_few_are_open (void **state)
{
  LsLogStore *store = store_new (MIB);
  guint before = open_descriptors ();
  guint files;

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *id = g_strdup_printf ("t%u", i), *older = i >= 100 ? g_strdup_printf ("t%u", i - 100) : NULL;

      put (store, id, "output\n");
      if (older != NULL)
        ls_log_store_end (store, older);
      if (i % 500 == 499)
        {
          ls_log_store_flush (store);
          assert_true (open_descriptors () <= before + 16);
        }
    }
  ls_log_store_flush (store);
  size_on_disk (&files);
  assert_in_range (files, 200, MIB / 4096);
  assert_contents ("t2999.log", "output\n");
  assert_contents ("t0.log", NULL);
  ls_log_store_free (store);
}

static void
the_file_of_a_source_that_ended_is_closed_and_can_go_on (void **state)
{
  LsLogStore *store = store_new (MIB);
  guint before = open_descriptors ();

  put (store, "t1", "one\n");
  ls_log_store_flush (store);
  assert_int_equal (open_descriptors (), before + 1);
  ls_log_store_end (store, "t1");
  ls_log_store_flush (store);
  assert_int_equal (open_descriptors (), before);
  put (store, "t1", "two\n");
  ls_log_store_free (store);
  assert_contents ("t1.log", "one\ntwo\n");
}

static void
what_earlier_runs_left_counts_and_strangers_are_left_alone (void **state)
{
  g_autofree char *block = g_strnfill (40 * 1024, 'o');
  g_autofree char *stranger = g_build_filename (folder, "notes.txt", NULL);
  guint files;

  assert_true (g_file_set_contents (stranger, block, 40 * 1024, NULL));
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/old%u.log", folder, i);
      assert_true (g_file_set_contents (path, block, 40 * 1024, NULL));
    }
  LsLogStore *store = store_new (256 * 1024);
  put (store, "new", "new\n");
  ls_log_store_flush (store);
  assert_in_range (size_on_disk (&files), 40 * 1024, (256 + 40) * 1024);
  assert_contents ("new.log", "new\n");
  assert_true (g_file_test (stranger, G_FILE_TEST_EXISTS));
  ls_log_store_free (store);
}

static void
forgetting_removes_the_files (void **state)
{
  LsLogStore *store = store_new (MIB);

  put (store, "a", "1\n");
  put (store, "b", "2\n");
  ls_log_store_forget (store, "a");
  ls_log_store_flush (store);
  assert_contents ("a.log", NULL);
  assert_contents ("b.log", "2\n");
  ls_log_store_free (store);
}

static void
names_that_are_paths_are_never_files (void **state)
{
  LsLogStore *store = store_new (MIB);
  guint files;

  put (store, "../escape", "x\n");
  put (store, ".hidden", "x\n");
  put (store, "", "x\n");
  ls_log_store_flush (store);
  assert_int_equal (size_on_disk (&files), 0);
  ls_log_store_free (store);
}

static gboolean
count_agent (void *user, const LsLogEntry *entry)
{
  g_autofree char *text = g_strndup (entry->text, entry->length);

  if (strcmp (entry->source, "agent") == 0 && strstr (text, "memory only") != NULL)
    (*(guint *) user)++;
  return TRUE;
}

static void
a_folder_that_is_lost_is_said_once_and_hurts_nobody (void **state)
{
  LsLogStore *store = store_new (MIB);
  const LsLogQuery all = { .stream = -1 };
  guint told = 0;

  ls_log_store_flush (store);
  assert_int_equal (g_rmdir (folder), 0);
  for (guint i = 0; i < 5; i++)
    {
      put (store, "a", "x\n");
      ls_log_store_flush (store);
    }
  ls_log_store_each (store, &all, count_agent, &told);
  assert_int_equal (told, 1);
  ls_log_store_free (store);
}

static void
a_folder_that_cannot_be_is_refused (void **state)
{
  g_autoptr (GError) error = NULL;

  assert_null (ls_log_store_new ("/proc/nowhere", MIB, MIB, &error));
  assert_non_null (strstr (error->message, "/proc/nowhere"));
}

#define TEST(name) cmocka_unit_test_setup_teardown (name, set_up, tear_down)

int
main (void)
{
  const struct CMUnitTest tests[] = {
    TEST (files_have_the_bytes_as_they_came),
    TEST (everything_is_written_when_the_store_is_freed),
    TEST (a_new_run_begins_a_new_part),
    TEST (one_noisy_source_stays_within_a_quarter),
    TEST (many_sources_stay_within_the_budget_and_few_are_open),
    TEST (the_file_of_a_source_that_ended_is_closed_and_can_go_on),
    TEST (what_earlier_runs_left_counts_and_strangers_are_left_alone),
    TEST (forgetting_removes_the_files),
    TEST (names_that_are_paths_are_never_files),
    TEST (a_folder_that_is_lost_is_said_once_and_hurts_nobody),
    TEST (a_folder_that_cannot_be_is_refused),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
