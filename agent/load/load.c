/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/load.h"

#include <stdlib.h>
#include <string.h>

#define NS_PER_MS 1000000u
#define LATE_NS (2u * NS_PER_MS)
#define LOOK_ROUND_MS 100u
#define INTERRUPT_MS 1000u

typedef struct Slot Slot;
struct Slot {
  LsClient client;
  LsLoad *load;
  Slot *next_idle;
  uint64_t since_ns;         /* what the latency of the request that runs counts from */
  uint64_t sent_ns;
  bool resting;              /* a failure of one of a closed loop: no hot loop against a closed port */
  bool keep;
};

typedef struct {
  char *text;
  size_t length;
} Request;

typedef enum { RUNNING, STOPPING, INTERRUPTED, CLOSING, ENDED } State;

struct LsLoad {
  uv_loop_t *loop;
  const LsLoadOptions *options;
  void (*ended) (void *user);
  void *user;
  State state;
  uint64_t begin_ns, end_ns, interrupt_ns;
  uint64_t random;
  uint64_t started;
  unsigned in_flight;
  LsTally tally;
  LsTraffic traffic;
  uv_timer_t pace, look_round, stop;
  unsigned open_timers;
  Request requests[LS_LOAD_MAX_PATHS][2]; /* by path, then whether it is kept alive */
  Slot *first_idle, *last_idle;
  Slot *slots;
};

/* splitmix64 (Steele, Lea, Flood 2014): enough to pick paths. */
static uint64_t
next_random (LsLoad *load)
{
  uint64_t z = load->random += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static const Request *
pick_request (LsLoad *load, bool keep)
{
  const LsLoadOptions *options = load->options;
  unsigned path = 0;
  if (options->n_paths > 1) {
    unsigned at = (unsigned) (next_random (load) % options->total_weight);
    while (at >= options->paths[path].weight)
      at -= options->paths[path++].weight;
  }
  return &load->requests[path][keep];
}

static Request
make_request (const LsLoadOptions *options, const char *path, bool keep)
{
  char text[1024];
  int length = snprintf (text, sizeof text, "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path, options->target.authority,
                         keep ? "" : "Connection: close\r\n");
  return (Request) { strdup (text), (size_t) length };
}

static void
push_idle (LsLoad *load, Slot *slot)
{
  slot->next_idle = NULL;
  if (load->last_idle != NULL)
    load->last_idle->next_idle = slot;
  else
    load->first_idle = slot;
  load->last_idle = slot;
}

static Slot *
pop_idle (LsLoad *load)
{
  Slot *slot = load->first_idle;
  load->first_idle = slot->next_idle;
  if (load->first_idle == NULL)
    load->last_idle = NULL;
  return slot;
}

static bool
may_start (const LsLoad *load)
{
  return load->state == RUNNING && (load->options->requests == 0 || load->started < load->options->requests);
}

static void
send_request (Slot *slot, uint64_t now_ns, uint64_t since_ns)
{
  LsLoad *load = slot->load;
  const Request *request = pick_request (load, slot->keep);
  load->started++;
  load->in_flight++;
  slot->sent_ns = now_ns;
  slot->since_ns = since_ns;
  ls_client_send (&slot->client, request->text, request->length, slot->keep);
}

static void
on_timer_closed (uv_handle_t *handle)
{
  LsLoad *load = handle->data;
  if (--load->open_timers > 0)
    return;
  load->state = ENDED;
  load->ended (load->user);
}

static void
close_all (LsLoad *load)
{
  if (load->state >= CLOSING)
    return;
  load->state = CLOSING;
  load->end_ns = uv_hrtime ();
  for (unsigned i = 0; i < load->options->connections; i++)
    ls_client_close (&load->slots[i].client);
  uv_close ((uv_handle_t *) &load->pace, on_timer_closed);
  uv_close ((uv_handle_t *) &load->look_round, on_timer_closed);
  uv_close ((uv_handle_t *) &load->stop, on_timer_closed);
}

/* When the request of number @index (from 0) is due. */
static uint64_t
due_ns (const LsLoad *load, uint64_t index)
{
  return load->begin_ns + (uint64_t) ((double) index * 1e9 / load->options->rate);
}

static void
on_pace (uv_timer_t *timer)
{
  LsLoad *load = timer->data;
  uint64_t now = uv_hrtime ();
  while (may_start (load)) {
    uint64_t due = due_ns (load, load->started);
    /* A stop that comes late does not make it longer. */
    if (due - load->begin_ns >= load->options->duration_ms * NS_PER_MS)
      return;
    if (due > now) {
      uv_timer_start (timer, on_pace, (due - now + NS_PER_MS - 1) / NS_PER_MS, 0);
      return;
    }
    if (load->first_idle == NULL)
      return; /* the next answer goes on from here */
    send_request (pop_idle (load), now, now - due > LATE_NS ? due : now);
  }
  if (load->in_flight == 0)
    close_all (load);
}

static void
start_closed_loop (LsLoad *load, Slot *slot, uint64_t now)
{
  if (may_start (load))
    send_request (slot, now, now);
  else if (load->in_flight == 0)
    close_all (load);
}

static void
on_done (LsClient *client, LsOutcome outcome)
{
  Slot *slot = client->user;
  LsLoad *load = slot->load;
  uint64_t now = uv_hrtime ();
  load->in_flight--;
  ls_tally_count (&load->tally, outcome, client->answer.code, (now - slot->since_ns) / 1000);
  if (load->options->rate > 0) {
    bool starved = load->first_idle == NULL;
    push_idle (load, slot);
    if (load->state != RUNNING || !may_start (load)) {
      if (load->in_flight == 0)
        close_all (load);
    } else if (starved)
      uv_timer_start (&load->pace, on_pace, 0, 0);
  } else if (outcome != LS_OUTCOME_ANSWERED && may_start (load))
    slot->resting = true;
  else
    start_closed_loop (load, slot, now);
}

static void
on_look_round (uv_timer_t *timer)
{
  LsLoad *load = timer->data;
  uint64_t now = uv_hrtime ();
  uint64_t timeout_ns = load->options->timeout_ms * NS_PER_MS;
  if (load->state == INTERRUPTED && now >= load->interrupt_ns) {
    close_all (load);
    return;
  }
  for (unsigned i = 0; i < load->options->connections && load->state < CLOSING; i++) {
    Slot *slot = &load->slots[i];
    if (slot->resting) {
      slot->resting = false;
      start_closed_loop (load, slot, now);
    } else if (ls_client_is_busy (&slot->client) && now > slot->sent_ns && now - slot->sent_ns >= timeout_ns)
      ls_client_time_out (&slot->client);
  }
}

static void
stop_sending (LsLoad *load, State state)
{
  load->state = state;
  uv_timer_stop (&load->pace);
  if (load->in_flight == 0)
    close_all (load);
}

static void
on_stop (uv_timer_t *timer)
{
  LsLoad *load = timer->data;
  if (load->state == RUNNING)
    stop_sending (load, STOPPING);
}

void
ls_load_interrupt (LsLoad *load)
{
  if (load->state == INTERRUPTED)
    close_all (load);
  if (load->state >= INTERRUPTED)
    return;
  load->interrupt_ns = uv_hrtime () + INTERRUPT_MS * (uint64_t) NS_PER_MS;
  stop_sending (load, INTERRUPTED);
}

static void
start_timer (LsLoad *load, uv_timer_t *timer, uv_timer_cb fire, uint64_t first_ms, uint64_t every_ms)
{
  uv_timer_init (load->loop, timer);
  timer->data = load;
  load->open_timers++;
  uv_timer_start (timer, fire, first_ms, every_ms);
}

/* Begins with the first turn of the loop. */
static void
on_begin (uv_timer_t *timer)
{
  LsLoad *load = timer->data;
  const LsLoadOptions *options = load->options;
  load->begin_ns = uv_hrtime ();
  if (options->rate > 0) {
    for (unsigned i = 0; i < options->connections; i++)
      push_idle (load, &load->slots[i]);
    on_pace (timer);
    return;
  }
  for (unsigned i = 0; i < options->connections && may_start (load); i++)
    send_request (&load->slots[i], uv_hrtime (), uv_hrtime ());
}

LsLoad *
ls_load_new (uv_loop_t *loop, const LsLoadOptions *options, void (*ended) (void *user), void *user)
{
  LsLoad *load = calloc (1, sizeof *load);
  Slot *slots = calloc (options->connections, sizeof *slots);
  if (load == NULL || slots == NULL)
    abort ();
  load->loop = loop;
  load->options = options;
  load->ended = ended;
  load->user = user;
  load->slots = slots;
  load->begin_ns = uv_hrtime ();
  load->random = load->begin_ns;
  for (unsigned i = 0; i < options->n_paths; i++)
    for (unsigned keep = 0; keep < 2; keep++)
      load->requests[i][keep] = make_request (options, options->paths[i].path, keep);
  for (unsigned i = 0; i < options->connections; i++) {
    slots[i].load = load;
    slots[i].keep = options->keep_alive == LS_KEEP_ALIVE_YES || (options->keep_alive == LS_KEEP_ALIVE_MIXED && i % 2 == 0);
    ls_client_init (&slots[i].client, loop, &options->target, &load->traffic, on_done, &slots[i]);
  }
  uv_update_time (loop);
  start_timer (load, &load->pace, on_begin, 0, 0);
  start_timer (load, &load->look_round, on_look_round, LOOK_ROUND_MS, LOOK_ROUND_MS);
  start_timer (load, &load->stop, on_stop, options->duration_ms, 0);
  return load;
}

void
ls_load_free (LsLoad *load)
{
  if (load == NULL)
    return;
  for (unsigned i = 0; i < LS_LOAD_MAX_PATHS; i++)
    for (unsigned keep = 0; keep < 2; keep++)
      free (load->requests[i][keep].text);
  free (load->slots);
  free (load);
}

uint64_t
ls_load_elapsed_us (const LsLoad *load)
{
  return ((load->end_ns > 0 ? load->end_ns : uv_hrtime ()) - load->begin_ns) / 1000;
}

void
ls_load_report (const LsLoad *load, LsReport *ret)
{
  *ret = (LsReport) {
    .options = load->options,
    .tally = &load->tally,
    .traffic = &load->traffic,
    .started = load->started,
    .unfinished = load->in_flight,
    .elapsed_us = ls_load_elapsed_us (load),
  };
}
