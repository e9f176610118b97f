/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/access.h"

#include "base/error.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

struct LsAccess {
  LsPeerFunc peer;
  gboolean has_group;
  gid_t group;
};

LsAccess *
ls_access_new (const char *group, LsPeerFunc peer, GError **error)
{
  LsAccess *access;
  const struct group *entry = group != NULL ? getgrnam (group) : NULL;

  if (group != NULL && entry == NULL)
    {
      g_set_error (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, "There is no group “%s” on this computer; allow-group needs one that there is.", group);
      return NULL;
    }
  access = g_new0 (LsAccess, 1);
  access->peer = peer;
  access->has_group = entry != NULL;
  access->group = entry != NULL ? entry->gr_gid : 0;
  return access;
}

void
ls_access_free (LsAccess *access)
{
  g_free (access);
}

gboolean
ls_access_has_group (const LsAccess *access, guint *ret_group)
{
  if (access->has_group)
    *ret_group = access->group;
  return access->has_group;
}

static gboolean
is_member (uid_t uid, gid_t gid, gid_t group)
{
  const struct passwd *user;
  gid_t groups[256];
  int n = G_N_ELEMENTS (groups);

  if (gid == group)
    return TRUE;
  user = getpwuid (uid);
  if (user == NULL)
    return FALSE;
  if (getgrouplist (user->pw_name, user->pw_gid, groups, &n) < 0)
    n = G_N_ELEMENTS (groups);
  for (int i = 0; i < n; i++)
    if (groups[i] == group)
      return TRUE;
  return FALSE;
}

LsAccessLevel
ls_access_level (LsAccess *access, guint uid, guint gid)
{
  if (uid == 0 || uid == geteuid ())
    return LS_ACCESS_CONTROL;
  if (access->has_group && is_member (uid, gid, access->group))
    return LS_ACCESS_READ;
  return LS_ACCESS_NONE;
}

bool
ls_access_admit (LsAccess *access, LsHttpConnection *connection, void **ret_context)
{
  guint uid, gid;
  LsAccessLevel level;

  if (!access->peer (ls_http_connection_fd (connection), &uid, &gid))
    return false;
  level = ls_access_level (access, uid, gid);
  *ret_context = GUINT_TO_POINTER (level);
  return level != LS_ACCESS_NONE;
}

gboolean
ls_access_check (const LsHttpExchange *exchange, GError **error)
{
  const LsHttpConnection *connection = ls_http_exchange_connection (exchange);
  LsAccessLevel level = GPOINTER_TO_UINT (ls_http_connection_context (connection));
  const char *method = ls_http_exchange_method (exchange);

  if (level == LS_ACCESS_CONTROL || strcmp (method, "GET") == 0 || strcmp (method, "HEAD") == 0)
    return TRUE;
  g_set_error (error, LS_ERROR, LS_ERROR_FORBIDDEN,
               "Members of the agent's group may look but not touch; %s is for the user who runs the agent, and for root.", method);
  return FALSE;
}
