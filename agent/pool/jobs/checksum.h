/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The job "checksum PATH…": the SHA-256 of files, and of all files in folders, one line each, byte for byte as sha256sum prints them. */

#include "abi/job.h"

#include <stddef.h>

extern const LsJobKind ls_checksum_job;

/* A line of sha256sum, with its end: @digest is 32 bytes. A name with a backslash, a newline or a carriage return is written with escapes, and the line
 * begins with a backslash. The caller frees it. */
char *ls_checksum_line (const unsigned char *digest, const char *name);
