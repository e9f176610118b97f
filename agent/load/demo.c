/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/demo.h"
#include "load/client.h"
#include "load/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_MS 2000
#define EVERY_MS 20000

/* How far each job counts, in turn: about one to eight seconds of one core. */
static const uint64_t limits[] = { 3000000000, 1000000000, 8000000000 };

struct LsDemo {
  uv_timer_t timer;
  LsTarget target;
  LsTraffic traffic;
  LsClient client;
  unsigned next;
  uint64_t limit;
  char request[512];
};

static void
on_done (LsClient *client, LsOutcome outcome)
{
  LsDemo *demo = client->user;
  char text[32];
  ls_report_group_digits (demo->limit, text);
  if (outcome != LS_OUTCOME_ANSWERED)
    printf ("job primes %s: the agent at %s did not answer (%s)\n", text, demo->target.unix_path, ls_outcome_name (outcome));
  else if (client->answer.code / 100 == 2)
    printf ("job primes %s: accepted by compute\n", text);
  else
    printf ("job primes %s: the agent answered %u\n", text, client->answer.code);
}

static void
on_timer (uv_timer_t *timer)
{
  LsDemo *demo = timer->data;
  if (ls_client_is_busy (&demo->client)) {
    ls_client_time_out (&demo->client);
    return;
  }
  demo->limit = limits[demo->next++ % (sizeof limits / sizeof limits[0])];
  char body[64];
  int body_length = snprintf (body, sizeof body, "{\"name\":\"primes\",\"args\":[\"%" PRIu64 "\"]}", demo->limit);
  int length = snprintf (demo->request, sizeof demo->request,
                         "POST /v1/pools/compute/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                         "Content-Length: %d\r\nConnection: close\r\n\r\n%s",
                         body_length, body);
  ls_client_send (&demo->client, demo->request, (size_t) length, false);
}

LsDemo *
ls_demo_new (uv_loop_t *loop, const char *agent, char *error, size_t error_size)
{
  LsTarget target;
  const char *path;
  if (ls_target_parse ("http://localhost/", agent, &target, &path, error, error_size) < 0)
    return NULL;
  LsDemo *demo = calloc (1, sizeof *demo);
  if (demo == NULL)
    abort ();
  demo->target = target;
  ls_client_init (&demo->client, loop, &demo->target, &demo->traffic, on_done, demo);
  uv_timer_init (loop, &demo->timer);
  demo->timer.data = demo;
  uv_timer_start (&demo->timer, on_timer, FIRST_MS, EVERY_MS);
  return demo;
}

void
ls_demo_close (LsDemo *demo)
{
  if (demo == NULL)
    return;
  ls_client_close (&demo->client);
  uv_close ((uv_handle_t *) &demo->timer, NULL);
}

void
ls_demo_free (LsDemo *demo)
{
  free (demo);
}
