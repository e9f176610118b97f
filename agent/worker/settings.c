/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "worker/settings.h"

#include "abi/channel.h"
#include "abi/scoreboard.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 511
#define DEFAULT_IO_THREADS 4 /* libuv's own */
#define MAX_IO_THREADS 1024

static const char usage[] =
    "Usage: lineshaft-worker [--listen ADDRESS]…\n"
    "Answers HTTP requests. lineshaft-agent starts it with listening sockets; to try it alone:\n\n"
    "  -l, --listen ADDRESS   127.0.0.1:8080, [::1]:8080, or the path of a Unix socket\n"
    "  -V, --version          say which version this is\n"
    "  -h, --help             this text\n";

static bool
parse_number (const char *text, long min, long max, long *ret_number)
{
  char *end;
  if (!text || !*text)
    return false;
  errno = 0;
  long number = strtol (text, &end, 10);
  if (errno != 0 || *end || number < min || number > max)
    return false;
  *ret_number = number;
  return true;
}

static long
number_from_environment (const char *name, long min, long max, long fallback)
{
  long number = fallback;
  const char *text = getenv (name);
  if (text && !parse_number (text, min, max, &number))
    fprintf (stderr, "lineshaft-worker: %s is \"%s\", which is not a number from %ld to %ld; using %ld\n", name, text, min, max,
             fallback);
  return number;
}

/* The sockets that systemd's protocol hands over; none of them if they were meant for another process. */
static int
take_inherited_sockets (LsWorkerSettings *settings)
{
  const char *count_text = getenv (LS_LISTEN_ENV_FDS), *pid_text = getenv (LS_LISTEN_ENV_PID);
  long count = 0, pid = 0;
  if (!count_text)
    return -1;
  if (!parse_number (count_text, 0, LS_WORKER_MAX_SOCKETS, &count))
    {
      fprintf (stderr, "lineshaft-worker: LISTEN_FDS is \"%s\"; at most %d sockets can be taken\n", count_text, LS_WORKER_MAX_SOCKETS);
      return 2;
    }
  if (pid_text && (!parse_number (pid_text, 1, INT32_MAX, &pid) || pid != getpid ()))
    {
      fprintf (stderr, "lineshaft-worker: the sockets are meant for process %s, and this is %d\n", pid_text, getpid ());
      return -1;
    }
  for (int fd = LS_LISTEN_FIRST_FD; fd < LS_LISTEN_FIRST_FD + count; fd++)
    {
      if (fcntl (fd, F_SETFD, FD_CLOEXEC) < 0)
        {
          fprintf (stderr, "lineshaft-worker: LISTEN_FDS promises descriptor %d, which is not open\n", fd);
          return 2;
        }
      settings->sockets[settings->n_sockets++] = fd;
    }
  return -1;
}

static int
listen_on_path (const char *path)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  if (strlen (path) >= sizeof address.sun_path)
    return -ENAMETOOLONG;
  strcpy (address.sun_path, path);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -errno;
  unlink (path);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) < 0 || listen (fd, BACKLOG) < 0)
    {
      int r = -errno;
      close (fd);
      return r;
    }
  return fd;
}

static int
listen_on_address (const struct addrinfo *info)
{
  int on = 1;
  int fd = socket (info->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -errno;
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind (fd, info->ai_addr, info->ai_addrlen) < 0 || listen (fd, BACKLOG) < 0)
    {
      int r = -errno;
      close (fd);
      return r;
    }
  return fd;
}

static int
listen_on (const char *text)
{
  if (text[0] == '/')
    return listen_on_path (text);
  char host[256];
  const char *colon = strrchr (text, ':');
  if (!colon || (size_t) (colon - text) >= sizeof host)
    return -EINVAL;
  const char *from = text;
  size_t length = (size_t) (colon - text);
  if (length >= 2 && from[0] == '[' && from[length - 1] == ']')
    {
      from++;
      length -= 2;
    }
  memcpy (host, from, length);
  host[length] = '\0';
  struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE }, *info;
  if (strcmp (host, "localhost") == 0)
    strcpy (host, "127.0.0.1");
  if (getaddrinfo (length ? host : NULL, colon + 1, &hints, &info) != 0)
    return -EINVAL;
  int fd = listen_on_address (info);
  freeaddrinfo (info);
  return fd;
}

static int
add_listener (LsWorkerSettings *settings, const char *text)
{
  int fd = settings->n_sockets < LS_WORKER_MAX_SOCKETS ? listen_on (text) : -EMFILE;
  if (fd < 0)
    {
      fprintf (stderr, "lineshaft-worker: cannot listen on %s: %s\n", text,
               fd == -EINVAL ? "not of the form 127.0.0.1:8080, [::1]:8080 or /path/of/socket" : strerror (-fd));
      return 1;
    }
  settings->sockets[settings->n_sockets++] = fd;
  return -1;
}

static int
parse_arguments (LsWorkerSettings *settings, int argc, char **argv)
{
  static const struct option options[] = {
    { "listen", required_argument, NULL, 'l' },
    { "version", no_argument, NULL, 'V' },
    { "help", no_argument, NULL, 'h' },
    { 0 },
  };
  int option, r = -1;
  while (r < 0 && (option = getopt_long (argc, argv, "l:Vh", options, NULL)) != -1)
    switch (option)
      {
      case 'l':
        r = add_listener (settings, optarg);
        break;
      case 'V':
        printf ("lineshaft-worker %s\n", LS_VERSION);
        return 0;
      case 'h':
        fputs (usage, stdout);
        return 0;
      default:
        fputs (usage, stderr);
        return 2;
      }
  if (r < 0 && optind < argc)
    {
      fprintf (stderr, "lineshaft-worker: %s is not an option\n%s", argv[optind], usage);
      return 2;
    }
  return r;
}

static int
descriptor_from_environment (const char *name)
{
  int fd = (int) number_from_environment (name, 3, INT32_MAX, -1);
  if (fd >= 0 && fcntl (fd, F_SETFD, FD_CLOEXEC) < 0)
    {
      fprintf (stderr, "lineshaft-worker: %s names descriptor %d, which is not open\n", name, fd);
      return -1;
    }
  return fd;
}

int
ls_worker_settings_load (LsWorkerSettings *settings, int argc, char **argv)
{
  memset (settings, 0, sizeof *settings);
  settings->id = getenv (LS_ENV_ID) ? getenv (LS_ENV_ID) : "worker";
  settings->cluster = getenv (LS_ENV_CLUSTER);
  settings->slot = (int) number_from_environment (LS_ENV_SLOT, 0, INT32_MAX, -1);
  settings->channel_fd = descriptor_from_environment (LS_CHANNEL_ENV_FD);
  settings->scoreboard_fd = descriptor_from_environment (LS_SCOREBOARD_ENV_FD);
  settings->row = (unsigned) number_from_environment (LS_SCOREBOARD_ENV_ROW, 0, INT32_MAX, 0);
  settings->io_threads = (unsigned) number_from_environment (LS_ENV_IO_THREADS, 1, MAX_IO_THREADS, DEFAULT_IO_THREADS);
  settings->watchdog_ms = (unsigned) (number_from_environment ("WATCHDOG_USEC", 2000, 3600L * 1000000, 0) / 2000);

  int r = take_inherited_sockets (settings);
  if (r < 0)
    r = parse_arguments (settings, argc, argv);
  if (r < 0 && settings->n_sockets == 0)
    {
      fprintf (stderr, "lineshaft-worker: there is no socket to serve. lineshaft-agent hands them over; to try it alone: "
                       "lineshaft-worker --listen 127.0.0.1:8080\n");
      return 2;
    }
  return r;
}
