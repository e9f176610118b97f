/* SPDX-FileCopyrightText: The Lineshaft authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* From a person's words to a rule. */

#include "base/when.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

#define EXAMPLES "every 5 min, hourly :15, daily 03:00, weekly mon 03:00, monthly 1 03:00, or five cron fields such as */10 8-18 * * mon-fri"

typedef struct {
  const char *what;              /* "a minute" */
  const char *title;             /* "the minute (field 1)" */
  guint min, max;
  const char *const *names;      /* for min, min + 1, …; NULL: numbers only */
  const char *example;
} Field;

static const char *const month_names[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", NULL };
static const char *const weekday_names[] = { "sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL };
static const char *const weekday_long_names[] = { "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", NULL };

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY, N_FIELDS };

static const Field fields[N_FIELDS] = {
  [MINUTE] = { "a minute", "the minute (field 1)", 0, 59, NULL, "0 to 59, *, a list 0,30, a range 0-29 or a step */5" },
  [HOUR] = { "an hour", "the hour (field 2)", 0, 23, NULL, "0 to 23, *, a list 6,18, a range 8-18 or a step */2" },
  [DAY] = { "a day of the month", "the day of the month (field 3)", 1, 31, NULL, "1 to 31, *, a list 1,15, a range 1-7 or a step */2" },
  [MONTH] = { "a month", "the month (field 4)", 1, 12, month_names, "1 to 12, jan to dec, *, a list jan,jul, a range jun-aug or a step */3" },
  [WEEKDAY] = { "a day of the week", "the day of the week (field 5)", 0, 7, weekday_names, "0 to 7 (0 and 7 are Sunday), sun to sat, *, a list mon,thu or a range mon-fri" },
};

static gboolean
refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;
  g_autofree char *sentence = NULL;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, LS_ERROR, LS_ERROR_IMPOSSIBLE, sentence);
  return FALSE;
}

/* --- one field: what crontab(5) allows --- */

static gboolean
parse_number (const Field *field, const char *text, guint *ret)
{
  guint64 number;

  if (ls_parse_uint (text, field->what, field->min, field->max, &number, NULL))
    {
      *ret = (guint) number;
      return TRUE;
    }
  for (guint i = 0; field->names && field->names[i]; i++)
    if (g_str_equal (field->names[i], text) || (field->names == weekday_names && g_str_equal (weekday_long_names[i], text)))
      {
        *ret = field->min + i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
refuse_part (const Field *field, const char *part, GError **error)
{
  return refuse (error, "\"%s\" is not %s: %s can be %s", part, field->what, field->title, field->example);
}

/* "*", "5", "mon-fri", each with "/2" behind it. */
static gboolean
parse_part (const Field *field, const char *part, guint64 *set, GError **error)
{
  g_auto (GStrv) halves = g_strsplit (part, "/", -1);
  guint first = field->min, last = field == &fields[WEEKDAY] ? 6 : field->max, n = g_strv_length (halves);
  guint64 step = 1;

  if (n == 0 || n > 2)
    return refuse_part (field, part, error);
  if (n == 2 && !ls_parse_uint (halves[1], "a step", 1, field->max, &step, NULL))
    return refuse (error, "\"%s\" has no good step: behind the / of %s stands a number from 1 to %u, as in */2", part, field->title, field->max);
  if (!g_str_equal (halves[0], "*"))
    {
      g_auto (GStrv) ends = g_strsplit (halves[0], "-", -1);
      guint n_ends = g_strv_length (ends);

      if (n_ends < 1 || n_ends > 2 || !parse_number (field, ends[0], &first) || !parse_number (field, ends[n_ends - 1], &last))
        return refuse_part (field, part, error);
      if (field == &fields[WEEKDAY] && n_ends == 2 && last == 0 && first > 0)
        last = 7;      /* "sat-sun" */
      if (first > last)
        return refuse (error, "\"%s\" runs backwards: %s has the smaller end of a range first", part, field->title);
      if (n_ends == 1 && n == 2)
        return refuse (error, "\"%s\" has a step without a range: write %s-%u/%u or */%u", part, ends[0], field->max, (guint) step, (guint) step);
    }
  for (guint i = first; i <= last; i += (guint) step)
    *set |= G_GUINT64_CONSTANT (1) << (field == &fields[WEEKDAY] ? i % 7 : i);
  return TRUE;
}

static gboolean
parse_field (const Field *field, const char *text, guint64 *ret, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  guint64 set = 0;

  for (char **part = parts; *part; part++)
    if (!parse_part (field, *part, &set, error))
      return FALSE;
  *ret = set;
  return TRUE;
}

/* "0 0 30 2 *" is well-formed, and never comes. */
static gboolean
check_dates (const LsWhen *when, const char *text, GError **error)
{
  static const guint days_of[] = { 0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  for (guint month = 1; month <= 12; month++)
    if (when->months >> month & 1 && (when->either_day || when->days & ((G_GUINT64_CONSTANT (2) << days_of[month]) - 2)))
      return TRUE;
  return refuse (error, "\"%s\" never comes: no such month has that day", text);
}

static gboolean
parse_cron (char *const *words, const char *text, LsWhen *ret, GError **error)
{
  guint64 sets[N_FIELDS];

  for (guint i = 0; i < N_FIELDS; i++)
    if (!parse_field (&fields[i], words[i], &sets[i], error))
      return FALSE;
  *ret = (LsWhen) {
    .minutes = sets[MINUTE],
    .hours = (guint32) sets[HOUR],
    .days = (guint32) sets[DAY],
    .months = (guint16) sets[MONTH],
    .weekdays = (guint8) sets[WEEKDAY],
    .either_day = words[DAY][0] != '*' && words[WEEKDAY][0] != '*',
  };
  return check_dates (ret, text, error);
}

/* --- words --- */

/* "03:00", "3:00" */
static gboolean
parse_time (const char *text, const char *rule, guint *ret_hour, guint *ret_minute, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", -1);
  guint64 hour, minute;

  if (g_strv_length (parts) == 2 && strlen (parts[1]) == 2 && ls_parse_uint (parts[0], "", 0, 23, &hour, NULL)
      && ls_parse_uint (parts[1], "", 0, 59, &minute, NULL))
    {
      *ret_hour = (guint) hour;
      *ret_minute = (guint) minute;
      return TRUE;
    }
  return refuse (error, "\"%s\" is not a time of day: \"%s\" goes with hours and minutes from 00:00 to 23:59, such as 03:00", text, rule);
}

/* @words: after the rule's own and its day: nothing, or a time. */
static gboolean
parse_end (char *const *words, const char *rule, LsWhen *when, GError **error)
{
  guint hour = 0, minute = 0;

  if (words[0] && g_str_equal (words[0], "at"))
    words++;
  if (words[0] && !parse_time (words[0], rule, &hour, &minute, error))
    return FALSE;
  if (words[0] && words[1])
    return refuse (error, "\"%s\" is too much: \"%s\" ends with its time, such as 03:00", words[1], rule);
  when->hours = 1u << hour;
  when->minutes = G_GUINT64_CONSTANT (1) << minute;
  return TRUE;
}

static const LsWhen every_minute = { .minutes = (G_GUINT64_CONSTANT (1) << 60) - 1, .hours = 0xffffff, .days = 0xfffffffe, .months = 0x1ffe, .weekdays = 0x7f };

static gboolean
parse_every (char *const *words, LsWhen *ret, GError **error)
{
  static const struct { const char *word, *unit; } units[] = {
    { "second", "s" }, { "seconds", "s" }, { "minute", "min" }, { "minutes", "min" }, { "mins", "min" }, { "hours", "h" }, { "hour", "h" }, { "day", "d" }, { "days", "d" },
  };
  g_autofree char *number = NULL;
  g_autofree char *text = g_strjoinv (" ", (char **) words);
  gint64 ms;

  if (words[0])
    {
      gsize digits = strspn (words[0], "0123456789.");
      const char *unit = words[0][digits] ? words[0] + digits : words[1] ? words[1] : "";
      gboolean fits = words[0][digits] ? !words[1] : !words[1] || !words[2];

      for (guint i = 0; i < G_N_ELEMENTS (units); i++)
        if (g_str_equal (units[i].word, unit))
          {
            unit = units[i].unit;
            break;
          }
      number = fits ? g_strdup_printf ("%.*s%s", digits ? (int) digits : 1, digits ? words[0] : "1", unit) : NULL;
    }
  if (!number || !ls_parse_duration_ms (number, &ms, NULL))
    return refuse (error, "\"%s\" is not a time span: write every 30 s, every 5 min, every 2 h or every 1 d", text);
  if (ms < LS_WHEN_EVERY_MIN_MS || ms > LS_WHEN_EVERY_MAX_MS)
    return refuse (error, "\"every %s\" is too %s: it can be from every 1 s to every 366 d", text, ms < LS_WHEN_EVERY_MIN_MS ? "often" : "seldom");
  *ret = (LsWhen) { .every_ms = ms };
  return TRUE;
}

static gboolean
parse_hourly (char *const *words, LsWhen *ret, GError **error)
{
  const char *minute = words[0] ? words[0] : ":00";
  guint64 number;

  if (minute[0] != ':' || !ls_parse_uint (minute + 1, "", 0, 59, &number, NULL))
    return refuse (error, "\"%s\" is not a minute: \"hourly\" goes with one from :00 to :59, as in hourly :15", minute);
  if (words[0] && words[1])
    return refuse (error, "\"%s\" is too much: \"hourly\" ends with its minute, as in hourly :15", words[1]);
  *ret = every_minute;
  ret->minutes = G_GUINT64_CONSTANT (1) << number;
  return TRUE;
}

static gboolean
parse_daily (char *const *words, LsWhen *ret, GError **error)
{
  *ret = every_minute;
  return parse_end (words, "daily", ret, error);
}

static gboolean
parse_weekly (char *const *words, LsWhen *ret, GError **error)
{
  guint64 days;

  *ret = every_minute;
  if (!words[0])
    return refuse (error, "\"weekly\" needs a day of the week, as in weekly mon 03:00");
  if (!parse_field (&fields[WEEKDAY], words[0], &days, NULL))
    return refuse (error, "\"%s\" is not a day of the week: \"weekly\" goes with sun to sat, a list mon,thu or a range mon-fri, as in weekly mon 03:00", words[0]);
  ret->weekdays = (guint8) days;
  return parse_end (words + 1, "weekly", ret, error);
}

static gboolean
parse_monthly (char *const *words, LsWhen *ret, GError **error)
{
  guint64 days;

  *ret = every_minute;
  if (!words[0])
    return refuse (error, "\"monthly\" needs a day of the month, as in monthly 1 03:00");
  if (!parse_field (&fields[DAY], words[0], &days, NULL))
    return refuse (error, "\"%s\" is not a day of the month: \"monthly\" goes with 1 to 31, a list 1,15 or a range 1-7, as in monthly 1 03:00", words[0]);
  ret->days = (guint32) days;
  return parse_end (words + 1, "monthly", ret, error);
}

/* crontab(5)'s short words */
static const struct { const char *word, *cron; } short_words[] = {
  { "@yearly", "0 0 1 1 *" }, { "@annually", "0 0 1 1 *" }, { "@monthly", "0 0 1 * *" }, { "@weekly", "0 0 * * 0" },
  { "@daily", "0 0 * * *" },  { "@midnight", "0 0 * * *" }, { "@hourly", "0 * * * *" },
};

static gboolean
parse_short_word (const char *word, LsWhen *ret, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (short_words); i++)
    if (g_str_equal (short_words[i].word, word))
      {
        g_auto (GStrv) cron = g_strsplit (short_words[i].cron, " ", -1);

        return parse_cron (cron, short_words[i].cron, ret, error);
      }
  if (g_str_equal (word, "@reboot"))
    return refuse (error, "@reboot is no time: a [task NAME] of the config file is started once with the agent");
  return refuse (error, "there is no %s: it is @hourly, @daily, @weekly, @monthly or @yearly", word);
}

static char **
split_words (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);
  g_auto (GStrv) all = g_strsplit_set (lower, " \t", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (char **word = all; *word; word++)
    if (**word)
      g_strv_builder_add (words, *word);
  return g_strv_builder_end (words);
}

gboolean
ls_when_parse (const char *text, LsWhen *ret, GError **error)
{
  static const struct { const char *word; gboolean (*parse) (char *const *words, LsWhen *ret, GError **error); } rules[] = {
    { "every", parse_every }, { "hourly", parse_hourly }, { "daily", parse_daily }, { "weekly", parse_weekly }, { "monthly", parse_monthly },
  };
  const char *names[G_N_ELEMENTS (rules) + 1] = { NULL };
  g_auto (GStrv) words = split_words (text);
  guint n = g_strv_length (words);
  const char *closest;
  LsWhen when;

  if (n == 0)
    return refuse (error, "when is empty: write " EXAMPLES);
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      names[i] = rules[i].word;
      if (!g_str_equal (rules[i].word, words[0]))
        continue;
      if (!rules[i].parse (words + 1, &when, error))
        return FALSE;
      *ret = when;
      return TRUE;
    }
  if (words[0][0] == '@' || n == 5)
    {
      if (words[0][0] == '@' && n > 1)
        return refuse (error, "\"%s\" is too much: %s stands alone", words[1], words[0]);
      if (n == 1 ? !parse_short_word (words[0], &when, error) : !parse_cron (words, text, &when, error))
        return FALSE;
      *ret = when;
      return TRUE;
    }
  closest = ls_closest_word (words[0], names);
  if (closest)
    return refuse (error, "\"%s\" is not a rule: did you mean \"%s\"?", words[0], closest);
  if (strspn (words[0], "0123456789*,-/") == strlen (words[0]))
    return refuse (error, "\"%s\" has %u field%s and a cron line has five: minute, hour, day of the month, month, day of the week", text, n, n == 1 ? "" : "s");
  return refuse (error, "\"%s\" is not a time: write " EXAMPLES, text);
}
