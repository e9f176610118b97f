/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/head.h"

#include <string.h>

/* Where a head ends. */

static LsHttpScanResult
refuse_scan (LsHttpVerdict *verdict, const char *sentence)
{
  *verdict = (LsHttpVerdict){ 400, sentence };
  return LS_HTTP_SCAN_REFUSED;
}

/* A line has ended after @text bytes without its CRLF. */
static LsHttpScanResult
end_line (LsHttpScan *scan, size_t text, LsHttpVerdict *verdict)
{
  scan->line = 0;
  scan->carriage = false;
  if (text > 0)
    {
      scan->past_first = true;
      return LS_HTTP_SCAN_MORE;
    }
  if (scan->past_first)
    return LS_HTTP_SCAN_DONE;
  /* RFC 9112, section 2.2: one empty line before the request line is forgiven. */
  scan->blank += 2;
  return scan->blank > 2 ? refuse_scan (verdict, "Empty lines stand where the request line should be.") : LS_HTTP_SCAN_MORE;
}

LsHttpScanResult
ls_http_scan (LsHttpScan *scan, const char *data, size_t length, size_t *ret_consumed, LsHttpVerdict *verdict)
{
  const char *p = data, *end = data + length;
  LsHttpScanResult result = LS_HTTP_SCAN_MORE;
  while (p < end && result == LS_HTTP_SCAN_MORE)
    {
      if (scan->line == 0 && scan->past_first && (*p == ' ' || *p == '\t'))
        return refuse_scan (verdict, "A header goes on in the next line (obsolete folding), which is not allowed any more.");
      const char *feed = memchr (p, '\n', (size_t) (end - p));
      if (!feed)
        {
          scan->line += (size_t) (end - p);
          scan->carriage = end[-1] == '\r';
          p = end;
          break;
        }
      if (!(feed > p ? feed[-1] == '\r' : scan->carriage))
        return refuse_scan (verdict, "A line ends in a bare LF; lines of HTTP end in CR LF.");
      size_t text = scan->line + (size_t) (feed - p) - 1;
      p = feed + 1;
      result = end_line (scan, text, verdict);
    }
  *ret_consumed = (size_t) (p - data);
  return result;
}
