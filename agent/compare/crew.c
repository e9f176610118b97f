/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/crew.h"
#include "abi/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHANNEL_FD 3
#define MAX_WORDS 64

extern char **environ;

static void *
must (void *memory)
{
  if (memory == NULL)
    abort ();
  return memory;
}

/* --- the channel --- */

static void
take_line (LsHelper *helper, const char *text, size_t length)
{
  json_t *message = json_loadb (text, length, 0, NULL);
  if (message != NULL && helper->line != NULL)
    helper->line (helper, message);
  json_decref (message);
}

static void
feed (LsHelper *helper, const char *bytes, size_t n)
{
  if (helper->length + n > helper->capacity) {
    helper->capacity = (helper->length + n) * 2;
    helper->part = must (realloc (helper->part, helper->capacity));
  }
  memcpy (helper->part + helper->length, bytes, n);
  helper->length += n;
  char *from = helper->part, *end = helper->part + helper->length, *line_end;
  while ((line_end = memchr (from, '\n', (size_t) (end - from))) != NULL) {
    take_line (helper, from, (size_t) (line_end - from));
    from = line_end + 1;
  }
  helper->length = (size_t) (end - from);
  memmove (helper->part, from, helper->length);
}

static void
give_room (uv_handle_t *handle, size_t wish, uv_buf_t *buffer)
{
  static char room[65536]; /* one loop, one read at a time */
  *buffer = uv_buf_init (room, sizeof room);
}

static void
on_read (uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
  LsHelper *helper = stream->data;
  if (n > 0)
    feed (helper, buffer->base, (size_t) n);
  else if (n < 0)
    uv_read_stop (stream);
}

typedef struct {
  uv_write_t request;
  char *text;
} Write;

static void
on_written (uv_write_t *request, int status)
{
  Write *write = (Write *) request;
  free (write->text);
  free (write);
}

void
ls_helper_say (LsHelper *helper, json_t *message)
{
  char *text = must (json_dumps (message, JSON_COMPACT));
  size_t length = strlen (text);
  text = must (realloc (text, length + 2));
  text[length] = '\n';
  json_decref (message);
  Write *write = must (calloc (1, sizeof *write));
  write->text = text;
  uv_buf_t buffer = uv_buf_init (text, (unsigned) length + 1);
  if (!helper->has_channel || uv_write (&write->request, (uv_stream_t *) &helper->channel, &buffer, 1, on_written) < 0)
    on_written (&write->request, 0);
}

/* --- the end --- */

static void
free_helper (LsHelper *helper)
{
  LsHelper **at = &helper->crew->first;
  while (*at != helper)
    at = &(*at)->next;
  *at = helper->next;
  free (helper->part);
  free (helper);
}

static void
on_closed (uv_handle_t *handle)
{
  LsHelper *helper = handle->data;
  helper->has_channel = false;
  if (helper->pid == 0)
    free_helper (helper);
}

void
ls_helper_dismiss (LsHelper *helper)
{
  if (helper->has_channel && !uv_is_closing ((uv_handle_t *) &helper->channel))
    uv_close ((uv_handle_t *) &helper->channel, on_closed);
}

static void
settle (LsHelper *helper, int status, const struct rusage *usage)
{
  helper->pid = 0;
  helper->status = status;
  helper->cpu_us = (uint64_t) (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000u + (uint64_t) (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
#ifdef __APPLE__
  helper->memory = (uint64_t) usage->ru_maxrss;
#else
  helper->memory = (uint64_t) usage->ru_maxrss * 1024;
#endif
  helper->ended (helper);
  if (helper->has_channel)
    ls_helper_dismiss (helper);
  else
    free_helper (helper);
}

static void
on_child (uv_signal_t *handle, int number)
{
  LsCrew *crew = handle->data;
  LsHelper *next;
  for (LsHelper *helper = crew->first; helper != NULL; helper = next) {
    struct rusage usage;
    int status;
    next = helper->next;
    if (helper->pid > 0 && wait4 (helper->pid, &status, WNOHANG, &usage) == helper->pid)
      settle (helper, status, &usage);
  }
}

/* --- the beginning --- */

static int
spawn (LsCrew *crew, LsHelper *helper, const char *const *words, int channel)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t usual;
  sigemptyset (&usual);
  sigaddset (&usual, SIGPIPE);
  posix_spawn_file_actions_init (&actions);
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setsigdefault (&attributes, &usual);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGDEF);
  posix_spawn_file_actions_addopen (&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen (&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen (&actions, 2, "/dev/null", O_WRONLY, 0);
  if (channel >= 0)
    posix_spawn_file_actions_adddup2 (&actions, channel, CHANNEL_FD);
  helper->started_ns = uv_hrtime ();
  int error = posix_spawn (&helper->pid, crew->program, &actions, &attributes, (char *const *) words, environ);
  posix_spawn_file_actions_destroy (&actions);
  posix_spawnattr_destroy (&attributes);
  return -error;
}

static int
open_channel (LsCrew *crew, LsHelper *helper, int pair[2])
{
  if (socketpair (AF_UNIX, SOCK_STREAM, 0, pair) < 0)
    return -errno;
  for (int i = 0; i < 2; i++) {
    /* Clear of the number that it gets in the child, so that the copy there is one. */
    int fd = fcntl (pair[i], F_DUPFD_CLOEXEC, CHANNEL_FD + 1);
    close (pair[i]);
    pair[i] = fd;
  }
  uv_pipe_init (crew->loop, &helper->channel, 0);
  helper->channel.data = helper;
  helper->has_channel = true;
  int r = uv_pipe_open (&helper->channel, pair[0]);
  return r < 0 ? r : uv_read_start ((uv_stream_t *) &helper->channel, give_room, on_read);
}

static void
write_words (const LsCrew *crew, LsHelperKind kind, const char **words)
{
  unsigned n = 0;
  words[n++] = "lineshaft-pool";
  for (unsigned i = 0; i < crew->options->n_plugins; i++) {
    words[n++] = "--plugin";
    words[n++] = crew->options->plugins[i];
  }
  if (kind == LS_HELPER_NOTHING)
    words[n++] = "--list";
  if (kind == LS_HELPER_JOB) {
    words[n++] = "--run";
    words[n++] = crew->options->job;
    for (int i = 0; i < crew->options->n_args; i++)
      words[n++] = crew->options->args[i];
  }
  words[n] = NULL;
}

LsHelper *
ls_crew_start (LsCrew *crew, LsHelperKind kind, int *ret_error)
{
  LsHelper *helper = must (calloc (1, sizeof *helper));
  const char **words = must (calloc ((size_t) crew->options->n_args + MAX_WORDS, sizeof *words));
  int pair[2] = { -1, -1 };
  helper->crew = crew;
  helper->next = crew->first;
  crew->first = helper;
  write_words (crew, kind, words);
  int r = kind == LS_HELPER_HOST ? open_channel (crew, helper, pair) : 0;
  if (r == 0)
    r = spawn (crew, helper, words, pair[1]);
  free (words);
  if (pair[1] >= 0)
    close (pair[1]);
  if (r == 0)
    return helper;
  helper->pid = 0;
  if (helper->has_channel)
    ls_helper_dismiss (helper);
  else
    free_helper (helper);
  *ret_error = r;
  return NULL;
}

void
ls_crew_kill (LsCrew *crew)
{
  for (LsHelper *helper = crew->first; helper != NULL; helper = helper->next)
    if (helper->pid > 0)
      kill (helper->pid, SIGKILL);
}

bool
ls_crew_is_empty (const LsCrew *crew)
{
  return crew->first == NULL;
}

int
ls_crew_open (LsCrew *crew, uv_loop_t *loop, const char *program, const LsCompareOptions *options)
{
  char number[16];
  *crew = (LsCrew) { .loop = loop, .program = program, .options = options };
  snprintf (number, sizeof number, "%d", CHANNEL_FD);
  /* For the hosts; of our own channel to the agent we make no use, and a one-shot run looks for none. */
  setenv (LS_CHANNEL_ENV_FD, number, 1);
  unsetenv (LS_NOTIFY_ENV_SOCKET);
  uv_signal_init (loop, &crew->child);
  crew->child.data = crew;
  int r = uv_signal_start (&crew->child, on_child, SIGCHLD);
  uv_unref ((uv_handle_t *) &crew->child);
  return r;
}

void
ls_crew_close (LsCrew *crew)
{
  uv_close ((uv_handle_t *) &crew->child, NULL);
}
