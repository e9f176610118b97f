/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What people type in a form, to the JSON of a spec and back. Pure. What a single setting may be stands in model/spec_text.h. */

#include <jansson.h>

#include "model/spec_text.h"

/* The merge-patch that turns @before into @after, {} when they are the same; both objects, neither changed. (transfer full) */
json_t *ls_form_changes (json_t *before, json_t *after);
/* Puts the setting that @text means into @spec; FALSE with its sentence when it means none. Spaces around it do not count, and nothing but spaces
 * leaves it out: the default. */
gboolean ls_form_put (json_t *spec, LsKind kind, const char *key, const char *text, GError **error);
/* As a shell would take it apart again; words are quoted only where they must be. "" for NULL. (transfer full) */
char *ls_form_command_text (char **argv);
/* Lines of NAME=value to an object; empty lines do not count. The error says which line. (transfer full), NULL on failure. */
json_t *ls_form_read_variables (const char *lines, GError **error);
