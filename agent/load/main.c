/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* lineshaft-load: wiring only. Exit status: 0; 1 with --strict if a request failed; 2 for a command line that cannot be understood. */

#include "config.h"
#include "load/demo.h"
#include "load/load.h"

#include <signal.h>
#include <stdlib.h>

#define PROGRESS_MS 1000
#define DEMO_PROGRESS_MS 5000

typedef struct {
  const LsLoadOptions *options;
  LsLoad *load;
  LsDemo *demo;
  uv_timer_t progress;
  uv_signal_t interrupt, terminate;
  LsTally before;
  uint64_t before_us;
} Run;

static void
on_signal (uv_signal_t *handle, int signal_number)
{
  Run *run = handle->data;
  ls_load_interrupt (run->load);
}

static void
on_progress (uv_timer_t *timer)
{
  Run *run = timer->data;
  LsReport report;
  LsTally since;
  ls_load_report (run->load, &report);
  ls_tally_difference (report.tally, &run->before, &since);
  ls_report_write_progress (&since, report.elapsed_us, report.elapsed_us - run->before_us, run->options->demo ? stdout : stderr);
  run->before = *report.tally;
  run->before_us = report.elapsed_us;
}

static void
on_ended (void *user)
{
  Run *run = user;
  ls_demo_close (run->demo);
  uv_close ((uv_handle_t *) &run->progress, NULL);
  uv_close ((uv_handle_t *) &run->interrupt, NULL);
  uv_close ((uv_handle_t *) &run->terminate, NULL);
}

static void
watch (Run *run, uv_loop_t *loop)
{
  uint64_t every_ms = run->options->demo ? DEMO_PROGRESS_MS : PROGRESS_MS;
  uv_timer_init (loop, &run->progress);
  run->progress.data = run;
  if (!run->options->quiet)
    uv_timer_start (&run->progress, on_progress, every_ms, every_ms);
  uv_signal_init (loop, &run->interrupt);
  uv_signal_init (loop, &run->terminate);
  run->interrupt.data = run->terminate.data = run;
  uv_signal_start (&run->interrupt, on_signal, SIGINT);
  uv_signal_start (&run->terminate, on_signal, SIGTERM);
}

static int
run_load (const LsLoadOptions *options)
{
  Run run = { .options = options };
  char error[512];
  uv_loop_t loop;
  if (uv_loop_init (&loop) < 0) {
    fputs ("lineshaft-load: the event loop cannot be made: are there free file descriptors?\n", stderr);
    return 1;
  }
  if (options->demo && options->agent != NULL) {
    run.demo = ls_demo_new (&loop, options->agent, error, sizeof error);
    if (run.demo == NULL)
      fprintf (stderr, "lineshaft-load: no jobs: %s\n", error);
  }
  watch (&run, &loop);
  run.load = ls_load_new (&loop, options, on_ended, &run);
  uv_run (&loop, UV_RUN_DEFAULT);
  uv_loop_close (&loop);

  LsReport report;
  ls_load_report (run.load, &report);
  if (options->json)
    ls_report_write_json (&report, stdout);
  else
    ls_report_write_text (&report, stdout);
  int status = options->strict && ls_tally_failed (report.tally) > 0 ? 1 : 0;
  ls_load_free (run.load);
  ls_demo_free (run.demo);
  return fflush (stdout) == 0 ? status : 1;
}

int
main (int argc, char **argv)
{
  static LsLoadOptions options;
  char error[1024];
  signal (SIGPIPE, SIG_IGN);
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (ls_load_options_parse (argc, argv, getenv ("LINESHAFT_SOCKET"), &options, error, sizeof error) < 0) {
    fprintf (stderr, "lineshaft-load: %s\n", error);
    return 2;
  }
  if (options.action == LS_LOAD_HELP) {
    fputs (ls_load_help, stdout);
    return 0;
  }
  if (options.action == LS_LOAD_VERSION) {
    puts ("lineshaft-load " LS_VERSION);
    return 0;
  }
  return run_load (&options);
}
