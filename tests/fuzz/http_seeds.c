/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

const FuzzBytes fuzz_seeds[] = {
  FUZZ_BYTES ("GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
  FUZZ_BYTES ("GET /a?b=c HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\nGET /h HTTP/1.1\r\nHost: h\r\n\r\n"),
  FUZZ_BYTES ("HEAD /e HTTP/1.1\r\nHost: h\r\n\r\nGET /d HTTP/1.1\r\nHost: h\r\n\r\n"),
  FUZZ_BYTES ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /n HTTP/1.0\r\n\r\n"),
  FUZZ_BYTES ("POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
  FUZZ_BYTES ("POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789"),
  FUZZ_BYTES ("POST /e HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: t\r\n\r\n"),
  FUZZ_BYTES ("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
  FUZZ_BYTES ("PUT /c HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi"),
  FUZZ_BYTES ("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nrestGET /s4 HTTP/1.1\r\nHost: h\r\n\r\n"),
  FUZZ_BYTES ("POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nrest\r\n0\r\n\r\nGET /d HTTP/1.1\r\nHost: h\r\n\r\n"),
  FUZZ_BYTES ("GET /u HTTP/1.1\r\nHost: h\r\nUpgrade: raw\r\nConnection: upgrade\r\n\r\nraw bytes"),
  FUZZ_BYTES ("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\nGET http://h/x?y HTTP/1.1\r\nHost: h\r\n\r\n"),
  FUZZ_BYTES ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /late HTTP/1.1\r\n"),
  FUZZ_BYTES ("\r\nDELETE /d HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
  { NULL, 0 },
};

const FuzzBytes fuzz_words[] = {
  FUZZ_BYTES ("\r\n"), FUZZ_BYTES ("\n"), FUZZ_BYTES ("\r"), FUZZ_BYTES ("\r\n\r\n"), FUZZ_BYTES ("\n\n"), FUZZ_BYTES (" "), FUZZ_BYTES ("\t"), FUZZ_BYTES (":"), FUZZ_BYTES (": "), FUZZ_BYTES (","), FUZZ_BYTES (";"), FUZZ_BYTES ("\r\n "), FUZZ_BYTES (" HTTP/1.1"), FUZZ_BYTES (" HTTP/1.0"), FUZZ_BYTES (" HTTP/2.0"), FUZZ_BYTES (" HTTP/0.9"),
  FUZZ_BYTES ("GET "), FUZZ_BYTES ("HEAD "), FUZZ_BYTES ("POST "), FUZZ_BYTES ("CONNECT "), FUZZ_BYTES ("TRACE "), FUZZ_BYTES ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), FUZZ_BYTES ("Host: h\r\n"), FUZZ_BYTES ("Host:\r\n"), FUZZ_BYTES ("host: other\r\n"),
  FUZZ_BYTES ("Content-Length: 5\r\n"), FUZZ_BYTES ("Content-Length: +5\r\n"), FUZZ_BYTES ("Content-Length: 0\r\n"), FUZZ_BYTES ("Content-Length: 18446744073709551616\r\n"),
  FUZZ_BYTES ("content-length:5\r\n"), FUZZ_BYTES ("Content-Length : 5\r\n"), FUZZ_BYTES ("Transfer-Encoding: chunked\r\n"), FUZZ_BYTES ("Transfer-Encoding: identity\r\n"),
  FUZZ_BYTES ("Transfer-Encoding: gzip, chunked\r\n"), FUZZ_BYTES ("Transfer-Encoding:\tchunked\r\n"), FUZZ_BYTES ("Transfer-Encoding: chunked, chunked\r\n"),
  FUZZ_BYTES ("Connection: close\r\n"), FUZZ_BYTES ("Connection: keep-alive\r\n"), FUZZ_BYTES ("Connection: upgrade\r\nUpgrade: raw\r\n"), FUZZ_BYTES ("Expect: 100-continue\r\n"), FUZZ_BYTES ("Expect: x\r\n"),
  FUZZ_BYTES ("0\r\n\r\n"), FUZZ_BYTES ("0\r\n"), FUZZ_BYTES ("5\r\nhello\r\n"), FUZZ_BYTES ("ffffffffffffffff\r\n"), FUZZ_BYTES ("-1\r\n"), FUZZ_BYTES ("0x1\r\n"), FUZZ_BYTES ("1;a=b\r\nx\r\n"), FUZZ_BYTES ("5 \r\n"), FUZZ_BYTES ("X: \x80\xff\r\n"), FUZZ_BYTES ("X:\r\n"),
  FUZZ_BYTES ("/e"), FUZZ_BYTES ("/c"), FUZZ_BYTES ("/p"), FUZZ_BYTES ("/d"), FUZZ_BYTES ("/u"), FUZZ_BYTES ("/h"), FUZZ_BYTES ("/n"), FUZZ_BYTES ("/s0"), FUZZ_BYTES ("*"), FUZZ_BYTES ("http://h"), FUZZ_BYTES ("#"), FUZZ_BYTES ("%00"), FUZZ_BYTES ("?"), FUZZ_BYTES ("\x16\x03\x01"), FUZZ_BYTES ("A: b\r\n"),
  { NULL, 0 },
};
