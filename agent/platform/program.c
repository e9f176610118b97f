/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "platform/program.h"

#include "base/error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define USUAL_PATH "/usr/local/bin:/usr/bin:/bin"

static gboolean
refuse (GError **error, const char *name, const char *why)
{
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "\"%s\" %s", name, why);
  return FALSE;
}

char *
ls_program_find (const char *name, const char *path, GError **error)
{
  gboolean seen = FALSE;
  if (strchr (name, '/'))
    return g_strdup (name);
  g_auto (GStrv) folders = g_strsplit (path ? path : USUAL_PATH, ":", -1);
  for (guint i = 0; folders[i] && name[0] != '\0'; i++) {
    g_autofree char *file = g_build_filename (folders[i][0] ? folders[i] : ".", name, NULL);
    if (!g_file_test (file, G_FILE_TEST_IS_REGULAR))
      continue;
    if (access (file, X_OK) == 0)
      return g_steal_pointer (&file);
    seen = TRUE;
  }
  if (seen)
    refuse (error, name, "is in PATH, but is not executable");
  else
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there is no program \"%s\" in PATH", name);
  return NULL;
}

/* The program as the parent sees it: a relative one is relative to the child's folder. */
static char *
seen_from_here (const LsLaunch *launch)
{
  return launch->cwd ? g_canonicalize_filename (launch->program, launch->cwd) : g_strdup (launch->program);
}

static void
explain_exec (const LsLaunch *launch, int code, GError **error)
{
  g_autofree char *file = seen_from_here (launch);
  switch (code) {
  case ENOENT:
    if (g_file_test (file, G_FILE_TEST_EXISTS))
      refuse (error, launch->program, "cannot be run: the interpreter that its first line names is not there");
    else
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there is no program \"%s\"", launch->program);
    break;
  case ENOTDIR:
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "there is no program \"%s\"", launch->program);
    break;
  case EACCES:
    refuse (error, launch->program, g_file_test (file, G_FILE_TEST_IS_DIR) ? "is a folder, not a program" : "is not executable");
    break;
  case ENOEXEC:
    refuse (error, launch->program, "is not a program that this system can run; a script begins with a line such as #!/bin/sh");
    break;
  case ETXTBSY:
    refuse (error, launch->program, "is being written to right now");
    break;
  case E2BIG:
    g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "the command and its environment are too long for this system");
    break;
  default:
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "\"%s\" cannot be run: %s", launch->program, g_strerror (code));
    break;
  }
}

static void
explain_cwd (const LsLaunch *launch, int code, GError **error)
{
  const char *why = code == ENOENT    ? "does not exist"
                    : code == ENOTDIR ? "is not a folder"
                    : code == EACCES  ? "may not be entered"
                                      : g_strerror (code);
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "the working folder \"%s\" %s", launch->cwd, why);
}

gboolean
ls_program_check (const char *program, const char *cwd, GError **error)
{
  const LsLaunch launch = { .program = program, .cwd = cwd };
  g_autofree char *file = seen_from_here (&launch);
  if (cwd && access (cwd, X_OK) < 0)
    explain_cwd (&launch, errno, error);
  else if (cwd && !g_file_test (cwd, G_FILE_TEST_IS_DIR))
    explain_cwd (&launch, ENOTDIR, error);
  else if (access (file, X_OK) < 0)
    explain_exec (&launch, errno, error);
  else if (g_file_test (file, G_FILE_TEST_IS_DIR))
    explain_exec (&launch, EACCES, error);
  else
    return TRUE;
  return FALSE;
}

static void
explain_limit (const LsLaunch *launch, const LsLaunchFailure *failure, GError **error)
{
  const LsChildLimit *limit = &launch->limits[failure->limit];
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "the limit %s cannot be set%s: %s", ls_limit_name (limit->which),
               failure->code == EPERM ? " so high" : "", g_strerror (failure->code));
}

static void
explain_fork (int code, GError **error)
{
  if (code == EAGAIN || code == ENOMEM)
    g_set_error_literal (error, LS_ERROR, LS_ERROR_BUSY, "this system allows no more processes now");
  else
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "no process could be started: %s", g_strerror (code));
}

void
ls_program_explain (const LsLaunch *launch, const LsLaunchFailure *failure, GError **error)
{
  switch (failure->step) {
  case LS_LAUNCH_FORK:
    explain_fork (failure->code, error);
    break;
  case LS_LAUNCH_DESCRIPTORS:
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "the child's descriptors could not be put in place: %s", g_strerror (failure->code));
    break;
  case LS_LAUNCH_TERMINAL:
    g_set_error (error, LS_ERROR, LS_ERROR_FAILED, "the child could not be given its terminal: %s", g_strerror (failure->code));
    break;
  case LS_LAUNCH_NICE:
    g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "nice = %d is not possible: %s", launch->nice, g_strerror (failure->code));
    break;
  case LS_LAUNCH_LIMIT:
    explain_limit (launch, failure, error);
    break;
  case LS_LAUNCH_CWD:
    explain_cwd (launch, failure->code, error);
    break;
  case LS_LAUNCH_EXEC:
    explain_exec (launch, failure->code, error);
    break;
  }
}
