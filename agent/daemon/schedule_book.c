/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/schedule_book.h"

#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define SUFFIX ".json"
#define FILE_MAX (8 * 1024 * 1024)
#define PAUSE_US G_USEC_PER_SEC      /* between two rounds of writing */

struct LsScheduleBook {
  char *folder;
  GThread *writer;
  GMutex lock;
  GCond more;
  GHashTable *pending;       /* under lock: name → the text to write, "" to delete */
  gboolean quit;             /* under lock */
  char *problem;             /* under lock */
};

/* --- writing, in the thread --- */

static void
set_problem (LsScheduleBook *book, const char *sentence)
{
  g_mutex_lock (&book->lock);
  g_free (book->problem);
  book->problem = g_strdup_printf ("The history of schedules is not kept: %s", sentence);
  g_mutex_unlock (&book->lock);
}

static void
write_one (LsScheduleBook *book, const char *name, const char *text)
{
  g_autofree char *file = g_strconcat (name, SUFFIX, NULL);
  g_autofree char *path = g_build_filename (book->folder, file, NULL);
  g_autoptr (GError) error = NULL;

  if (*text == '\0')
    g_unlink (path);
  else if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    set_problem (book, error->message);
}

/* Under lock. FALSE: there is nothing more to come. */
static gboolean
wait_for_more (LsScheduleBook *book)
{
  while (!book->quit && g_hash_table_size (book->pending) == 0)
    g_cond_wait (&book->more, &book->lock);
  return g_hash_table_size (book->pending) > 0;
}

static GHashTable *
new_pending (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static gpointer
writer_run (gpointer data)
{
  LsScheduleBook *book = data;

  g_mutex_lock (&book->lock);
  while (wait_for_more (book))
    {
      g_autoptr (GHashTable) pending = g_steal_pointer (&book->pending);
      gint64 until = g_get_monotonic_time () + PAUSE_US;
      GHashTableIter iter;
      gpointer name, text;

      book->pending = new_pending ();
      g_mutex_unlock (&book->lock);
      g_hash_table_iter_init (&iter, pending);
      while (g_hash_table_iter_next (&iter, &name, &text))
        write_one (book, name, text);
      g_mutex_lock (&book->lock);
      while (!book->quit && g_cond_wait_until (&book->more, &book->lock, until))
        continue;
    }
  g_mutex_unlock (&book->lock);
  return NULL;
}

/* Signals are the main thread's business. */
static GThread *
start_writer (LsScheduleBook *book)
{
  sigset_t all, before;
  GThread *thread;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  thread = g_thread_new ("schedule-book", writer_run, book);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  return thread;
}

/* --- the main thread's side --- */

LsScheduleBook *
ls_schedule_book_new (const char *folder, GError **error)
{
  LsScheduleBook *book;

  if (g_mkdir_with_parents (folder, 0700) != 0 || g_access (folder, W_OK | X_OK) != 0)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "The history of schedules cannot be kept in %s: %s.", folder, g_strerror (errno));
      return NULL;
    }
  book = g_new0 (LsScheduleBook, 1);
  book->folder = g_strdup (folder);
  book->pending = new_pending ();
  g_mutex_init (&book->lock);
  g_cond_init (&book->more);
  return book;
}

void
ls_schedule_book_free (LsScheduleBook *book)
{
  if (book == NULL)
    return;
  g_mutex_lock (&book->lock);
  book->quit = TRUE;
  g_cond_signal (&book->more);
  g_mutex_unlock (&book->lock);
  if (book->writer != NULL)
    g_thread_join (book->writer);
  g_hash_table_unref (book->pending);
  g_mutex_clear (&book->lock);
  g_cond_clear (&book->more);
  g_free (book->problem);
  g_free (book->folder);
  g_free (book);
}

void
ls_schedule_book_changed (LsScheduleBook *book, LsChangeOp op, const LsSchedule *schedule)
{
  g_autoptr (json_t) json = op != LS_CHANGE_REMOVED ? ls_schedule_memory_to_json (schedule) : NULL;
  char *text = json != NULL ? ls_json_to_text (json) : g_strdup ("");

  /* An agent without schedules has no thread for them. */
  if (book->writer == NULL)
    book->writer = start_writer (book);
  g_mutex_lock (&book->lock);
  g_hash_table_replace (book->pending, g_strdup (schedule->name), text);
  if (g_hash_table_size (book->pending) == 1)
    g_cond_signal (&book->more);
  g_mutex_unlock (&book->lock);
}

char *
ls_schedule_book_take_problem (LsScheduleBook *book)
{
  char *problem;

  g_mutex_lock (&book->lock);
  problem = g_steal_pointer (&book->problem);
  g_mutex_unlock (&book->lock);
  return problem;
}

/* --- reading --- */

static LsSchedule *
read_file (const char *path, const char *name, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (json_t) json = NULL;
  g_autoptr (LsSchedule) memory = NULL;
  GStatBuf about;
  gsize length;

  if (g_stat (path, &about) == 0 && about.st_size > FILE_MAX)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "it is larger than a history can be");
      return NULL;
    }
  if (!g_file_get_contents (path, &text, &length, error) || (json = ls_json_parse (text, length, error)) == NULL
      || (memory = ls_schedule_memory_from_json (json, error)) == NULL)
    return NULL;
  if (strcmp (memory->name, name) == 0)
    return g_steal_pointer (&memory);
  g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "it is the history of %s", memory->name);
  return NULL;
}

static void
set_aside (const char *path, const GError *why, GPtrArray *warnings)
{
  g_autofree char *aside = g_strconcat (path, ".bad", NULL);
  gboolean moved = g_rename (path, aside) == 0;

  g_ptr_array_add (warnings, g_strdup_printf ("The history in %s cannot be understood (%s) and begins anew; the file %s.", path, why->message,
                                              moved ? "is kept with .bad behind its name" : "could not be set aside"));
}

void
ls_schedule_book_read (LsScheduleBook *book, LsSupervisor *supervisor, GPtrArray *warnings)
{
  g_autoptr (GDir) folder = g_dir_open (book->folder, 0, NULL);
  const char *file;

  while (folder != NULL && (file = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (book->folder, file, NULL);
      g_autofree char *name = g_str_has_suffix (file, SUFFIX) ? g_strndup (file, strlen (file) - strlen (SUFFIX)) : NULL;
      g_autoptr (GError) why = NULL;
      LsSchedule *memory;

      if (name == NULL || !ls_name_is_valid (name))
        continue;
      memory = read_file (path, name, &why);
      if (memory != NULL)
        ls_supervisor_recall_schedule (supervisor, memory);
      else
        set_aside (path, why, warnings);
    }
}
