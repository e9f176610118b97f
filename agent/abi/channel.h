/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: MIT */
#pragma once

/* How a child talks to the agent: names and framing, nothing else.
 *
 * The channel is one end of a stream socketpair whose number stands in NODE_CHANNEL_FD. Each message is
 * one JSON value on a line of its own. An object whose "cmd" begins with NODE_ or LINESHAFT_ is
 * internal; everything else is the user's. This is what Node.js speaks, so process.send() works as it is.
 *
 * Readiness is systemd's: one datagram of KEY=VALUE lines to the socket in NOTIFY_SOCKET (READY=1,
 * STATUS=text, WATCHDOG=1, STOPPING=1). Listening sockets are systemd's too: LISTEN_FDS, LISTEN_PID and
 * LISTEN_FDNAMES, the first at descriptor 3. SIGTERM asks a child to drain and exit. */

#define LS_CHANNEL_ENV_FD "NODE_CHANNEL_FD"
#define LS_CHANNEL_ENV_SERIALIZATION "NODE_CHANNEL_SERIALIZATION_MODE"
#define LS_CHANNEL_MAX_LINE (1024 * 1024) /* a longer line is dropped and logged, the channel lives on */
#define LS_CHANNEL_INTERNAL_NODE "NODE_"
#define LS_CHANNEL_INTERNAL_OWN "LINESHAFT_"

#define LS_NOTIFY_ENV_SOCKET "NOTIFY_SOCKET"
#define LS_LISTEN_ENV_FDS "LISTEN_FDS"
#define LS_LISTEN_ENV_PID "LISTEN_PID"
#define LS_LISTEN_ENV_NAMES "LISTEN_FDNAMES"
#define LS_LISTEN_FIRST_FD 3

/* What else a child of Lineshaft finds in its environment. */
#define LS_ENV_ID "LINESHAFT_ID"             /* web.3, compute, t42 */
#define LS_ENV_CLUSTER "LINESHAFT_CLUSTER"   /* web */
#define LS_ENV_SLOT "LINESHAFT_SLOT"         /* 3 */
#define LS_ENV_IO_THREADS "UV_THREADPOOL_SIZE"

/* The pool host's conversation, each a JSON object on the channel. Agent to host:
 *   {"cmd":"LINESHAFT_THREADS","count":4}
 *   {"cmd":"LINESHAFT_JOB","id":"j17","name":"primes","args":["1000000"]}
 *       and where it is asked for "cwd":"/home/me", "attempt":2, "output":"/home/me/data.zst"
 *   {"cmd":"LINESHAFT_JOBS","name":"primes","jobs":[["j17","1000000"],["j18","2000000"],…]}      many of one kind: each its id, then its arguments;
 *       "cwd" for all of them stands before "jobs". A host that was sent this may answer with LINESHAFT_JOBS_DONE.
 *   {"cmd":"LINESHAFT_CANCEL","id":"j17"}
 *   {"cmd":"LINESHAFT_JOB_MESSAGE","id":"j17","message":<any>}
 *   {"cmd":"LINESHAFT_BUFFER","name":"frame","shm":"/lineshaft-0-4711-compute.frame","size":1048576}      "shm":null: it is gone
 * Jobs that find no free thread wait in the host, in the order they came. Host to agent:
 *   {"cmd":"LINESHAFT_KINDS","kinds":[{"name":"primes","arguments":"LIMIT","description":"…","plugin":null},…]}      once, before it is ready
 *   {"cmd":"LINESHAFT_KINDS","error":"sentence"}                    a plug-in cannot be used; the host ends with exit status 1
 *   {"cmd":"LINESHAFT_THREAD","index":0,"tid":4801}                 a thread's loop runs
 *   {"cmd":"LINESHAFT_THREAD_GONE","index":3}
 *   {"cmd":"LINESHAFT_JOB_STARTED","id":"j17","thread":0,"wait_us":12}      left out for a job that has ended by the time it could be said
 *   {"cmd":"LINESHAFT_JOB_PROGRESS","id":"j17","progress":0.42,"message":"421,000 of 1,000,000"}
 *   {"cmd":"LINESHAFT_JOB_DONE","id":"j17",<figures>,"result":<any>}
 *   {"cmd":"LINESHAFT_JOBS_DONE","jobs":[["j17",thread,wait_us,run_us,cpu_us,<result>],…]}      many of those, without an output file
 *   {"cmd":"LINESHAFT_JOB_FAILED","id":"j17",<figures>,"error":"sentence"}
 *   {"cmd":"LINESHAFT_JOB_CANCELLED","id":"j17",<figures>}
 *       figures, when it ran: "thread":0,"wait_us":12,"run_us":8210,"cpu_us":8190,"output_bytes":0 (wait_us: in the host)
 *   {"cmd":"LINESHAFT_JOB_MESSAGE","id":"j17","message":<any>} */

/* Where a job's output is written until the job is done: folder, name (of a long one, its beginning: the rest needs room too), job. What a host
 * leaves there when it dies is the agent's to remove. */
#define LS_JOB_PART_FORMAT "%.*s/.%.200s.%s.part"

#define LS_POOL_THREADS "LINESHAFT_THREADS"
#define LS_POOL_THREAD "LINESHAFT_THREAD"
#define LS_POOL_THREAD_GONE "LINESHAFT_THREAD_GONE"
#define LS_POOL_JOB "LINESHAFT_JOB"
#define LS_POOL_JOBS "LINESHAFT_JOBS"
#define LS_POOL_JOBS_DONE "LINESHAFT_JOBS_DONE"
#define LS_POOL_CANCEL "LINESHAFT_CANCEL"
#define LS_POOL_JOB_STARTED "LINESHAFT_JOB_STARTED"
#define LS_POOL_JOB_PROGRESS "LINESHAFT_JOB_PROGRESS"
#define LS_POOL_JOB_DONE "LINESHAFT_JOB_DONE"
#define LS_POOL_JOB_FAILED "LINESHAFT_JOB_FAILED"
#define LS_POOL_JOB_CANCELLED "LINESHAFT_JOB_CANCELLED"
#define LS_POOL_JOB_MESSAGE "LINESHAFT_JOB_MESSAGE"
#define LS_POOL_BUFFER "LINESHAFT_BUFFER"
#define LS_POOL_KINDS "LINESHAFT_KINDS"
