/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A row above the footer, for as long as the agent that answers is not quite what the window expects: older, newer, or confined to the sandbox. It
 * says so, and offers what can be done about it. At the foot of the window, so that nothing moves under the pointer when it comes. */

#include <adwaita.h>

#include "gui/model/launcher.h"
#include "gui/model/store.h"

#define LS_TYPE_AGENT_STRIP (ls_agent_strip_get_type ())
G_DECLARE_FINAL_TYPE (LsAgentStrip, ls_agent_strip, LS, AGENT_STRIP, AdwBin)

/* Once. @launcher NULL: the agent cannot be started from here. */
void ls_agent_strip_bind (LsAgentStrip *strip, LsStore *store, LsLauncher *launcher);
