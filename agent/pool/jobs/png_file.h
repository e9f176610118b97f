/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* An image as PNG (libpng), row by row into a sink. */

#include "pool/jobs/sink.h"

typedef struct LsPng LsPng;

/* 8 bits for each of red, green and blue. NULL: the sink's run was told why. */
LsPng *ls_png_new (LsSink *sink, uint32_t width, uint32_t height);

/* Each of these returns FALSE after the run was told why. */
bool ls_png_row (LsPng *png, const unsigned char *row);
bool ls_png_finish (LsPng *png);      /* after the last row; the sink is not committed */
void ls_png_free (LsPng *png);
