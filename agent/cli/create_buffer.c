/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/create_buffer.h"

#include "base/error.h"
#include "base/text.h"
#include "model/buffer.h"
#include "model/operation.h"

#include <string.h>

static gboolean
read_size (const char *const *settings, guint64 *ret_size, GError **error)
{
  g_autoptr (GError) why = NULL;
  *ret_size = 0;
  for (; *settings; settings++)
    {
      if (!g_str_has_prefix (*settings, "size="))
        {
          g_set_error (error, LS_USAGE_ERROR, 0, "\"%s\" is no setting of a buffer: there is only size, as in size=64M", *settings);
          return FALSE;
        }
      if (!ls_parse_size (*settings + strlen ("size="), ret_size, &why))
        {
          g_set_error_literal (error, LS_USAGE_ERROR, 0, why->message);
          return FALSE;
        }
    }
  if (*ret_size > 0)
    return TRUE;
  g_set_error_literal (error, LS_USAGE_ERROR, 0, "a buffer needs a size of at least one byte, as in size=64M");
  return FALSE;
}

/* Why it is gone: its memory could not be had, and its operation says so. */
static void
explain (LsCli *cli, const char *name, GError **error)
{
  g_autoptr (json_t) list = ls_cli_call (cli, "GET", "/v1/operations", NULL, NULL);
  const char *reason = NULL;
  size_t index;
  json_t *item;
  json_array_foreach (json_object_get (list, "items"), index, item)
    if (g_strcmp0 (json_string_value (json_object_get (item, "target")), name) == 0)
      reason = json_string_value (json_object_get (item, "reason"));
  g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "%s cannot be made: %s", name, reason ? reason : "somebody removed it");
}

static json_t *
wait_until_ready (LsCli *cli, const char *name, const char *path, GError **error)
{
  for (guint pause = 20;; pause = MIN (pause * 2, 200))
    {
      g_autoptr (GError) why = NULL;
      g_autoptr (json_t) json = ls_cli_call (cli, "GET", path, NULL, &why);
      if (g_error_matches (why, LS_ERROR, LS_ERROR_UNKNOWN))
        {
          explain (cli, name, error);
          return NULL;
        }
      g_autoptr (LsSharedBuffer) buffer = json ? ls_shared_buffer_from_json (json, &why) : NULL;
      if (!buffer)
        {
          g_propagate_error (error, g_steal_pointer (&why));
          return NULL;
        }
      if (buffer->state == LS_BUFFER_READY || !cli->wait)
        return g_steal_pointer (&json);
      ls_cli_progress (cli, "%s: taking its memory …", name);
      if (!ls_cli_pause (cli, pause, error))
        return NULL;
    }
}

gboolean
ls_create_buffer (LsCli *cli, const char *name, const char *const *settings, GError **error)
{
  LsTargetKind kind;
  guint64 size;
  if (!ls_target_parse (name, &kind, NULL) || kind != LS_TARGET_BUFFER)
    {
      g_set_error (error, LS_USAGE_ERROR, 0, "\"%s\" cannot be a buffer: write its pool, a dot and a name of 1 to 32 of a-z, 0-9 and -, as in compute.frame", name);
      return FALSE;
    }
  if (ls_arguments_has (cli->arguments, "save"))
    {
      g_set_error_literal (error, LS_USAGE_ERROR, 0, "a buffer is memory and cannot be saved: leave --save out");
      return FALSE;
    }
  if (!read_size (settings, &size, error))
    return FALSE;
  g_autofree char *path = ls_target_path (kind, name, NULL, NULL);
  g_autoptr (json_t) made = ls_cli_call (cli, "PUT", path, json_pack ("{s:I}", "size", (json_int_t) size), error);
  g_autoptr (json_t) after = made ? wait_until_ready (cli, name, path, error) : NULL;
  if (!after)
    return FALSE;
  ls_cli_end_progress (cli);
  ls_cli_say (cli, "buffer %s is there.", name);
  ls_cli_print_resource (cli, after);
  return TRUE;
}
