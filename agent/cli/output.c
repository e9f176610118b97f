/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

gboolean
ls_cli_is_terminal (int fd)
{
  return isatty (fd) == 1;
}

void
ls_cli_terminal_size (guint *ret_columns, guint *ret_rows)
{
  struct winsize size = { 0 };
  *ret_columns = *ret_rows = 0;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
    {
      *ret_columns = size.ws_col;
      *ret_rows = size.ws_row;
    }
}

void
ls_cli_end_progress (LsCli *cli)
{
  if (cli->showing_progress)
    fputs ("\r\033[K", stderr);
  cli->showing_progress = FALSE;
}

void
ls_cli_progress (LsCli *cli, const char *format, ...)
{
  if (cli->quiet || !ls_cli_is_terminal (STDERR_FILENO))
    return;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fprintf (stderr, "\r\033[K%s", text);
  fflush (stderr);
  cli->showing_progress = TRUE;
}

void
ls_cli_complain (LsCli *cli, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  ls_cli_end_progress (cli);
  fflush (stdout);
  fprintf (stderr, "lineshaft: %s\n", text);
}

void
ls_cli_say (LsCli *cli, const char *format, ...)
{
  ls_cli_end_progress (cli);
  if (cli->quiet || cli->format != LS_FORMAT_TABLE)
    return;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  puts (text);
  fflush (stdout);
}

void
ls_cli_print_json (LsCli *cli, json_t *value)
{
  size_t flags = cli->format == LS_FORMAT_JSONL ? JSON_COMPACT : JSON_INDENT (2);
  char *text = json_dumps (value, flags | JSON_ENCODE_ANY | JSON_REAL_PRECISION (15));
  puts (text);
  g_free (text);
}

void
ls_cli_print_table (LsCli *cli, LsTable *table)
{
  guint columns, rows;
  ls_cli_terminal_size (&columns, &rows);
  g_autofree char *text = ls_table_render (table, columns, cli->color);
  fputs (text, stdout);
}

const char *
ls_cli_name_of (json_t *resource)
{
  const char *id = json_string_value (json_object_get (resource, "id"));
  return id ? id : json_string_value (json_object_get (resource, "name"));
}

void
ls_cli_print_resource (LsCli *cli, json_t *resource)
{
  ls_cli_end_progress (cli);
  if (cli->format == LS_FORMAT_NAME && ls_cli_name_of (resource))
    puts (ls_cli_name_of (resource));
  else if (cli->format == LS_FORMAT_JSON || cli->format == LS_FORMAT_JSONL)
    ls_cli_print_json (cli, resource);
}
