/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include "base/error.h"

#include <signal.h>

static const struct {
  int number;
  const char *name;
} signals[] = {
  { SIGHUP, "SIGHUP" },   { SIGINT, "SIGINT" },     { SIGQUIT, "SIGQUIT" }, { SIGILL, "SIGILL" },   { SIGTRAP, "SIGTRAP" },
  { SIGABRT, "SIGABRT" }, { SIGBUS, "SIGBUS" },     { SIGFPE, "SIGFPE" },   { SIGKILL, "SIGKILL" }, { SIGUSR1, "SIGUSR1" },
  { SIGSEGV, "SIGSEGV" }, { SIGUSR2, "SIGUSR2" },   { SIGPIPE, "SIGPIPE" }, { SIGALRM, "SIGALRM" }, { SIGTERM, "SIGTERM" },
  { SIGCHLD, "SIGCHLD" }, { SIGCONT, "SIGCONT" },   { SIGSTOP, "SIGSTOP" }, { SIGTSTP, "SIGTSTP" }, { SIGTTIN, "SIGTTIN" },
  { SIGTTOU, "SIGTTOU" }, { SIGURG, "SIGURG" },     { SIGXCPU, "SIGXCPU" }, { SIGXFSZ, "SIGXFSZ" }, { SIGVTALRM, "SIGVTALRM" },
  { SIGPROF, "SIGPROF" }, { SIGWINCH, "SIGWINCH" }, { SIGSYS, "SIGSYS" },
#ifdef SIGIO
  { SIGIO, "SIGIO" },
#endif
#ifdef SIGPWR
  { SIGPWR, "SIGPWR" },
#endif
#ifdef SIGSTKFLT
  { SIGSTKFLT, "SIGSTKFLT" },
#endif
};

const char *
ls_signal_name (int signal_number)
{
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    if (signals[i].number == signal_number)
      return signals[i].name;
  return NULL;
}

gboolean
ls_signal_from_text (const char *text, int *ret_signal, GError **error)
{
  guint64 number;
  if (g_ascii_isdigit (text[0]) && ls_parse_uint (text, "a signal", 1, (guint64) NSIG - 1, &number, NULL))
    {
      *ret_signal = (int) number;
      return TRUE;
    }
  g_autofree char *upper = g_ascii_strup (text, -1);
  const char *bare = g_str_has_prefix (upper, "SIG") ? upper + 3 : upper;
  const char *names[G_N_ELEMENTS (signals) + 1] = { NULL };
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      names[i] = signals[i].name + 3;
      if (g_str_equal (bare, names[i]))
        {
          *ret_signal = signals[i].number;
          return TRUE;
        }
    }
  const char *closest = ls_closest_word (bare, names);
  if (closest)
    g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" is not a signal: did you mean SIG%s?", text, closest);
  else
    g_set_error (error, LS_ERROR, LS_ERROR_MALFORMED, "\"%s\" is not a signal: write a name such as SIGTERM or HUP, or a number from 1 to %d", text,
                 NSIG - 1);
  return FALSE;
}
