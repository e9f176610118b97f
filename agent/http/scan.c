/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/head.h"

#include <string.h>

/* Where a head ends. Line ends that other programs might read differently are refused here; http_parser for one takes a bare CR
 * in the place of the last line for the end of the head. */

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
      const char *feed = memchr (p, '\n', (size_t) (end - p)), *stop = feed ? feed : end;
      const char *carriage = memchr (p, '\r', (size_t) (stop - p));
      if ((scan->carriage && feed != p) || (carriage && carriage + 1 != stop))
        return refuse_scan (verdict, "There is a bare CR in the headers; lines of HTTP end in CR LF.");
      if (feed && !carriage && !scan->carriage)
        return refuse_scan (verdict, "A line ends in a bare LF; lines of HTTP end in CR LF.");
      if (!feed)
        {
          scan->line += (size_t) (end - p);
          scan->carriage = carriage != NULL;
          p = end;
          break;
        }
      size_t text = scan->line + (size_t) (feed - p) - 1;
      p = feed + 1;
      result = end_line (scan, text, verdict);
    }
  *ret_consumed = (size_t) (p - data);
  return result;
}
