/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/describe.h"

#include "base/text.h"

#include <string.h>

#define KEY_WIDTH 16

/* What a key's ending says about its number; people read it from the value. */
static const char *const units[] = { "_at", "_ms", "_us" };

static char *
describe_time (gint64 at, gint64 now)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at / 1000);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_local (utc) : NULL;
  g_autofree char *time = local ? g_date_time_format (local, "%Y-%m-%d %H:%M:%S") : g_strdup ("?");
  g_autofree char *ago = ls_format_elapsed_ms (ABS (now - at));
  if (at > now)
    return g_strdup_printf ("%s (in %s)", time, ago);
  return g_strdup_printf ("%s (%s ago)", time, ago);
}

static gboolean
is_bytes (const char *key)
{
  return g_str_has_suffix (key, "_bytes") || g_str_has_suffix (key, "rss") || g_str_equal (key, "total") || g_str_equal (key, "used") ||
         g_str_equal (key, "available") || g_str_equal (key, "cached");
}

/* A number under its key's unit. */
static char *
describe_number (const char *key, json_int_t value, gint64 now)
{
  if (g_str_has_suffix (key, "_at") || g_str_equal (key, "at"))
    return describe_time (value, now);
  if (g_str_has_suffix (key, "_ms") && value >= 0)
    return value < 1000 ? g_strdup_printf ("%d ms", (int) value) : ls_format_us ((guint64) value * 1000);
  if (g_str_has_suffix (key, "_us") && value >= 0)
    return ls_format_us ((guint64) value);
  if (is_bytes (key) && value >= 0)
    return ls_format_bytes ((guint64) value);
  return g_strdup_printf ("%" JSON_INTEGER_FORMAT, value);
}

static char *
describe_scalar (const char *key, json_t *value, gint64 now)
{
  switch (json_typeof (value))
    {
    case JSON_STRING:
      return g_strdup (json_string_value (value));
    case JSON_INTEGER:
      return describe_number (key, json_integer_value (value), now);
    case JSON_REAL:
      return g_strdup_printf ("%g", json_real_value (value));
    case JSON_TRUE:
      return g_strdup ("yes");
    case JSON_FALSE:
      return g_strdup ("no");
    case JSON_NULL:
    case JSON_OBJECT:
    case JSON_ARRAY:
    default:
      return g_strdup ("–");
    }
}

static gboolean
is_flat (json_t *list)
{
  size_t index;
  json_t *item;
  json_array_foreach (list, index, item)
    if (json_is_object (item) || json_is_array (item))
      return FALSE;
  return TRUE;
}

static char *
join (const char *key, json_t *list, gint64 now)
{
  if (json_array_size (list) == 0)
    return g_strdup ("–");
  GString *text = g_string_new (NULL);
  size_t index;
  json_t *item;
  json_array_foreach (list, index, item)
    {
      g_autofree char *one = describe_scalar (key, item, now);
      g_string_append_printf (text, "%s%s", index ? " " : "", one);
    }
  return g_string_free (text, FALSE);
}

typedef struct {
  GString *text;
  gint64 now;
  gboolean color;
} Writer;

static void describe_members (Writer *writer, json_t *object, guint indent);

static char *
label_of (const char *key)
{
  char *label = g_strdelimit (g_strdup (key), "_", ' ');
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_has_suffix (key, units[i]))
      label[strlen (label) - strlen (units[i])] = '\0';
  return label;
}

static void
write_line (Writer *writer, guint indent, const char *key, const char *value, LsTone tone)
{
  g_autofree char *label = label_of (key);
  guint used = indent + ls_text_width (label);
  guint column = KEY_WIDTH + indent;
  g_autofree char *toned_key = ls_text_toned (label, LS_TONE_DIM, writer->color);
  g_autofree char *toned = ls_text_toned (value, tone, writer->color);
  if (!*value)
    {
      g_string_append_printf (writer->text, "%*s%s\n", (int) indent, "", toned_key);
      return;
    }
  g_string_append_printf (writer->text, "%*s%s%*s%s\n", (int) indent, "", toned_key, (int) (used + 1 < column ? column - used : 1), "", toned);
}

/* The last lines that something wrote stay lines. */
static void
write_lines (Writer *writer, guint indent, const char *key, json_t *list)
{
  size_t index;
  json_t *item;
  write_line (writer, indent, key, "", LS_TONE_PLAIN);
  json_array_foreach (list, index, item)
    g_string_append_printf (writer->text, "%*s%s\n", (int) indent + 2, "", json_is_string (item) ? json_string_value (item) : "");
}

static void
describe_list (Writer *writer, const char *key, json_t *list, guint indent)
{
  if (g_str_has_suffix (key, "log_tail") && json_array_size (list) > 0)
    {
      write_lines (writer, indent, key, list);
      return;
    }
  if (is_flat (list))
    {
      g_autofree char *text = join (key, list, writer->now);
      write_line (writer, indent, key, text, LS_TONE_PLAIN);
      return;
    }
  size_t index;
  json_t *item;
  json_array_foreach (list, index, item)
    {
      g_autofree char *numbered = g_strdup_printf ("%s[%u]", key, (guint) index);
      write_line (writer, indent, numbered, "", LS_TONE_PLAIN);
      describe_members (writer, item, indent + 2);
    }
}

/* {"min":2,"max":8} reads "2..8". */
static char *
as_range (json_t *object)
{
  json_t *min = json_object_get (object, "min"), *max = json_object_get (object, "max");
  if (json_object_size (object) != 2 || !json_is_integer (min) || !json_is_integer (max))
    return NULL;
  if (json_equal (min, max))
    return g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (min));
  return g_strdup_printf ("%" JSON_INTEGER_FORMAT "..%" JSON_INTEGER_FORMAT, json_integer_value (min), json_integer_value (max));
}

static void
describe_member (Writer *writer, const char *key, json_t *value, guint indent)
{
  g_autofree char *range = as_range (value);
  if (range)
    write_line (writer, indent, key, range, LS_TONE_PLAIN);
  else if (json_is_object (value) && json_object_size (value) > 0)
    {
      write_line (writer, indent, key, "", LS_TONE_PLAIN);
      describe_members (writer, value, indent + 2);
    }
  else if (json_is_array (value))
    describe_list (writer, key, value, indent);
  else
    {
      g_autofree char *text = describe_scalar (key, value, writer->now);
      write_line (writer, indent, key, text, g_str_equal (key, "state") ? ls_state_tone (text) : LS_TONE_PLAIN);
    }
}

static void
describe_members (Writer *writer, json_t *object, guint indent)
{
  const char *key;
  json_t *value;
  json_object_foreach (object, key, value)
    describe_member (writer, key, value, indent);
}

char *
ls_describe (json_t *resource, gint64 now, gboolean color)
{
  Writer writer = { g_string_new (NULL), now, color };
  describe_members (&writer, resource, 0);
  return g_string_free (writer.text, FALSE);
}
