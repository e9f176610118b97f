/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The job "fractal [TO.png] [size=1920x1080] [center=-0.75,0] [width=4.2] [iterations=500]": a picture of the Mandelbrot set. */

#include "abi/job.h"

extern const LsJobKind ls_fractal_job;
