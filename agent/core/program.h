/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside core only: what the workers of a cluster run.
 *
 * A *program* is a spec at one time with its generation and its sockets; counted, never changed. While a cluster rolls from one to the next,
 * slots hold different programs.
 *
 * A *group* is the listening sockets of one address. Programs that listen on the same address share its group: so a cluster can take up and
 * give up addresses while the others stay open, and an address is closed when the last program that has it is gone. */

#include "core/ports.h"

typedef struct LsProgram LsProgram;

typedef struct {
  guint refs;
  const LsSockets *sockets;
  GPtrArray *registry;         /* of its cluster; the group takes itself out */
  char *address;               /* as asked: "127.0.0.1:0" */
  LsBalance balance;
  LsListening *listening;
  guint rows;
  gboolean *lent;              /* by row: it has sockets here */
  GArray *shares;              /* LsShare: where connections go now */
} LsGroup;

struct LsProgram {
  guint refs;
  LsClusterSpec spec;
  guint generation;
  GPtrArray *groups;           /* LsGroup, one ref each, in the order of spec.listen */
};

/* @registry: the groups (borrowed) that are open in this cluster. An address that is taken, or open here with another balance, is an error and
 * nothing has changed. @rows as for LsSockets.open. */
LsProgram *ls_program_new (const LsPorts *ports, GPtrArray *registry, const LsClusterSpec *spec, guint generation, guint rows, GError **error);
LsProgram *ls_program_ref (LsProgram *program);
void ls_program_unref (LsProgram *program);      /* takes NULL */

gboolean ls_program_has (const LsProgram *program, const LsGroup *group);
gboolean ls_program_is_steered (const LsProgram *program);
/* The sockets of @row in all groups, appended to @fds (int). On failure what was lent stays so: retire the row. */
gboolean ls_program_lend (LsProgram *program, guint row, GArray *fds, GError **error);
/* Adds the addresses really bound; they stay the groups'. */
void ls_program_addresses (LsProgram *program, GPtrArray *addresses);
/* Connections in the row's own queues. */
guint ls_program_waiting (LsProgram *program, guint row);
/* Gives up the row's sockets, but for those that @unless (NULL-able) has too. Steer away first. */
void ls_program_retire (LsProgram *program, guint row, const LsProgram *unless);
/* Tells the port if @shares (LsShare) are others than before. */
void ls_group_steer (LsGroup *group, const GArray *shares);
