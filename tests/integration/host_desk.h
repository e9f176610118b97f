/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A Flatpak and its host, made as flatpak lays them out: folders of versions with this build as the app and this system as the runtime, the helper
 * on the bus, and the launcher of a window inside. */

#include "gui/model/launcher.h"
#include "tests/support/host_helper.h"
#include "tests/support/http.h"

#define SOON 30      /* seconds; a bound, not a figure */
#define ID "org.example.App"
#define COMMIT "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

typedef struct {
  char *top;
  char *app_branch;              /* the folder of app's versions */
  char *host_socket, *inside_socket;
  LsSandbox *sandbox;
  LsTestHostHelper *helper;
  LsLauncher *launcher;
  char *failure;                 /* what "failed" said last */
} HostDesk;

/* @present, @refusal: ls_test_host_helper_new; @runtime: the folder that is /usr on the host. */
void host_desk_open (void **state, gboolean present, const char *refusal, const char *runtime);
int host_desk_close (void **state);      /* nothing is left running */
char *host_desk_path (const HostDesk *desk, const char *below);      /* (transfer full) */
void host_desk_remove_tree (const char *path);

/* Turns the main loop until @there says TRUE; fails the test past the bound. */
void host_desk_until (const HostDesk *desk, gboolean (*there) (const HostDesk *desk, gpointer with), gpointer with, const char *what);
/* One call; NULL: nobody answers, or refused. (transfer full) */
json_t *host_desk_ask (const char *socket, const char *method, const char *target, const char *body);
gboolean host_desk_answers (const HostDesk *desk, gpointer socket);
/* The launcher's agent, in order. */
void host_desk_stop (const HostDesk *desk);
