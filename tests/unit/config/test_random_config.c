/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Random bytes and randomly damaged files: refused with one sentence, or read; never a crash. The seed is fixed, so a failure comes back. */

#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define ROUNDS 20000

static const char good[] = "[agent]\ninterval = 1s\nhistory-memory = 4MiB\n\n[cluster web]\nlisten = 127.0.0.1:8080, unix:/tmp/x\nworkers = 2..8\n"
                           "balance = steered\n; note\n[pool compute]\nthreads = auto\n[task t]\ncommand = sh -c \"echo a\\\\n\"\nenv = A=1\n[schedule s]\nwhen = daily\n";

static void
judge (const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LsConfig) config = ls_config_parse (text, length, "random.conf", &error);

  assert_true ((config == NULL) == (error != NULL));
  if (error != NULL)
    {
      assert_true (g_utf8_validate (error->message, -1, NULL));
      assert_true (g_str_has_prefix (error->message, "random.conf"));
    }
}

static void
random_bytes_never_crash (void **state)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  char text[200];

  for (guint round = 0; round < ROUNDS; round++)
    {
      gsize length = (gsize) g_rand_int_range (random, 0, sizeof text);
      static const char likely[] = "[]=\n\r #;agentclusterpool \\\"'0123456789\xc3\xa4";

      for (gsize i = 0; i < length; i++)
        text[i] = g_rand_boolean (random) ? (char) g_rand_int_range (random, 0, 256) : likely[g_rand_int_range (random, 0, sizeof likely - 1)];
      judge (text, length);
    }
}

static void
damaged_files_never_crash (void **state)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autofree char *text = g_strdup (good);
      gsize length = strlen (text);

      for (int hits = g_rand_int_range (random, 1, 6); hits > 0; hits--)
        {
          gsize at = (gsize) g_rand_int_range (random, 0, (gint32) length);
          gsize n = (gsize) g_rand_int_range (random, 0, (gint32) MIN (length - at, 12));

          if (g_rand_boolean (random))
            text[at] = (char) g_rand_int_range (random, 0, 128);
          else
            memmove (text + at, text + (length - n) / 2, n);
        }
      judge (text, length - (gsize) g_rand_int_range (random, 0, 4));
    }
}

int
main (void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test (random_bytes_never_crash),
    cmocka_unit_test (damaged_files_never_crash),
  };
  return cmocka_run_group_tests (tests, NULL, NULL);
}
