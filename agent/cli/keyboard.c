/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/keyboard.h"

#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define ENTER_SCREEN "\033[?1049h\033[?25l"
#define LEAVE_SCREEN "\033[?25h\033[?1049l"

struct LsKeyboard {
  void (*key) (void *user, char key);
  void *user;
  struct termios before;
  guint input, resized, ends[3];
};

static void
put (const char *text, gsize length)
{
  while (length > 0)
    {
      gssize n = write (STDOUT_FILENO, text, length);
      if (n <= 0)
        return;
      text += n;
      length -= (gsize) n;
    }
}

/* Arrow keys and the like begin with an escape; they come in one piece and mean nothing here. */
static gboolean
on_input (int fd, GIOCondition condition, gpointer data)
{
  LsKeyboard *keyboard = data;
  char bytes[64];
  gssize n = read (fd, bytes, sizeof bytes);
  if (n <= 0)
    {
      keyboard->input = 0;
      keyboard->key (keyboard->user, 'q');
      return G_SOURCE_REMOVE;
    }
  if (bytes[0] != '\033')
    for (gssize i = 0; i < n; i++)
      keyboard->key (keyboard->user, bytes[i]);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_resized (gpointer data)
{
  LsKeyboard *keyboard = data;
  keyboard->key (keyboard->user, 0);
  return G_SOURCE_CONTINUE;
}

/* Being ended is "q": the terminal is put right first. */
static gboolean
on_end (gpointer data)
{
  LsKeyboard *keyboard = data;
  keyboard->key (keyboard->user, 'q');
  return G_SOURCE_CONTINUE;
}

/* GLib's own unix signals do not know SIGWINCH: a pipe brings it into the main loop. */
static int winch_pipe[2] = { -1, -1 };

static void
on_winch (int signal_number)
{
  char byte = 0;
  gssize ignored = write (winch_pipe[1], &byte, 1);
  (void) ignored;
}

static gboolean
on_winch_byte (int fd, GIOCondition condition, gpointer data)
{
  char bytes[64];
  gssize n = read (fd, bytes, sizeof bytes);
  return n > 0 ? on_resized (data) : G_SOURCE_REMOVE;
}

static void
watch_size (LsKeyboard *keyboard)
{
  struct sigaction action = { .sa_handler = on_winch, .sa_flags = SA_RESTART };
  if (!g_unix_open_pipe (winch_pipe, FD_CLOEXEC, NULL))
    return;
  g_unix_set_fd_nonblocking (winch_pipe[1], TRUE, NULL);
  keyboard->resized = g_unix_fd_add (winch_pipe[0], G_IO_IN, on_winch_byte, keyboard);
  sigaction (SIGWINCH, &action, NULL);
}

LsKeyboard *
ls_keyboard_new (void (*key) (void *user, char key), void *user)
{
  static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
  struct termios raw;
  if (tcgetattr (STDIN_FILENO, &raw) != 0)
    return NULL;
  LsKeyboard *keyboard = g_new0 (LsKeyboard, 1);
  keyboard->key = key;
  keyboard->user = user;
  keyboard->before = raw;
  raw.c_lflag &= ~(tcflag_t) (ICANON | ECHO);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  tcsetattr (STDIN_FILENO, TCSANOW, &raw);
  put (ENTER_SCREEN, strlen (ENTER_SCREEN));
  keyboard->input = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, keyboard);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    keyboard->ends[i] = g_unix_signal_add (ends[i], on_end, keyboard);
  watch_size (keyboard);
  return keyboard;
}

void
ls_keyboard_free (LsKeyboard *keyboard)
{
  if (!keyboard)
    return;
  signal (SIGWINCH, SIG_DFL);
  g_clear_handle_id (&keyboard->input, g_source_remove);
  g_clear_handle_id (&keyboard->resized, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (keyboard->ends); i++)
    g_clear_handle_id (&keyboard->ends[i], g_source_remove);
  for (guint i = 0; i < 2; i++)
    if (winch_pipe[i] >= 0)
      {
        close (winch_pipe[i]);
        winch_pipe[i] = -1;
      }
  put (LEAVE_SCREEN, strlen (LEAVE_SCREEN));
  tcsetattr (STDIN_FILENO, TCSANOW, &keyboard->before);
  g_free (keyboard);
}

void
ls_keyboard_draw (LsKeyboard *keyboard, const char *text)
{
  g_autoptr (GString) frame = g_string_new ("\033[H");
  gsize length = strlen (text);
  for (const char *c = text; *c; c++)
    {
      /* The rest of each line is what stood there before. The last line end would scroll. */
      if (*c != '\n')
        g_string_append_c (frame, *c);
      else
        g_string_append (frame, c + 1 < text + length ? "\033[K\r\n" : "\033[K");
    }
  g_string_append (frame, "\033[J");
  put (frame->str, frame->len);
}
