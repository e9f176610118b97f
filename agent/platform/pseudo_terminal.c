/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/pseudo_terminal.h"

#include "platform/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* What a terminal that is new does with letters beyond ASCII. */
static void
speak_utf8 (int theirs)
{
#ifdef IUTF8
  struct termios settings;
  if (tcgetattr (theirs, &settings) < 0)
    return;
  settings.c_iflag |= IUTF8;
  tcsetattr (theirs, TCSANOW, &settings);
#endif
}

static int
open_theirs (int ours)
{
  if (grantpt (ours) < 0 || unlockpt (ours) < 0)
    return -1;
  const char *name = ptsname (ours);
  return name ? open (name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
}

int
ls_pseudo_terminal_open (LsTerminalSize window, int *ret_ours, int *ret_theirs)
{
  int ours = posix_openpt (O_RDWR | O_NOCTTY);
  if (ours < 0)
    return -1;
  int theirs = fcntl (ours, F_SETFD, FD_CLOEXEC) < 0 ? -1 : open_theirs (ours);
  if (theirs < 0 || ls_set_nonblocking (ours) < 0 || ls_pseudo_terminal_resize (ours, window) < 0) {
    int code = errno;
    if (theirs >= 0)
      close (theirs);
    close (ours);
    errno = code;
    return -1;
  }
  speak_utf8 (theirs);
  *ret_ours = ours;
  *ret_theirs = theirs;
  return 0;
}

int
ls_pseudo_terminal_resize (int ours, LsTerminalSize window)
{
  struct winsize size = { .ws_row = window.rows, .ws_col = window.columns };
  return ioctl (ours, TIOCSWINSZ, &size);
}

char
ls_pseudo_terminal_end_key (int ours)
{
  struct termios settings;
  if (tcgetattr (ours, &settings) < 0 || !(settings.c_lflag & ICANON) || settings.c_cc[VEOF] == _POSIX_VDISABLE)
    return 0;
  return (char) settings.c_cc[VEOF];
}
