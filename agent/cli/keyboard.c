/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/keyboard.h"

#include "cli/winch.h"

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
  guint input, ends[3];
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

static void
on_resized (gpointer data)
{
  LsKeyboard *keyboard = data;
  keyboard->key (keyboard->user, 0);
}

/* Being ended is "q": the terminal is put right first. */
static gboolean
on_end (gpointer data)
{
  LsKeyboard *keyboard = data;
  keyboard->key (keyboard->user, 'q');
  return G_SOURCE_CONTINUE;
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
  ls_winch_watch (on_resized, keyboard);
  return keyboard;
}

void
ls_keyboard_free (LsKeyboard *keyboard)
{
  if (!keyboard)
    return;
  ls_winch_unwatch ();
  g_clear_handle_id (&keyboard->input, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (keyboard->ends); i++)
    g_clear_handle_id (&keyboard->ends[i], g_source_remove);
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
