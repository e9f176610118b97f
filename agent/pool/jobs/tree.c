/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pool/jobs/tree.h"
#include "pool/jobs/words.h"
#include "pool/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILES 1000000u
#define LOOK_EVERY 1024u

typedef struct {
  char *name;        /* with a "/" behind it if it is a folder: so it sorts as its files' paths do */
  uint64_t size;
} Entry;

struct LsTreeFolder {
  LsTreeFolder *above;
  char *name;
  Entry *entries;
  size_t n, capacity;
  size_t at;         /* the next entry to visit */
};

static bool
add_file (LsTree *tree, char *name, uint64_t size)
{
  if (tree->n_files >= MAX_FILES) {
    free (name);
    ls_refuse (tree->run, "There are more than a million files: name smaller folders.");
    return false;
  }
  if (tree->n_files == tree->capacity) {
    tree->capacity = tree->capacity > 0 ? tree->capacity * 2 : 64;
    tree->files = ls_must (realloc (tree->files, tree->capacity * sizeof *tree->files));
  }
  tree->files[tree->n_files++] = (LsTreeFile) { name, size };
  tree->bytes += size;
  return true;
}

static int
by_name (const void *a, const void *b)
{
  return strcmp (((const Entry *) a)->name, ((const Entry *) b)->name);
}

static char *
join (const char *folder, const char *name)
{
  size_t length = strlen (folder);
  const char *slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
  char *joined = ls_must (malloc (length + strlen (name) + 2));
  sprintf (joined, "%s%s%s", folder, slash, name);
  return joined;
}

static void
add_entry (LsTreeFolder *folder, const char *name, bool is_folder, uint64_t size)
{
  if (folder->n == folder->capacity) {
    folder->capacity = folder->capacity > 0 ? folder->capacity * 2 : 32;
    folder->entries = ls_must (realloc (folder->entries, folder->capacity * sizeof *folder->entries));
  }
  char *copy = ls_must (malloc (strlen (name) + 2));
  sprintf (copy, "%s%s", name, is_folder ? "/" : "");
  folder->entries[folder->n++] = (Entry) { copy, size };
}

static void
free_folder (LsTreeFolder *folder)
{
  for (size_t i = 0; i < folder->n; i++)
    free (folder->entries[i].name);
  free (folder->entries);
  free (folder->name);
  free (folder);
}

/* Reads all of @dir; FALSE with errno, or with 0 when the run was cancelled in between. */
static bool
read_entries (LsTree *tree, LsTreeFolder *folder, DIR *dir)
{
  struct dirent *entry;
  struct stat info;
  for (unsigned n = 1; errno = 0, (entry = readdir (dir)) != NULL; n++) {
    if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
      continue;
    if (n % LOOK_EVERY == 0 && tree->run->cancelled (tree->run)) {
      errno = 0;
      return false;
    }
    if (fstatat (dirfd (dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) < 0) {
      if (errno == ENOENT)
        continue; /* it has gone in between, as if it had never been there */
      return false;
    }
    if (S_ISDIR (info.st_mode) || S_ISREG (info.st_mode))
      add_entry (folder, entry->d_name, S_ISDIR (info.st_mode), (uint64_t) info.st_size);
    else
      tree->left_out++;
  }
  return errno == 0;
}

/* Takes over @name. */
static bool
enter (LsTree *tree, char *name)
{
  LsTreeFolder *folder = ls_new0 (LsTreeFolder, 1);
  folder->name = name;
  folder->above = tree->folder;
  tree->folder = folder;
  char *path = ls_path_of (tree->run, name);
  DIR *dir = opendir (path);
  free (path);
  bool good = dir != NULL && read_entries (tree, folder, dir);
  int error = errno;
  if (dir != NULL)
    closedir (dir);
  if (!good) {
    ls_refuse (tree->run, "The folder “%s” cannot be read: %s.", name, error != 0 ? strerror (error) : "it was given up");
    return false;
  }
  if (folder->n > 0)
    qsort (folder->entries, folder->n, sizeof *folder->entries, by_name);
  return true;
}

static bool
check (LsRun *run, const char *name, struct stat *ret_info)
{
  char *path = ls_path_of (run, name);
  int error = name[0] == '\0' ? ENOENT : stat (path, ret_info) < 0 ? errno : 0;
  bool fits = error == 0 && (S_ISREG (ret_info->st_mode) || S_ISDIR (ret_info->st_mode));
  if (fits && access (path, R_OK) < 0)
    error = errno;
  free (path);
  if (error != 0)
    ls_refuse (run, "“%s” cannot be read: %s.", name, strerror (error));
  else if (!fits)
    ls_refuse (run, "“%s” is neither a file nor a folder.", name);
  return error == 0 && fits;
}

bool
ls_tree_check (LsRun *run, const char *name)
{
  struct stat info;
  return check (run, name, &info);
}

bool
ls_tree_add (LsTree *tree, const char *name)
{
  struct stat info;
  if (!check (tree->run, name, &info))
    return false;
  return S_ISDIR (info.st_mode) ? enter (tree, ls_copy_text (name)) : add_file (tree, ls_copy_text (name), (uint64_t) info.st_size);
}

/* The next entry of the folder that is being read. */
static bool
visit (LsTree *tree)
{
  LsTreeFolder *folder = tree->folder;
  if (folder->at == folder->n) {
    tree->folder = folder->above;
    free_folder (folder);
    return true;
  }
  Entry *entry = &folder->entries[folder->at++];
  size_t length = strlen (entry->name);
  bool is_folder = entry->name[length - 1] == '/';
  if (is_folder)
    entry->name[length - 1] = '\0';
  char *name = join (folder->name, entry->name);
  return is_folder ? enter (tree, name) : add_file (tree, name, entry->size);
}

LsStep
ls_tree_walk (LsTree *tree)
{
  uint64_t begun = ls_now_ns ();
  while (tree->folder != NULL && ls_now_ns () - begun < LS_STEP_NS)
    if (!visit (tree))
      return LS_STEP_FAILED;
  return tree->folder != NULL ? LS_STEP_MORE : LS_STEP_DONE;
}

void
ls_tree_clear (LsTree *tree)
{
  while (tree->folder != NULL) {
    LsTreeFolder *folder = tree->folder;
    tree->folder = folder->above;
    free_folder (folder);
  }
  for (size_t i = 0; i < tree->n_files; i++)
    free (tree->files[i].name);
  free (tree->files);
  *tree = (LsTree) { 0 };
}
