/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "base/text.h"
#include "base/when.h"
#include "model/buffer.h"
#include "model/pool.h"
#include "model/resource_limits.h"

#include <string.h>

/* What people write: jobs and buffers as JSON; retries, limits, sizes, times, names and schedules as words. What must hold:
 *   - what is refused is refused with a sentence in UTF-8, and nothing is written to where the answer goes;
 *   - what is taken means the same when it is written down and read again. */

const FuzzBytes fuzz_seeds[] = {
  FUZZ_BYTES ("{\"name\":\"primes\",\"args\":[\"1000000\"],\"priority\":-3,\"timeout_ms\":1000,\"cwd\":\"/\",\"output\":\"/srv/x\"}"),
  FUZZ_BYTES ("{\"name\":\"primes\",\"retries\":3,\"retry_on\":[\"crash\",\"timeout\"],\"retry_delay_ms\":50}"),
  FUZZ_BYTES ("{\"size\":1048576}"),
  FUZZ_BYTES ("{\"nofile\":1024,\"core\":{\"soft\":0,\"hard\":\"unlimited\"},\"as\":536870912}"),
  FUZZ_BYTES ("nofile=1024 as=512M core=0:unlimited"),
  FUZZ_BYTES ("crash, failure timeout"),
  FUZZ_BYTES ("64MiB"), FUZZ_BYTES ("1.5G"), FUZZ_BYTES ("250ms"), FUZZ_BYTES ("2h"), FUZZ_BYTES ("compute-2"),
  FUZZ_BYTES ("every 5 min"), FUZZ_BYTES ("weekly mon,thu 03:00"), FUZZ_BYTES ("*/10 8-18 * * mon-fri"), FUZZ_BYTES ("monthly 1 03:00"),
  { NULL, 0 },
};

const FuzzBytes fuzz_words[] = {
  FUZZ_BYTES (" "), FUZZ_BYTES (","), FUZZ_BYTES (":"), FUZZ_BYTES ("="), FUZZ_BYTES ("-"), FUZZ_BYTES ("+"), FUZZ_BYTES ("."), FUZZ_BYTES ("/"), FUZZ_BYTES ("*"),
  FUZZ_BYTES ("0"), FUZZ_BYTES ("1"), FUZZ_BYTES ("-1"), FUZZ_BYTES ("1e9"), FUZZ_BYTES ("18446744073709551615"), FUZZ_BYTES ("18446744073709551616"),
  FUZZ_BYTES ("9223372036854775808"), FUZZ_BYTES ("unlimited"), FUZZ_BYTES ("nofile="), FUZZ_BYTES ("cpu"), FUZZ_BYTES ("TiB"), FUZZ_BYTES ("K"), FUZZ_BYTES ("d"),
  FUZZ_BYTES ("crash"), FUZZ_BYTES ("timeout"), FUZZ_BYTES ("sun"), FUZZ_BYTES ("dec"), FUZZ_BYTES ("@daily"), FUZZ_BYTES ("every "), FUZZ_BYTES ("59"),
  FUZZ_BYTES ("\"priority\":1000,"), FUZZ_BYTES ("\"retries\":100,"), FUZZ_BYTES ("null"), FUZZ_BYTES ("[]"), FUZZ_BYTES ("{}"), FUZZ_BYTES ("\"\""), FUZZ_BYTES ("\\u0000"),
  FUZZ_BYTES ("\xff"), FUZZ_BYTES ("\xc3\xa9"), FUZZ_BYTES ("\n"), FUZZ_BYTES ("\0"),
  { NULL, 0 },
};

typedef struct {
  const uint8_t *data;      /* the whole input */
  size_t size;
} Run;

static void
check (const Run *run, gboolean good, const char *what)
{
  if (!good)
    fuzz_fail (what, run->data, run->size);
}

/* Frees it. */
static void
check_refusal (const Run *run, gboolean taken, GError *error)
{
  check (run, taken == (error == NULL), "neither taken nor refused");
  check (run, error == NULL || (*error->message && g_utf8_validate (error->message, -1, NULL)), "the sentence is none");
  g_clear_error (&error);
}

static void
read_job (const Run *run, json_t *json)
{
  g_autoptr (LsJob) job = ls_job_new (NULL, NULL, "before");
  g_autoptr (LsJob) again = ls_job_new (NULL, NULL, NULL);
  GError *error = NULL;
  gboolean taken = ls_job_request_from_json (json, job, &error);
  check_refusal (run, taken, error);
  check (run, taken || g_str_equal (job->name, "before"), "a refused job was written down");
  if (!taken)
    return;
  g_autoptr (json_t) written = ls_job_request_to_json (job);
  check (run, ls_job_request_from_json (written, again, NULL), "a job that was written down is refused");
  g_autoptr (json_t) written_again = ls_job_request_to_json (again);
  check (run, json_equal (written, written_again), "a job is another one when it was written down");
}

static void
read_json (const Run *run, const char *text)
{
  g_autoptr (json_t) json = ls_json_parse (text, strlen (text), NULL);
  LsLimits limits = { 0 };
  guint64 size = 0;
  GError *error = NULL;
  if (!json_is_object (json))
    return;
  read_job (run, json);
  gboolean taken = ls_shared_buffer_request_from_json (json, &size, &error);
  check_refusal (run, taken, error);
  check (run, taken ? size > 0 && size <= LS_BUFFER_SIZE_MAX : size == 0, "a buffer has an impossible size");
  error = NULL;
  taken = ls_limits_from_json (json, &limits, &error);
  check_refusal (run, taken, error);
  for (guint i = 0; taken && i < LS_LIMITS; i++)
    check (run, !limits.of[i].given || limits.of[i].soft <= limits.of[i].hard, "a soft limit is above its hard one");
}

static void
read_retries (const Run *run, const char *text)
{
  guint on = 0, again = 0;
  GError *error = NULL;
  gboolean taken = ls_retry_on_parse (text, &on, &error);
  check_refusal (run, taken, error);
  g_autofree char *written = taken ? ls_retry_on_to_text (on) : NULL;
  check (run, !taken || (ls_retry_on_parse (written, &again, NULL) && again == on), "retries are others when they were written down");
}

static void
read_limits (const Run *run, const char *text)
{
  LsLimits limits = { 0 };
  GError *error = NULL;
  g_autoptr (json_t) json = ls_limits_text_to_json (text, &error);
  check_refusal (run, json != NULL, error);
  if (json == NULL || !ls_limits_from_json (json, &limits, NULL))
    return;
  LsLimits again = { 0 };
  g_autoptr (json_t) written = ls_limits_to_json (&limits);
  check (run, ls_limits_from_json (written, &again, NULL), "limits that were written down are refused");
  for (guint i = 0; i < LS_LIMITS; i++)
    check (run, limits.of[i].given == again.of[i].given && limits.of[i].soft == again.of[i].soft && limits.of[i].hard == again.of[i].hard,
           "limits are others when they were written down");
}

static void
read_words (const Run *run, const char *text)
{
  GError *error = NULL;
  gint64 ms = -1;
  guint64 bytes = 0;
  LsWhen when = { 0 };
  gboolean taken = ls_parse_duration_ms (text, &ms, &error);
  check_refusal (run, taken, error);
  check (run, ms >= -1, "a duration is less than nothing");
  error = NULL;
  taken = ls_parse_size (text, &bytes, &error);
  check_refusal (run, taken, error);
  check (run, !ls_name_is_valid (text) || (strlen (text) <= 32 && g_ascii_islower (*text)), "a name is none");
  error = NULL;
  taken = ls_when_parse (text, &when, &error);
  check_refusal (run, taken, error);
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  check (run, !taken || ls_when_next (&when, zone, 0, 1795400000000) > 1795400000000, "a schedule is due in the past");
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Run run = { data, size };
  if (size < 1)
    return 0;
  g_autofree char *text = g_strndup ((const char *) data + 1, size - 1);
  read_json (&run, text);
  if (g_utf8_validate (text, -1, NULL))
    {
      read_retries (&run, text);
      read_limits (&run, text);
      read_words (&run, text);
    }
  return 0;
}
