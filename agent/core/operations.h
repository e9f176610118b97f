/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The store of operations: those that run, and the last hundred that ended. Inside core only. */

#include "core/unit.h"

typedef struct LsOperations LsOperations;

LsOperations *ls_operations_new (void);
void ls_operations_free (LsOperations *operations);
LsOperation *ls_operations_find (LsOperations *operations, const char *id);
void ls_operations_foreach (LsOperations *operations, void (*each) (void *user, gconstpointer resource), void *user);
/* Forgets ended ones past the hundred, oldest first, and tells the observer. Nobody may hold one of them any more. */
void ls_operations_forget_old (LsOperations *operations, LsSupervisor *supervisor);

LsOperations *ls_supervisor_operations (LsSupervisor *supervisor);
