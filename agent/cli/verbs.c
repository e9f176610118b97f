/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/verbs.h"

#include "cli/agent_verbs.h"

#define ANY G_MAXUINT

const LsOption ls_common_options[] = {
  { 'H', "host", "SOCKET|ssh://[USER@]HOST", "the agent to talk to; else LINESHAFT_HOST, else this user's own" },
  { 'o', "output", "table|json|jsonl|name", "how results are printed" },
  { 'q', "quiet", NULL, "no progress, no word about what was done" },
  { '\0', "timeout", "TIME", "give up after that time: 500ms, 30s, 5min" },
  { '\0', "no-wait", NULL, "return as soon as the agent has accepted a change" },
  { '\0', "color", "auto|always|never", "colours; auto: on a terminal" },
  { 'h', "help", NULL, "what this does and takes" },
  { 'V', "version", NULL, "the version" },
  { 0 },
};

static const LsOption top_options[] = {
  { 'n', "count", "COUNT", "print so many frames as plain text, then end" },
  { '\0', "interval", "TIME", "time between frames (1s)" },
  { 0 },
};

static const LsOption logs_options[] = {
  { 'f', "follow", NULL, "go on with what comes" },
  { 'n', "lines", "LINES", "the last so many lines (1000, with -f 20)" },
  { '\0', "since", "TIME", "not older than 5min, 2h, or since 2026-11-23T14:00" },
  { '\0', "grep", "TEXT", "only lines with that text" },
  { '\0', "stream", "stdout|stderr|agent", "only that stream" },
  { 0 },
};

static const LsOption create_options[] = {
  { '\0', "save", NULL, "keep it in the agent's config file" },
  { 0 },
};

static const LsOption start_options[] = {
  { '\0', "now", NULL, "a schedule: run it now, even when it is paused" },
  { 0 },
};

static const LsOption kill_options[] = {
  { 's', "signal", "SIGNAL", "SIGTERM if not given" },
  { 0 },
};

static const LsOption run_options[] = {
  { 'd', "detach", NULL, "do not wait: print the task's id" },
  { 'i', "stdin", NULL, "pass standard input on" },
  { 't', "terminal", NULL, "in a terminal of its own, which is this one until ctrl-p ctrl-q" },
  { 'e', "env", "NAME=VALUE", "a variable for the command; may be given again" },
  { '\0', "cwd", "FOLDER", "where it runs; else here" },
  { '\0', "name", "NAME", "how the task is called" },
  { '\0', "restart", "never|on-failure|always", "with -d: start it again when it ends" },
  { '\0', "input", "FILE", "its standard input, a file on the agent's computer" },
  { '\0', "nice", "NUMBER", "priority, -20 (first) to 19 (last), added to the agent's" },
  { '\0', "limit", "LIMIT=VALUE", "a resource limit: nofile=1024, as=512M, core=0; may be given again" },
  { '\0', "detach-keys", "KEYS", "with -t: what leaves the terminal (ctrl-p,ctrl-q)" },
  { 0 },
};

static const LsOption attach_options[] = {
  { '\0', "detach-keys", "KEYS", "what leaves the terminal (ctrl-p,ctrl-q)" },
  { '\0', "no-stdin", NULL, "only watch" },
  { 0 },
};

static const LsOption submit_options[] = {
  { 'n', "copies", "threads|COUNT", "as many of the same; \"threads\": one for each thread of the pool" },
  { '\0', "priority", "NUMBER", "higher goes first (0)" },
  { '\0', "to", "FILE", "what the job writes goes there; it appears when the job is done" },
  { '\0', "retries", "NUMBER", "begin it again so often (0)" },
  { '\0', "retry-on", "crash|failure|timeout", "after what; several with commas between them (crash)" },
  { '\0', "retry-delay", "DURATION", "wait so long before that (0)" },
  { 0 },
};

static const LsOption send_options[] = {
  { '\0', "message", NULL, "to a task: as a message on its channel, not as input" },
  { '\0', "close", NULL, "to a task: end its input after that" },
  { 0 },
};

static const LsOption compare_options[] = {
  { 'n', "count", "COUNT", "jobs each way; else as many as fit into the time" },
  { '\0', "threads", "COUNT", "how many run at once; else as many as there are cores" },
  { '\0', "time", "TIME", "for each way (2s; with -n 15s)" },
  { '\0', "plugin", "PLUGIN", "a plug-in with jobs: its path, or the name of one that is installed; may be given again" },
  { 0 },
};

static const LsOption apply_options[] = {
  { '\0', "dry-run", NULL, "only show the difference" },
  { 0 },
};

const LsVerb ls_verbs[] = {
  { "status", NULL, "[TARGET…]", "what runs and is it well (exit status 3 if not)", NULL, 0, ANY, FALSE, FALSE, ls_verb_status },
  { "list", "ls", "[KIND]", "clusters, workers, pools, jobs, buffers, tasks, schedules", NULL, 0, 1, FALSE, FALSE, ls_verb_list },
  { "show", NULL, "TARGET", "everything known, and why", ls_agent_options, 0, 1, FALSE, FALSE, ls_verb_show },
  { "top", NULL, "[TARGET]", "live view", top_options, 0, 1, FALSE, FALSE, ls_verb_top },
  { "logs", NULL, "[TARGET…]", "what children wrote", logs_options, 0, ANY, FALSE, FALSE, ls_verb_logs },
  { "events", NULL, "", "changes as they happen", NULL, 0, 0, FALSE, FALSE, ls_verb_events },
  { "create", NULL, "cluster|pool|schedule|buffer NAME KEY=VALUE…", "add a cluster, a pool, a schedule or a shared buffer", create_options, 2, ANY, FALSE, FALSE, ls_verb_create },
  { "set", NULL, "CLUSTER|POOL|SCHEDULE KEY=VALUE…", "change settings", NULL, 2, ANY, FALSE, FALSE, ls_verb_set },
  { "scale", NULL, "CLUSTER|POOL N|+N|-N|A..B|auto", "workers of a cluster or threads of a pool", NULL, 2, 2, FALSE, FALSE, ls_verb_scale },
  { "reload", NULL, "CLUSTER", "replace every worker without losing a request", NULL, 1, 1, FALSE, FALSE, ls_verb_reload },
  { "restart", NULL, "TARGET…", "drain and replace", ls_agent_options, 0, ANY, FALSE, FALSE, ls_verb_restart },
  { "start", NULL, "CLUSTER|SCHEDULE…", "bring a stopped cluster or a paused schedule back; run a schedule now", start_options, 1, ANY, FALSE, FALSE, ls_verb_start },
  { "stop", NULL, "TARGET…", "drain, then SIGTERM, then SIGKILL; pause a schedule", ls_agent_options, 0, ANY, FALSE, FALSE, ls_verb_stop },
  { "remove", "rm", "TARGET…", "stop and delete", NULL, 1, ANY, FALSE, FALSE, ls_verb_remove },
  { "kill", NULL, "[-s SIGNAL] TARGET…", "send a signal", kill_options, 1, ANY, FALSE, FALSE, ls_verb_kill },
  { "run", NULL, "[-d] [-i] [-t] -- COMMAND…", "run a command as a child of the agent, with its output and exit status", run_options, 1, ANY, TRUE, FALSE,
    ls_verb_run },
  { "submit", NULL, "POOL JOB ARGS…", "a job for a thread: progress, then its result", submit_options, 2, ANY, FALSE, FALSE, ls_verb_submit },
  { "send", NULL, "TARGET [TEXT|-]", "a message, or input for a task", send_options, 1, 2, FALSE, FALSE, ls_verb_send },
  { "attach", NULL, "TASK", "a task's terminal in this one", attach_options, 1, 1, FALSE, FALSE, ls_verb_attach },
  { "apply", NULL, "[FILE|-]", "load the config; --dry-run shows the difference", apply_options, 0, 1, FALSE, FALSE, ls_verb_apply },
  { "compare", NULL, "[JOB ARGS…]", "threads, worker processes, children, one after the other: measured", compare_options, 0, ANY, FALSE, FALSE,
    ls_verb_compare },
  { "help", NULL, "[VERB]", "this, or more about one verb", NULL, 0, 1, FALSE, FALSE, ls_verb_help },
  { "dial-stdio", NULL, "", "the agent's socket on standard input and output", NULL, 0, 0, FALSE, TRUE, ls_verb_dial_stdio },
  { "complete", NULL, "-- WORD…", "what may come next, for the completion of shells", NULL, 0, ANY, FALSE, TRUE, ls_verb_complete },
  { 0 },
};
