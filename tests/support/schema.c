/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/schema.h"

#include <string.h>

static char *check (json_t *document, json_t *schema, json_t *value, const char *where);

static json_t *
resolve (json_t *document, const char *reference)
{
  g_auto (GStrv) steps = g_strsplit (reference, "/", -1);
  json_t *found = document;

  for (char **step = steps + 1; *step != NULL; step++)
    found = json_object_get (found, *step);
  return found;
}

static gboolean
is_of_type (json_t *value, const char *type)
{
  static const struct { const char *name; int a, b; } types[] = {
    { "object", JSON_OBJECT, JSON_OBJECT }, { "array", JSON_ARRAY, JSON_ARRAY }, { "string", JSON_STRING, JSON_STRING },
    { "integer", JSON_INTEGER, JSON_INTEGER }, { "number", JSON_INTEGER, JSON_REAL }, { "boolean", JSON_TRUE, JSON_FALSE },
    { "null", JSON_NULL, JSON_NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (strcmp (types[i].name, type) == 0)
      return (int) json_typeof (value) == types[i].a || (int) json_typeof (value) == types[i].b;
  return FALSE;
}

static char *
check_type (json_t *rule, json_t *value, const char *where)
{
  gsize i;
  json_t *type;

  if (json_is_string (rule))
    return is_of_type (value, json_string_value (rule)) ? NULL : g_strdup_printf ("%s is not of type %s", where, json_string_value (rule));
  json_array_foreach (rule, i, type)
    if (is_of_type (value, json_string_value (type)))
      return NULL;
  return g_strdup_printf ("%s is of none of its types", where);
}

static char *
check_enum (json_t *rule, json_t *value, const char *where)
{
  gsize i;
  json_t *choice;

  json_array_foreach (rule, i, choice)
    if (json_equal (choice, value))
      return NULL;
  return g_strdup_printf ("%s is none of its choices", where);
}

static char *
check_any_of (json_t *document, json_t *rule, json_t *value, const char *where)
{
  g_autoptr (GString) reasons = g_string_new (NULL);
  gsize i;
  json_t *choice;

  json_array_foreach (rule, i, choice)
    {
      g_autofree char *reason = check (document, choice, value, where);

      if (reason == NULL)
        return NULL;
      g_string_append_printf (reasons, "; %s", reason);
    }
  return g_strdup_printf ("%s fits none of its schemas%s", where, reasons->str);
}

static char *
check_required (json_t *rule, json_t *value, const char *where)
{
  gsize i;
  json_t *name;

  if (!json_is_object (value))
    return NULL;
  json_array_foreach (rule, i, name)
    if (json_object_get (value, json_string_value (name)) == NULL)
      return g_strdup_printf ("%s lacks “%s”", where, json_string_value (name));
  return NULL;
}

static char *
check_properties (json_t *document, json_t *rule, json_t *value, const char *where)
{
  const char *name;
  json_t *schema;

  if (!json_is_object (value))
    return NULL;
  json_object_foreach (rule, name, schema)
    {
      json_t *member = json_object_get (value, name);
      g_autofree char *inner = g_strdup_printf ("%s.%s", where, name);
      char *reason = member != NULL ? check (document, schema, member, inner) : NULL;

      if (reason != NULL)
        return reason;
    }
  return NULL;
}

static char *
check_additional (json_t *document, json_t *rule, json_t *properties, json_t *value, const char *where)
{
  const char *name;
  json_t *member;

  if (!json_is_object (value))
    return NULL;
  json_object_foreach (value, name, member)
    {
      g_autofree char *inner = g_strdup_printf ("%s.%s", where, name);
      char *reason = NULL;

      if (json_object_get (properties, name) != NULL)
        continue;
      if (json_is_false (rule))
        return g_strdup_printf ("%s is not foreseen", inner);
      reason = json_is_object (rule) ? check (document, rule, member, inner) : NULL;
      if (reason != NULL)
        return reason;
    }
  return NULL;
}

static char *
check_items (json_t *document, json_t *rule, json_t *value, const char *where)
{
  gsize i;
  json_t *item;

  json_array_foreach (value, i, item)
    {
      g_autofree char *inner = g_strdup_printf ("%s[%zu]", where, i);
      char *reason = check (document, rule, item, inner);

      if (reason != NULL)
        return reason;
    }
  return NULL;
}

static char *
check_bound (const char *word, json_t *rule, json_t *value, const char *where)
{
  double bound = json_number_value (rule);
  double found = json_is_string (value) ? (double) g_utf8_strlen (json_string_value (value), -1)
                 : json_is_array (value) ? (double) json_array_size (value) : json_number_value (value);
  gboolean applies = json_is_number (value) ? strcmp (word, "minimum") == 0 || strcmp (word, "maximum") == 0
                     : json_is_string (value) ? g_str_has_suffix (word, "Length") : json_is_array (value) && g_str_has_suffix (word, "Items");

  if (!applies || (g_str_has_prefix (word, "min") ? found >= bound : found <= bound))
    return NULL;
  return g_strdup_printf ("%s is past its %s of %g", where, word, bound);
}

static char *
check_pattern (json_t *rule, json_t *value, const char *where)
{
  if (!json_is_string (value) || g_regex_match_simple (json_string_value (rule), json_string_value (value), 0, 0))
    return NULL;
  return g_strdup_printf ("%s is “%s”, which is not like %s", where, json_string_value (value), json_string_value (rule));
}

static char *
check_word (json_t *document, json_t *schema, const char *word, json_t *rule, json_t *value, const char *where)
{
  static const char *const words_for_people[] = { "description", "format", NULL };
  static const char *const bounds[] = { "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", NULL };

  if (g_strv_contains (words_for_people, word))
    return NULL;
  if (g_strv_contains (bounds, word))
    return check_bound (word, rule, value, where);
  if (strcmp (word, "$ref") == 0)
    return check (document, resolve (document, json_string_value (rule)), value, where);
  if (strcmp (word, "type") == 0)
    return check_type (rule, value, where);
  if (strcmp (word, "const") == 0)
    return json_equal (rule, value) ? NULL : g_strdup_printf ("%s is not its constant", where);
  if (strcmp (word, "enum") == 0)
    return check_enum (rule, value, where);
  if (strcmp (word, "anyOf") == 0)
    return check_any_of (document, rule, value, where);
  if (strcmp (word, "required") == 0)
    return check_required (rule, value, where);
  if (strcmp (word, "properties") == 0)
    return check_properties (document, rule, value, where);
  if (strcmp (word, "additionalProperties") == 0)
    return check_additional (document, rule, json_object_get (schema, "properties"), value, where);
  if (strcmp (word, "items") == 0)
    return json_is_array (value) ? check_items (document, rule, value, where) : NULL;
  if (strcmp (word, "pattern") == 0)
    return check_pattern (rule, value, where);
  return g_strdup_printf ("the schema of %s has the word “%s”, which this reader does not know", where, word);
}

static char *
check (json_t *document, json_t *schema, json_t *value, const char *where)
{
  const char *word;
  json_t *rule;

  if (!json_is_object (schema))
    return g_strdup_printf ("%s has no schema", where);
  json_object_foreach (schema, word, rule)
    {
      char *reason = check_word (document, schema, word, rule, value, where);

      if (reason != NULL)
        return reason;
    }
  return NULL;
}

char *
ls_schema_check (json_t *document, json_t *schema, json_t *value)
{
  return value != NULL ? check (document, schema, value, "it") : g_strdup ("there is no JSON");
}

char *
ls_schema_check_named (json_t *document, const char *name, json_t *value)
{
  return ls_schema_check (document, json_object_get (json_object_get (json_object_get (document, "components"), "schemas"), name), value);
}
