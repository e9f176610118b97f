/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/compare.h"
#include "compare/advice.h"
#include "compare/crew.h"
#include "compare/report.h"
#include "compare/way.h"

#include <signal.h>
#include <string.h>

typedef struct {
  LsCrew crew;
  uv_loop_t loop;
  uv_signal_t interrupt, terminate;
  LsWay *way;
  LsRow rows[LS_WAYS];
  unsigned n_rows;
  double load;             /* of others: before anything is started */
  int status;
} Compare;

static void start_next (Compare *self);

static void
on_progress (void *user, LsWayKind way, double part, unsigned jobs)
{
  ls_report_progress (way, part, jobs);
}

static void
on_over (void *user, const LsRow *row)
{
  Compare *self = user;
  self->rows[self->n_rows++] = *row;
  ls_report_row (row);
  ls_way_free (self->way);
  self->way = NULL;
  start_next (self);
}

static void
on_failed (void *user, const char *sentence)
{
  Compare *self = user;
  if (self->status == 0) {
    self->status = 1;
    ls_report_text ("error", sentence);
  }
  ls_way_free (self->way);
  self->way = NULL;
}

static void
start_next (Compare *self)
{
  char text[1024];
  const LsWayEvents events = { on_progress, on_over, on_failed, self };
  if (self->status == 0 && self->n_rows < LS_WAYS)
    self->way = ls_way_start (&self->crew, (LsWayKind) self->n_rows, &events);
  else if (self->status == 0) {
    size_t length = strlen (ls_advice (self->rows, text, sizeof text));
    length += strlen (ls_advice_about_time (self->rows, text + length, sizeof text - length));
    ls_advice_about_load (self->load, uv_available_parallelism (), text + length, sizeof text - length);
    ls_report_text ("advice", text);
  }
}

static void
on_warm (LsHelper *helper)
{
  Compare *self = helper->user;
  uv_unref ((uv_handle_t *) &self->interrupt);
  start_next (self);
}

/* Whatever starts first finds nothing of the program in memory yet: that is not to be the first way. */
static void
warm_up (Compare *self)
{
  int error;
  LsHelper *helper = ls_crew_start (&self->crew, LS_HELPER_NOTHING, &error);
  if (helper == NULL) {
    start_next (self);
    return;
  }
  helper->ended = on_warm;
  helper->user = self;
  uv_ref ((uv_handle_t *) &self->interrupt); /* something has to keep the loop going meanwhile */
}

/* What runs is killed, and nothing new begins. */
static void
on_signal (uv_signal_t *handle, int number)
{
  Compare *self = handle->data;
  self->status = 128 + number;
  if (self->way != NULL)
    ls_way_stop (self->way);
}

static void
catch (Compare *self, uv_signal_t *handle, int number)
{
  uv_signal_init (&self->loop, handle);
  handle->data = self;
  uv_signal_start (handle, on_signal, number);
  uv_unref ((uv_handle_t *) handle);
}

int
ls_compare_run (const LsCompareOptions *options, const char *program)
{
  Compare self = { 0 };
  double loads[3];
  uv_loadavg (loads);
  self.load = loads[0];
  if (uv_loop_init (&self.loop) < 0 || ls_crew_open (&self.crew, &self.loop, program, options) < 0) {
    ls_report_text ("error", "This system has no more descriptors to give.");
    return 1;
  }
  catch (&self, &self.interrupt, SIGINT);
  catch (&self, &self.terminate, SIGTERM);
  ls_report_begin (options);
  warm_up (&self);
  uv_run (&self.loop, UV_RUN_DEFAULT);
  uv_close ((uv_handle_t *) &self.interrupt, NULL);
  uv_close ((uv_handle_t *) &self.terminate, NULL);
  ls_crew_close (&self.crew);
  uv_run (&self.loop, UV_RUN_DEFAULT);
  uv_loop_close (&self.loop);
  return self.status;
}
