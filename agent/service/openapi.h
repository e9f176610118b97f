/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* data/lineshaft.openapi.json, as it was when the agent was built. */

#include <stddef.h>

extern const char ls_openapi_json[];
extern const size_t ls_openapi_json_length;
