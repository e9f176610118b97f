/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/model/log_line.h"

#include "gui/model/format.h"

#include <string.h>

struct _LsLogLine {
  GObject parent_instance;
  gint64 at;
  char *source;
  const char *stream;      /* interned */
  char *text;
  gboolean partial;
};

/* A label that has to lay out more than that as one line makes the window slow. */
#define JOINED_MAX (16 * 1024)

enum { PROP_CLOCK = 1, PROP_SOURCE, PROP_STREAM, PROP_TEXT, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (LsLogLine, ls_log_line, G_TYPE_OBJECT)

static void
ls_log_line_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  LsLogLine *line = LS_LOG_LINE (object);
  switch (id) {
  case PROP_CLOCK: g_value_take_string (value, ls_text_clock (line->at)); break;
  case PROP_SOURCE: g_value_set_string (value, line->source); break;
  case PROP_STREAM: g_value_set_static_string (value, line->stream); break;
  case PROP_TEXT: g_value_set_string (value, line->text); break;
  default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
ls_log_line_finalize (GObject *object)
{
  LsLogLine *line = LS_LOG_LINE (object);
  g_free (line->source);
  g_free (line->text);
  G_OBJECT_CLASS (ls_log_line_parent_class)->finalize (object);
}

static void
ls_log_line_class_init (LsLogLineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  static const char *const names[] = { "clock", "source", "stream", "text" };
  object_class->get_property = ls_log_line_get_property;
  object_class->finalize = ls_log_line_finalize;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    properties[PROP_CLOCK + i] = g_param_spec_string (names[i], NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
ls_log_line_init (LsLogLine *line)
{
}

/* What a label can show: valid UTF-8, and no terminal's escape or carriage return left in it. */
static char *
showable (const char *text, gsize length, gboolean goes_on)
{
  char *valid = g_utf8_make_valid (text, (gssize) length);
  for (char *c = valid; *c; c++)
    if ((guchar) *c < 0x20 && *c != '\t')
      *c = ' ';
  return goes_on ? valid : g_strchomp (valid);
}

static char *
text_of (json_t *json, gboolean goes_on)
{
  const char *text = json_string_value (json_object_get (json, "text"));
  const char *base64 = json_string_value (json_object_get (json, "base64"));
  if (text)
    return showable (text, strlen (text), goes_on);
  gsize length = 0;
  g_autofree guchar *bytes = base64 ? g_base64_decode (base64, &length) : NULL;
  return showable (bytes ? (const char *) bytes : "", length, goes_on);
}

LsLogLine *
ls_log_line_new (json_t *json)
{
  const char *source = json_string_value (json_object_get (json, "source"));
  const char *stream = json_string_value (json_object_get (json, "stream"));
  if (!source || !stream)
    return NULL;
  LsLogLine *line = g_object_new (LS_TYPE_LOG_LINE, NULL);
  line->at = json_integer_value (json_object_get (json, "at"));
  line->source = g_strdup (source);
  line->stream = g_intern_string (stream);
  line->partial = json_is_true (json_object_get (json, "partial"));
  line->text = text_of (json, line->partial);
  return line;
}

gboolean
ls_log_line_is_partial (LsLogLine *line)
{
  return line->partial;
}

gboolean
ls_log_line_goes_on_with (LsLogLine *line, LsLogLine *next)
{
  return line->partial && line->stream == next->stream && g_str_equal (line->source, next->source);
}

LsLogLine *
ls_log_line_join (LsLogLine *line, LsLogLine *next)
{
  if (strlen (line->text) + strlen (next->text) > JOINED_MAX)
    return NULL;
  LsLogLine *joined = g_object_new (LS_TYPE_LOG_LINE, NULL);
  joined->at = line->at;
  joined->source = g_strdup (line->source);
  joined->stream = line->stream;
  joined->text = g_strconcat (line->text, next->text, NULL);
  joined->partial = next->partial;
  return joined;
}

const char *
ls_log_line_source (LsLogLine *line)
{
  return line->source;
}

const char *
ls_log_line_text (LsLogLine *line)
{
  return line->text;
}

gboolean
ls_log_line_is_stderr (LsLogLine *line)
{
  return g_str_equal (line->stream, "stderr");
}

gboolean
ls_log_line_matches (LsLogLine *line, const char *folded)
{
  if (*folded == '\0')
    return TRUE;
  g_autofree char *text = g_utf8_casefold (line->text, -1);
  return strstr (text, folded) != NULL || strstr (line->source, folded) != NULL;
}

char *
ls_log_line_copy_text (LsLogLine *line)
{
  g_autofree char *clock = ls_text_clock (line->at);
  return g_strdup_printf ("%s %s %s", clock, line->source, line->text);
}
