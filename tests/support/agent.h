/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A real lineshaft-agent in a folder of its own, for as long as one test.
 *
 * It is started as a service manager would (NOTIFY_SOCKET), so the test waits for its word and not for luck. Whatever fails, nothing
 * is left running: the test process is the subreaper, and stopping checks that no child is left. */

#include "tests/support/http.h"

#include <sys/types.h>

typedef struct {
  char *folder;
  char *socket;
  char *config;          /* path of its config file */
  char *log;             /* path of what it says on stderr */
  pid_t pid;             /* 0 once it was waited for */
  int notify;            /* what it tells the service manager */
  int status;            /* as waitpid says, once it has ended */
} LsTestAgent;

/* Starts with @config (text, NULL: empty) and waits until it is ready. */
LsTestAgent *ls_test_agent_start (const char *config);
/* Starts, but neither waits nor fails; @arguments after the usual ones, NULL-terminated or NULL. */
LsTestAgent *ls_test_agent_launch (const char *config, const char *const *arguments);
/* The same; @prepare runs in the new process, before it becomes the agent. Without @with_socket no --socket is given. */
LsTestAgent *ls_test_agent_launch_as (const char *config, const char *const *arguments, gboolean with_socket, void (*prepare) (LsTestAgent *agent));
/* For @prepare: the agent gets its socket as a service manager hands it over. As sd_listen_fds(3) has it: the first socket is descriptor 3, and the
 * pid is the agent's own. */
void ls_test_hand_socket_over (LsTestAgent *agent);
/* Once it has ended: another life in the same folder, until it is ready. */
void ls_test_agent_start_again (LsTestAgent *agent);
/* Waits for a line that the agent tells its service manager. */
gboolean ls_test_agent_says (LsTestAgent *agent, const char *line, int timeout_ms);
/* Waits for its end; FALSE past the bound. */
gboolean ls_test_agent_ended (LsTestAgent *agent, int timeout_ms);
/* SIGTERM; asserts that it ends with 0 and leaves no child behind. Frees. */
void ls_test_agent_stop (LsTestAgent *agent);
/* For a teardown: kills what is left, removes the folder, frees. */
void ls_test_agent_free (LsTestAgent *agent);
/* For one that has ended while another lives: removes the folder, frees. */
void ls_test_agent_discard (LsTestAgent *agent);
char *ls_test_agent_log (const LsTestAgent *agent);      /* (transfer full) */
void ls_test_agent_write_config (const LsTestAgent *agent, const char *config);

/* A call to its API; @body is text or NULL, @headers lines with CRLF or NULL. */
LsTestReply *ls_test_call (const LsTestAgent *agent, const char *method, const char *target, const char *headers, const char *body);
/* The same, which must be answered with @status; its JSON, (transfer full) (nullable). */
json_t *ls_test_expect (const LsTestAgent *agent, int status, const char *method, const char *target, const char *body);
json_t *ls_test_get (const LsTestAgent *agent, const char *target);
/* A member of a value by its path: "status.addresses.0". Borrowed; NULL if there is none. */
json_t *ls_test_member (json_t *value, const char *path);
const char *ls_test_text (json_t *value, const char *path);      /* "" if there is none */
json_int_t ls_test_number (json_t *value, const char *path);     /* asserts that it is one */
/* Asks again and again until the member at @path of GET @target is @text (a number: in digits); asserts within the bound. (transfer full) */
json_t *ls_test_until (const LsTestAgent *agent, const char *target, const char *path, const char *text, int timeout_ms);
/* The same for a resource that is to be 404. */
void ls_test_until_gone (const LsTestAgent *agent, const char *target, int timeout_ms);
/* The port of a cluster's first address. */
guint ls_test_port (const LsTestAgent *agent, const char *cluster);
/* The total of requests with @code that /metrics tells of @cluster; -1 in all: any code. */
gint64 ls_test_requests (const LsTestAgent *agent, const char *cluster, int code);

void ls_test_remove_folder (const char *path);      /* and what is in it */

/* cmocka: the agent under test is *state, freed (and killed, if the test failed) afterwards. */
int ls_test_teardown (void **state);
