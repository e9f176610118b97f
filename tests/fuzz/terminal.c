/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "model/terminal.h"

#include <string.h>

/* The frames of an attached terminal. What must hold:
 *   - they come out the same, in whatever pieces the bytes come in, and what is none is refused both ways;
 *   - written again, they are the bytes that they were;
 *   - no payload is longer than is allowed. */

const FuzzBytes fuzz_seeds[] = {
  FUZZ_BYTES ("\0\0\0\0\0\0\0\2ls\0\0\0\0\0\0\0\1\n"),
  FUZZ_BYTES ("\2\0\0\0\0\0\0\4\0\30\0\120"),
  FUZZ_BYTES ("\1\0\0\0\0\0\0\5hello\4\0\0\0\0\0\0\3err\3\0\0\0\0\0\0\2{}"),
  FUZZ_BYTES ("\1\0\0\0\0\0\0\0\1\0\0\0\0\1\0\0"),
  { NULL, 0 },
};

const FuzzBytes fuzz_words[] = {
  FUZZ_BYTES ("\0"), FUZZ_BYTES ("\0\0\0\0"), FUZZ_BYTES ("\xff\xff\xff\xff"), FUZZ_BYTES ("\0\1\0\0"), FUZZ_BYTES ("\0\1\0\1"), FUZZ_BYTES ("\0\0\xff\xff"),
  FUZZ_BYTES ("\1\0\0\0\0\0\0\1x"), FUZZ_BYTES ("\2\0\0\0\0\0\0\4\0\0\0\0"), FUZZ_BYTES ("\5\0\0\0"), FUZZ_BYTES ("\0\0\0\1"), FUZZ_BYTES ("\x7f\xff\xff\xff"),
  { NULL, 0 },
};

typedef struct {
  const uint8_t *data;      /* the whole input */
  size_t size;
  GString *again;           /* the frames, written anew */
} Run;

static void
on_frame (void *user, guint type, const char *payload, gsize length)
{
  Run *run = user;
  LsTerminalSize window;
  if (length > LS_TERMINAL_PAYLOAD_MAX)
    fuzz_fail ("a payload is too long", run->data, run->size);
  if (ls_terminal_window_parse (payload, length, &window) && (length != 4 || window.rows == 0 || window.columns == 0))
    fuzz_fail ("a window is none", run->data, run->size);
  ls_terminal_frame_append (run->again, (LsFrameType) type, payload, length);
}

/* In pieces of @step bytes; 0: all at once. */
static gboolean
feed (Run *run, gsize step)
{
  g_autoptr (LsTerminalReader) reader = ls_terminal_reader_new (on_frame, run);
  run->again = g_string_new (NULL);
  for (gsize at = 1; at < run->size;)
    {
      g_autoptr (GError) error = NULL;
      gsize piece = step == 0 || step > run->size - at ? run->size - at : step;
      if (!ls_terminal_reader_feed (reader, (const char *) run->data + at, piece, &error))
        {
          if (!error)
            fuzz_fail ("refused without a sentence", run->data, run->size);
          return FALSE;
        }
      at += piece;
    }
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 1)
    return 0;
  Run whole = { .data = data, .size = size }, cut = { .data = data, .size = size };
  gboolean good = feed (&whole, 0), good_in_pieces = feed (&cut, 1 + data[0] % 16);
  if (good != good_in_pieces || !g_string_equal (whole.again, cut.again))
    fuzz_fail ("the frames depend on the pieces they come in", data, size);
  if (whole.again->len > size - 1 || (whole.again->len > 0 && memcmp (whole.again->str, data + 1, whole.again->len) != 0))
    fuzz_fail ("the frames are not those that came", data, size);
  g_string_free (whole.again, TRUE);
  g_string_free (cut.again, TRUE);
  return 0;
}
