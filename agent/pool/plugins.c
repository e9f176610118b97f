/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "pool/plugins.h"
#include "pool/jobs.h"
#include "pool/memory.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define NAME_MAX_LENGTH 32u

/* --- where it is --- */

static bool
is_there (const char *folder, size_t length, const char *name, char *path)
{
  size_t has_end = strlen (name) > 3 && strcmp (name + strlen (name) - 3, ".so") == 0;
  int n = snprintf (path, PATH_MAX, "%.*s/%s%s", (int) length, folder, name, has_end ? "" : ".so");
  return n < PATH_MAX && access (path, F_OK) == 0;
}

static bool
find (const char *name, char *path)
{
  const char *folders = getenv ("LINESHAFT_PLUGIN_DIR");
  while (folders != NULL && *folders != '\0') {
    size_t length = strcspn (folders, ":");
    if (length > 0 && is_there (folders, length, name, path))
      return true;
    folders += length + (folders[length] == ':');
  }
  return is_there (LS_PLUGIN_DIR, strlen (LS_PLUGIN_DIR), name, path);
}

/* --- what it is --- */

static bool
is_name (const char *name)
{
  size_t length = name != NULL ? strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;
  return length > 0 && length <= NAME_MAX_LENGTH && name[length] == '\0' && name[0] >= 'a' && name[0] <= 'z';
}

/* What is wrong with it; NULL: nothing. */
static const char *
find_fault (const LsJobKind *kind)
{
  if (kind->abi != LS_JOB_ABI)
    return "was built for another version of Lineshaft";
  if (!is_name (kind->name))
    return "needs a name of small letters, digits and hyphens, 32 at most";
  if (kind->arguments == NULL)
    return "does not say which arguments it takes (an empty text: none)";
  if (kind->begin == NULL || kind->step == NULL)
    return "lacks its begin or its step";
  return NULL;
}

static bool
check (const LsJobPlugin *plugin, const char *path, char *why, size_t size)
{
  if (plugin->abi != LS_JOB_ABI) {
    snprintf (why, size, "the plug-in %s was built for version %u of the job header, this Lineshaft has %u: build it anew", path, plugin->abi, LS_JOB_ABI);
    return false;
  }
  if (plugin->kinds == NULL || plugin->kinds[0] == NULL) {
    snprintf (why, size, "the plug-in %s has no jobs in it", path);
    return false;
  }
  for (size_t i = 0; plugin->kinds[i] != NULL; i++) {
    const LsJobKind *kind = plugin->kinds[i];
    const char *fault = find_fault (kind);
    if (fault != NULL) {
      snprintf (why, size, "in the plug-in %s job %zu (%.40s) %s", path, i + 1, kind->name != NULL ? kind->name : "without a name", fault);
      return false;
    }
  }
  return true;
}

/* --- both --- */

static bool
load (const char *path, char *why, size_t size)
{
  const char *doubled;
  if (access (path, R_OK) < 0) {
    snprintf (why, size, "the plug-in %s cannot be read: %s", path, strerror (errno));
    return false;
  }
  void *library = dlopen (path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    snprintf (why, size, "the plug-in cannot be loaded: %s", dlerror ());
    return false;
  }
  const LsJobPlugin *plugin = dlsym (library, LS_JOB_PLUGIN_SYMBOL);
  if (plugin == NULL) {
    snprintf (why, size, "%s is no plug-in for jobs: it exports no “%s”", path, LS_JOB_PLUGIN_SYMBOL);
    return false;
  }
  if (!check (plugin, path, why, size))
    return false;
  if (!ls_jobs_add (plugin, path, &doubled)) {
    snprintf (why, size, "the plug-in %s brings a job “%s”, and there is one of that name already", path, doubled);
    return false;
  }
  return true;
}

bool
ls_plugin_load (const char *name, char *why, size_t size)
{
  char path[PATH_MAX];
  if (strchr (name, '/') != NULL)
    return load (name, why, size);
  if (find (name, path))
    return load (path, why, size);
  snprintf (why, size, "there is no plug-in “%.100s” in %s: give its path, or install it there", name, LS_PLUGIN_DIR);
  return false;
}
