/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Holds a value against a schema of an OpenAPI document: the part of JSON Schema that ours uses, and it fails on a word that it does not know,
 * so that no rule in the document is silently without effect. */

#include <glib.h>
#include <jansson.h>

/* NULL: @value fits; else one sentence that says where it does not. (transfer full) */
char *ls_schema_check (json_t *document, json_t *schema, json_t *value);
/* The same for #/components/schemas/@name. */
char *ls_schema_check_named (json_t *document, const char *name, json_t *value);
