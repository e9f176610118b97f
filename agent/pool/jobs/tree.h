/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The regular files of folders, all the way down, in one stable order: that of the bytes of their paths, as "find DIR -type f | LC_ALL=C sort" has them.
 *
 * Symbolic links inside a folder are not followed, and what is neither file nor folder (sockets, pipes, devices) is left out; both are counted.
 * The walk is done in steps, so that a large tree can be left at any time. */

#include "abi/job.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  char *name;        /* the path, as its root was given */
  uint64_t size;     /* when it was seen */
} LsTreeFile;

typedef struct LsTreeFolder LsTreeFolder;

typedef struct {
  LsRun *run;
  LsTreeFile *files;
  size_t n_files;
  size_t capacity;
  uint64_t bytes;          /* of all files */
  uint64_t left_out;
  LsTreeFolder *folder;    /* the one that is being read; it knows the one above */
} LsTree;

/* Whether @name is a file or folder that can be read. FALSE: the run was told why not. */
bool ls_tree_check (LsRun *run, const char *name);

/* Adds a file, or the folder that ls_tree_walk is to read. FALSE: the run was told why. */
bool ls_tree_add (LsTree *tree, const char *name);

/* Reads on for one step. LS_STEP_DONE: the folder has been read. */
LsStep ls_tree_walk (LsTree *tree);

void ls_tree_clear (LsTree *tree);
