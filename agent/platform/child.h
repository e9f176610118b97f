/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One child and what ties it to the agent: stdin, stdout, stderr, channel, notify socket.
 *
 * A child has ended when its process has been reaped. What it started and left behind is ended then, too. It is over, and its exit told, once
 * nothing of that is left and its output has ended; or LS_CHILD_LINGER_MS later: somebody else may hold the pipes for ever. */

#include "platform/children.h"
#include "platform/containment.h"
#include "platform/notify_sockets.h"
#include "platform/stream.h"

#define LS_CHILD_LINGER_MS 200
#define LS_CHILD_SWEEP_MS 2000     /* what has not ended by then never will (a disk that does not answer) */

typedef struct LsChild LsChild;

/* What the agent keeps of a child's descriptors; -1: none. */
typedef struct {
  int input, output, errors, channel;
  gboolean terminal;      /* output is one: both ways, if it takes input */
  gboolean takes_input;
} LsChildEnds;

typedef struct {
  const LsChildEvents *events;
  void (*over) (void *self, LsChild *child);      /* it can be told now; @child is still whole */
  void *self;
} LsChildOwner;

LsChild *ls_child_new (uv_loop_t *loop, const char *id, const LsChildOwner *owner);
/* Before the process is started. */
gboolean ls_child_open_notify (LsChild *child, LsNotifySockets *sockets, const char **ret_path, GError **error);
/* Once the process runs; takes the descriptors and the fence. */
void ls_child_attach (LsChild *child, LsInstance instance, LsFence *fence, const LsChildEnds *ends);
/* Looks again for what is left of one that has ended; does nothing for others. */
void ls_child_sweep (LsChild *child);
LsContainmentKind ls_child_containment (const LsChild *child);
/* Counted; see ls_children_hold. */
void ls_child_hold (LsChild *child, gboolean hold);
/* It has ended and was waited for: no signal goes to it any more. */
void ls_child_reaped (LsChild *child, const LsExit *how);
/* And then: what is left of it is ended, too, until it is over. */
void ls_child_wind_up (LsChild *child);
/* Closes everything; the memory goes when the loop lets go of it. No event comes after this. */
void ls_child_close (LsChild *child);

LsInstance ls_child_instance (const LsChild *child);
const LsInstance *ls_child_key (const LsChild *child);
const char *ls_child_id (const LsChild *child);
gboolean ls_child_has_ended (const LsChild *child);
const LsExit *ls_child_exit (const LsChild *child);
LsStream *ls_child_input (LsChild *child);        /* NULL: none */
/* The end of its input: after this its stdin is closed; at a terminal its end-of-file key is typed. */
void ls_child_end_input (LsChild *child);
gboolean ls_child_resize (LsChild *child, LsTerminalSize window, GError **error);
LsStream *ls_child_channel (LsChild *child);      /* NULL: none */
