/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* An agent that a window in a sandbox has started: not our child, and maybe in namespaces of its own. */

#include "tests/support/agent.h"

/* Who listens on it, as a pid of this process's namespace; 0: nobody. */
pid_t listener_of (const char *socket_path);
/* Waits until one answers where a Flatpak looks. Only its socket and its pid are set; end_agent frees it. */
LsTestAgent *wait_for_started_agent (void);
/* Ends it if it runs. NULL is nothing to do. */
void end_agent (LsTestAgent *agent);
/* A cluster "web" of two and a pool "compute"; waits until they are ready. */
void add_work (const LsTestAgent *agent);

/* @kind as in /proc/PID/ns: "pid", "mnt". */
gboolean is_in_our_namespace (pid_t pid, const char *kind);
/* Whether the program that it runs was removed under it. */
gboolean has_lost_its_files (pid_t pid);
/* Every library that it has loaded comes out of the installed Flatpak, and @library is one of them. */
void assert_runs_on_the_flatpaks_libraries (pid_t pid, const char *library);
/* What it tells of the computer is the computer: its cores, its memory, its name and system. */
void assert_figures_are_the_hosts (const LsTestAgent *agent);
