/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/report.h"

#include <inttypes.h>
#include <string.h>

#define TEXT 32

const char *
ls_report_group_digits (uint64_t number, char *text)
{
  char digits[TEXT];
  int length = snprintf (digits, sizeof digits, "%" PRIu64, number);
  char *to = text;
  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      *to++ = ',';
    *to++ = digits[i];
  }
  *to = '\0';
  return text;
}

/* Three significant digits. */
static const char *
format_us (uint64_t us, char *text)
{
  double value = (double) us;
  const char *unit = "µs";
  if (us >= 1000000) {
    value /= 1e6;
    unit = "s";
  } else if (us >= 1000) {
    value /= 1e3;
    unit = "ms";
  }
  int decimals = us < 1000 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  snprintf (text, TEXT, "%.*f %s", decimals, value, unit);
  return text;
}

static const char *
format_rate (uint64_t count, uint64_t span_us, char *text)
{
  double rate = span_us > 0 ? (double) count * 1e6 / (double) span_us : 0;
  if (rate < 1000)
    snprintf (text, TEXT, "%.1f", rate);
  else
    ls_report_group_digits ((uint64_t) (rate + 0.5), text);
  return text;
}

static void
write_codes (const LsTally *tally, FILE *out)
{
  char text[TEXT];
  const char *separator = "";
  for (unsigned i = 0; i < LS_TALLY_CODES; i++)
    if (tally->codes[i] > 0) {
      fprintf (out, "%s%u: %s", separator, i + LS_TALLY_FIRST_CODE, ls_report_group_digits (tally->codes[i], text));
      separator = ", ";
    }
}

/* "3 (refused 2, cut short 1)" */
static void
write_failures (const LsTally *tally, FILE *out)
{
  static const char *const words[LS_N_OUTCOMES] = { "", "refused", "reset", "cut short", "timed out", "malformed", "for want of ports or descriptors" };
  char text[TEXT];
  const char *separator = " (";
  fprintf (out, "%s", ls_report_group_digits (ls_tally_failed (tally), text));
  for (unsigned i = LS_OUTCOME_ANSWERED + 1; i < LS_N_OUTCOMES; i++)
    if (tally->outcomes[i] > 0) {
      fprintf (out, "%s%s %s", separator, words[i], ls_report_group_digits (tally->outcomes[i], text));
      separator = ", ";
    }
  if (ls_tally_failed (tally) > 0)
    fputc (')', out);
}

void
ls_report_write_text (const LsReport *report, FILE *out)
{
  const LsTally *tally = report->tally;
  uint64_t answered = ls_tally_answered (tally);
  char a[TEXT], b[TEXT], c[TEXT], d[TEXT], e[TEXT];
  fprintf (out, "%s requests in %s: %s answers a second\n", ls_report_group_digits (report->started, a), format_us (report->elapsed_us, b),
           format_rate (answered, report->elapsed_us, c));
  fprintf (out, "  answered     %s", ls_report_group_digits (answered, a));
  if (answered > 0) {
    fputs (" (", out);
    write_codes (tally, out);
    fputc (')', out);
  }
  fputs ("\n  failed       ", out);
  write_failures (tally, out);
  if (report->unfinished > 0)
    fprintf (out, "\n  unfinished   %s", ls_report_group_digits (report->unfinished, a));
  if (answered > 0)
    fprintf (out, "\n  latency      p50 %s, p95 %s, p99 %s, max %s", format_us (ls_tally_percentile (tally, 0.5), a),
             format_us (ls_tally_percentile (tally, 0.95), b), format_us (ls_tally_percentile (tally, 0.99), c),
             format_us (tally->latency_max_us, d));
  fprintf (out, "\n  connections  %s opened, %s closed by the server while idle\n", ls_report_group_digits (report->traffic->opened, a),
           ls_report_group_digits (report->traffic->closed_idle, e));
}

/* Unknown is null, not 0. */
static void
write_json_latency (const LsTally *tally, FILE *out)
{
  uint64_t answered = ls_tally_answered (tally);
  if (answered == 0) {
    fputs ("null", out);
    return;
  }
  fprintf (out, "{\"mean\":%" PRIu64 ",\"p50\":%" PRIu64 ",\"p95\":%" PRIu64 ",\"p99\":%" PRIu64 ",\"max\":%" PRIu64 "}",
           tally->latency_sum_us / answered, ls_tally_percentile (tally, 0.5), ls_tally_percentile (tally, 0.95),
           ls_tally_percentile (tally, 0.99), tally->latency_max_us);
}

/* A URL has no control characters, but it may have quotes. */
static void
write_json_string (const char *text, FILE *out)
{
  fputc ('"', out);
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      fputc ('\\', out);
    fputc (*text, out);
  }
  fputc ('"', out);
}

void
ls_report_write_json (const LsReport *report, FILE *out)
{
  const LsTally *tally = report->tally;
  uint64_t answered = ls_tally_answered (tally);
  fputs ("{\"url\":", out);
  write_json_string (report->options->url, out);
  fprintf (out, ",\"connections\":%u,\"elapsed_ms\":%" PRIu64 ",\"started\":%" PRIu64 ",\"answered\":%" PRIu64 ",\"failed\":%" PRIu64,
           report->options->connections, report->elapsed_us / 1000, report->started, answered, ls_tally_failed (tally));
  fprintf (out, ",\"unfinished\":%" PRIu64 ",\"per_second\":%.1f,\"codes\":{", report->unfinished,
           report->elapsed_us > 0 ? (double) answered * 1e6 / (double) report->elapsed_us : 0.0);
  const char *separator = "";
  for (unsigned i = 0; i < LS_TALLY_CODES; i++)
    if (tally->codes[i] > 0) {
      fprintf (out, "%s\"%u\":%" PRIu64, separator, i + LS_TALLY_FIRST_CODE, tally->codes[i]);
      separator = ",";
    }
  fputs ("},\"failures\":{", out);
  for (unsigned i = LS_OUTCOME_ANSWERED + 1; i < LS_N_OUTCOMES; i++)
    fprintf (out, "%s\"%s\":%" PRIu64, i > LS_OUTCOME_ANSWERED + 1 ? "," : "", ls_outcome_name (i), tally->outcomes[i]);
  fputs ("},\"latency_us\":", out);
  write_json_latency (tally, out);
  fprintf (out, ",\"opened\":%" PRIu64 ",\"closed_idle\":%" PRIu64 ",\"bytes_in\":%" PRIu64 ",\"bytes_out\":%" PRIu64 "}\n",
           report->traffic->opened, report->traffic->closed_idle, report->traffic->bytes_in, report->traffic->bytes_out);
}

void
ls_report_write_progress (const LsTally *since, uint64_t at_us, uint64_t span_us, FILE *out)
{
  char a[TEXT], b[TEXT], c[TEXT];
  uint64_t answered = ls_tally_answered (since);
  fprintf (out, "%" PRIu64 " s: %s answers (%s/s)", (at_us + 500000) / 1000000, ls_report_group_digits (answered, a),
           format_rate (answered, span_us, b));
  if (answered > 0) {
    fputs (", ", out);
    write_codes (since, out);
    fprintf (out, ", p95 %s", format_us (ls_tally_percentile (since, 0.95), c));
  }
  fputs (", failed ", out);
  write_failures (since, out);
  fputc ('\n', out);
}
