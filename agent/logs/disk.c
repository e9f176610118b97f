/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "logs/disk.h"

#include "base/error.h"
#include "logs/files.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

/* What may wait for the writer; past it the disk does not keep up. */
#define BACKLOG_MAX (1024 * 1024)

typedef enum { MESSAGE_WRITE, MESSAGE_CLOSE, MESSAGE_FORGET, MESSAGE_FLUSH, MESSAGE_QUIT } MessageKind;

typedef struct {
  MessageKind kind;
  char *source;
  guint64 lost_before;
  gsize length;
  char data[];
} Message;

struct LsLogDisk {
  GThread *writer;
  GAsyncQueue *messages;
  GAsyncQueue *flushed;
  gsize backlog;             /* bytes that wait; atomic */
  LsLogFiles *files;         /* the writer's */
  GMutex lock;
  char *problem;             /* under lock */
};

static Message *
message_new (MessageKind kind, const char *source, const char *data, gsize length)
{
  Message *message = g_malloc (sizeof *message + length);

  message->kind = kind;
  message->source = g_strdup (source);
  message->lost_before = 0;
  message->length = length;
  if (length > 0)
    memcpy (message->data, data, length);
  return message;
}

static void
message_free (Message *message)
{
  g_free (message->source);
  g_free (message);
}

static void
set_problem (LsLogDisk *disk, char *problem)
{
  g_mutex_lock (&disk->lock);
  g_free (disk->problem);
  disk->problem = problem;
  g_mutex_unlock (&disk->lock);
}

static void
write_message (LsLogDisk *disk, const Message *message, gboolean *failing)
{
  g_autofree char *note = NULL;
  g_autoptr (GError) error = NULL;

  if (message->lost_before > 0)
    note = g_strdup_printf ("\n[lineshaft: the disk was too slow, %" G_GUINT64_FORMAT " bytes are missing here]\n", message->lost_before);
  if ((note == NULL || ls_log_files_write (disk->files, message->source, note, strlen (note), &error))
      && ls_log_files_write (disk->files, message->source, message->data, message->length, &error))
    *failing = FALSE;
  else if (!*failing)
    {
      *failing = TRUE;
      set_problem (disk, g_strdup_printf ("%s; until that is mended, output is kept in memory only.", error->message));
    }
}

static gpointer
writer_run (gpointer data)
{
  LsLogDisk *disk = data;
  gboolean failing = FALSE;

  ls_log_files_scan (disk->files);
  for (;;)
    {
      Message *message = g_async_queue_pop (disk->messages);
      MessageKind kind = message->kind;

      if (kind == MESSAGE_WRITE)
        write_message (disk, message, &failing);
      else if (kind == MESSAGE_CLOSE)
        ls_log_files_close (disk->files, message->source);
      else if (kind == MESSAGE_FORGET)
        ls_log_files_forget (disk->files, message->source);
      else if (kind == MESSAGE_FLUSH)
        g_async_queue_push (disk->flushed, disk);
      __atomic_sub_fetch (&disk->backlog, message->length, __ATOMIC_RELAXED);
      message_free (message);
      if (kind == MESSAGE_QUIT)
        return NULL;
    }
}

/* Signals are the main thread's business. */
static GThread *
start_writer (LsLogDisk *disk)
{
  sigset_t all, before;
  GThread *thread;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  thread = g_thread_new ("log-writer", writer_run, disk);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  return thread;
}

LsLogDisk *
ls_log_disk_new (const char *directory, gsize budget, GError **error)
{
  LsLogDisk *disk;

  if (g_mkdir_with_parents (directory, 0700) != 0 || g_access (directory, W_OK | X_OK) != 0)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "Logs cannot be kept in %s: %s.", directory, g_strerror (errno));
      return NULL;
    }
  disk = g_new0 (LsLogDisk, 1);
  disk->files = ls_log_files_new (directory, budget);
  disk->messages = g_async_queue_new ();
  disk->flushed = g_async_queue_new ();
  g_mutex_init (&disk->lock);
  disk->writer = start_writer (disk);
  return disk;
}

void
ls_log_disk_free (LsLogDisk *disk)
{
  if (disk == NULL)
    return;
  g_async_queue_push (disk->messages, message_new (MESSAGE_QUIT, NULL, NULL, 0));
  g_thread_join (disk->writer);
  g_async_queue_unref (disk->messages);
  g_async_queue_unref (disk->flushed);
  ls_log_files_free (disk->files);
  g_mutex_clear (&disk->lock);
  g_free (disk->problem);
  g_free (disk);
}

gboolean
ls_log_disk_write (LsLogDisk *disk, const char *source, const char *data, gsize length, guint64 lost_before)
{
  Message *message;

  if (__atomic_load_n (&disk->backlog, __ATOMIC_RELAXED) + length > BACKLOG_MAX)
    return FALSE;
  message = message_new (MESSAGE_WRITE, source, data, length);
  message->lost_before = lost_before;
  __atomic_add_fetch (&disk->backlog, length, __ATOMIC_RELAXED);
  g_async_queue_push (disk->messages, message);
  return TRUE;
}

void
ls_log_disk_close (LsLogDisk *disk, const char *source)
{
  g_async_queue_push (disk->messages, message_new (MESSAGE_CLOSE, source, NULL, 0));
}

void
ls_log_disk_forget (LsLogDisk *disk, const char *source)
{
  g_async_queue_push (disk->messages, message_new (MESSAGE_FORGET, source, NULL, 0));
}

void
ls_log_disk_flush (LsLogDisk *disk)
{
  g_async_queue_push (disk->messages, message_new (MESSAGE_FLUSH, NULL, NULL, 0));
  g_async_queue_pop (disk->flushed);
}

char *
ls_log_disk_take_problem (LsLogDisk *disk)
{
  char *problem;

  g_mutex_lock (&disk->lock);
  problem = g_steal_pointer (&disk->problem);
  g_mutex_unlock (&disk->lock);
  return problem;
}
