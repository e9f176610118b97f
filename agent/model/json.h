/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Small helpers over jansson that every noun's codec uses: typed reads with a sentence on failure, merge-patch, rounding. */

#include <glib.h>
#include <jansson.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_t, json_decref)

/* Parses text; the error says where ("line 3, column 7: …"). Depth is bounded. (transfer full) */
json_t *ls_json_parse (const char *text, gsize length, GError **error);
/* What a person typed as a message: the JSON value that it is, else its text as a JSON string; then, where asked, why it is none. (transfer full) */
json_t *ls_json_or_string (const char *text, GError **ret_why);
char *ls_json_to_text (const json_t *value);      /* compact, (transfer full) */

/* RFC 7396. Returns a new value; neither argument is changed. (transfer full) */
json_t *ls_json_merge_patch (json_t *target, json_t *patch);

/* Members of an object. Absent or null leaves *ret untouched and succeeds; a wrong type or range is LS_ERROR_MALFORMED
 * or LS_ERROR_IMPOSSIBLE with a sentence that names the member. */
gboolean ls_json_get_uint (json_t *object, const char *key, guint64 min, guint64 max, guint64 *ret, GError **error);
gboolean ls_json_get_int (json_t *object, const char *key, gint64 *ret, GError **error);
gboolean ls_json_get_real (json_t *object, const char *key, double *ret, GError **error);
gboolean ls_json_get_bool (json_t *object, const char *key, gboolean *ret, GError **error);
gboolean ls_json_get_string (json_t *object, const char *key, char **ret, GError **error);      /* (transfer full); frees the old one */
gboolean ls_json_get_strv (json_t *object, const char *key, char ***ret, GError **error);

/* Refuses what is not an object; @what is how the sentence names it. */
gboolean ls_json_expect_object (json_t *value, const char *what, GError **error);
/* Refuses members that @known (NULL-terminated) does not name, with the closest known one as a hint. */
gboolean ls_json_only_members (json_t *object, const char *const *known, const char *what, GError **error);

json_t *ls_json_string_or_null (const char *text);
json_t *ls_json_strv (char **strv);                  /* array, or null for NULL */
json_t *ls_json_int_or_null (gint64 value);          /* 0 is null: for *_at */
json_t *ls_json_real (double value);                 /* rounded to 3 decimals; NaN is null */
